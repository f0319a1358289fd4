/** The form in which a moment is chosen: one from the library, or one in one's own words, seen before it opens. */

import { fill, part, show, showRefusal } from "../../site/templates.js";
import { cleaned, drawCount, lengthOf } from "../words.js";

const MOST = 280;

/** Bring the form to life; the returned function draws it anew. */
export function mountMomentForm(form, room) {
  // What was being written outlives the round that somebody else opened meanwhile.
  const draft = (room.stay.momentDraft ??= { text: "", theme: "", size: "" });
  const text = form.querySelector('[data-testid="moment-text"]');
  const openButton = form.querySelector('[data-testid="open-round"]');
  const own = part(form, "own");
  const error = part(form, "error");
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

  function value(name) {
    return form.elements[name]?.value ?? "";
  }

  function check(name, wanted) {
    const controls = form.elements[name];
    if (!(controls instanceof RadioNodeList)) controls.value = wanted;
    else for (const control of controls) control.checked = control.value === wanted;
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
    for (const group of form.querySelectorAll("[data-theme]")) show(group, !theme || group.dataset.theme === theme);
    drawCount(part(form, "count"), text.value, MOST);
    const choice = chosen();
    show(part(form, "preview"), Boolean(choice));
    show(part(form, "nothing-chosen"), !choice);
    fill(form, { preview: choice?.text ?? "" });
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
      if (choice.fields.text) draft.text = text.value = "";
      draft.size = "";
      check("size", "");
      form.querySelector('[name="moment"]:checked').checked = false;
    } catch (refusal) {
      showRefusal(error, room, refusal);
    }
    opening = false;
    draw();
  }

  return draw;
}
