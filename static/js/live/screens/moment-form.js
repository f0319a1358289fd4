/** The form in which a moment is chosen: one from the library, or one in one's own words, seen before it opens. */

import { fill, part, show } from "../../site/templates.js";
import { MomentLibrary } from "./moment-library.js";
import { cleaned, drawCount, lengthOf } from "../writing/typed-text.js";

const MOST = 280;

/**
 * Bring the form to life; it can be drawn anew, filled again from its draft, and ended. One that `stays` stands beside
 * the check-in, as a host's does, and goes on with it from round to round.
 */
export function mountMomentForm(form, room, { stays = false } = {}) {
  const text = form.querySelector('[data-testid="moment-text"]');
  const openButton = form.querySelector('[data-testid="open-round"]');
  const own = part(form, "own");
  const error = part(form, "error");
  const library = new MomentLibrary(form, room);
  let opening = false;
  let round = latest();

  refill();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", ({ target }) => {
    // Writing is choosing one's own words; choosing another moment keeps them for later.
    if (target === text && cleaned(text.value)) own.checked = true;
    if (target === own) text.focus();
    if (target === library.search) library.typed();
    room.stay.theme = value("theme");
    keep();
    room.refusals.show(error, null);
    draw();
  });
  openButton.addEventListener("click", open);
  library.list.addEventListener("click", async ({ target }) => {
    const star = target.closest(".option__star");
    if (!star) return;
    const turning = library.turnStar(star);
    draw();
    room.refusals.show(error, await turning);
    draw();
  });
  const end = room.drafts.accept("moment", form, ({ words }) => {
    text.value = [text.value, words].filter(Boolean).join(" ");
    own.checked = true;
    keep();
    draw();
    text.focus();
  });

  function latest() {
    return room.session?.round?.number ?? 0;
  }

  function keep() {
    const values = { choice: form.querySelector('[name="moment"]:checked')?.value, size: value("size"), when: value("when") };
    room.drafts.keep("moment", round, { words: text.value, values });
  }

  function refill() {
    const draft = room.drafts.at("moment", round);
    text.value = draft?.words ?? "";
    check("theme", room.stay.theme ?? "");
    check("size", draft?.values.size ?? "");
    check("when", draft?.values.when ?? "now");
    check("moment", draft?.values.choice);
  }

  function follow() {
    if (!stays || round === latest() || room.session?.state === "ended") return;
    room.drafts.drop("moment", round);
    round = latest();
    if (text.value) keep();
  }

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
    const { theme } = library;
    return { fields: { text: words, ...(theme && { theme }) }, text: words };
  }

  function draw() {
    follow();
    library.draw();
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
    room.refusals.show(error, null);
    const size = value("size");
    const after = room.session.round?.number ?? 0;
    const about = { ...choice.fields, when: value("when"), ...(size && { size: Number(size) }) };
    const answer = room.send("round.open", { after, ...about });
    draw();
    try {
      await answer;
      if (choice.fields.text) text.value = "";
      check("size", "");
      check("when", "now");
      check("moment", undefined);
      room.drafts.drop("moment", after);
      if (text.value) keep();
    } catch (refusal) {
      room.refusals.show(error, refusal);
    }
    opening = false;
    draw();
  }

  return { draw, refill: () => (refill(), draw()), end };
}
