/** Choosing the moment that the next round is about: one from the library, or one in one's own words. */

import { fill, part, show, showRefusal } from "../room/templates.js";
import { cleaned, drawCount, lengthOf } from "../room/words.js";
import { askAboutSteps } from "./follow-up.js";

const MOST = 280;

export function mount(root, room) {
  // What was being written outlives the round that somebody else opened meanwhile.
  const draft = (room.stay.momentDraft ??= { text: "", theme: "", size: "" });
  const form = part(root, "form");
  const text = root.querySelector('[data-testid="moment-text"]');
  const openButton = root.querySelector('[data-testid="open-round"]');
  const own = part(root, "own");
  const error = part(root, "error");
  const drawSteps = askAboutSteps(part(root, "follow-up"), room);
  let opening = false;

  text.value = draft.text;
  check("theme", draft.theme);
  check("size", draft.size);

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", ({ target }) => {
    // Writing is choosing one's own words; choosing another moment keeps them for later.
    if (target === text && cleaned(text.value)) own.checked = true;
    if (target === own) text.focus();
    Object.assign(draft, { text: text.value, theme: value("theme"), size: value("size") });
    showRefusal(error, room, null);
    draw();
  });
  openButton.addEventListener("click", open);
  part(root, "back").addEventListener("click", () => room.go(null));
  room.on("online", () => draw());

  function value(name) {
    return form.querySelector(`[name="${name}"]:checked`)?.value ?? "";
  }

  function check(name, wanted) {
    const control = form.querySelector(`[name="${name}"][value="${wanted}"]`);
    if (control) control.checked = true;
  }

  function chosen() {
    const choice = form.querySelector('[name="moment"]:checked');
    if (!choice) return null;
    if (choice !== own) return { fields: { moment: Number(choice.value) }, text: choice.dataset.words };
    const words = cleaned(text.value);
    if (!words || lengthOf(words) > MOST) return null;
    const theme = value("theme");
    return { fields: { text: words, ...(theme && { theme }) }, text: words };
  }

  function draw() {
    const theme = value("theme");
    for (const group of root.querySelectorAll("[data-theme]")) show(group, !theme || group.dataset.theme === theme);
    drawCount(part(root, "count"), text.value, MOST);
    const choice = chosen();
    show(part(root, "preview"), Boolean(choice));
    show(part(root, "nothing-chosen"), !choice);
    fill(root, { preview: choice?.text ?? "" });
    openButton.disabled = opening || !room.online || !choice;
    const label = opening ? "opening" : room.online ? "open" : "offline";
    for (const words of openButton.querySelectorAll("[data-label]")) show(words, words.dataset.label === label);
  }

  async function open() {
    const choice = chosen();
    if (!choice || opening) return;
    opening = true;
    showRefusal(error, room, null);
    const size = value("size");
    const after = room.session.round?.number ?? 0;
    const answer = room.send("round.open", { after, ...choice.fields, ...(size && { size: Number(size) }) });
    draw();
    try {
      await answer;
      if (choice.fields.text) draft.text = "";
      draft.size = "";
    } catch (refusal) {
      opening = false;
      draw();
      showRefusal(error, room, refusal);
    }
  }

  return {
    update(session) {
      const mayOpen = session.can.includes("round.open");
      show(form, mayOpen);
      show(part(root, "pick"), mayOpen);
      show(part(root, "host-opens"), !mayOpen);
      show(part(root, "set-aside"), session.round?.state === "set_aside");
      show(part(root, "back"), session.round?.state === "revealed");
      drawPeople(session);
      drawSteps(session);
      draw();
    },
    unmount() {},
  };

  function drawPeople({ people, you }) {
    for (const place of root.querySelectorAll("[data-place]")) {
      const person = people.find(({ seat }) => seat === place.dataset.place);
      show(place, Boolean(person));
      if (!person) continue;
      fill(place, { name: person.name });
      show(part(place, "here"), person.here || person.seat === you.seat);
      show(part(place, "away"), !person.here && person.seat !== you.seat);
    }
  }
}
