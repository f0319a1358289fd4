/** Asks, before the first moment, whether one's own small step of the last check-in was tried. Skipping is fine. */

import { copy } from "../../drawing/parts.js";
import { fill, part, show } from "../../site/templates.js";

/** Return a function that draws the question for a session into `section`. */
export function askAboutSteps(section, room) {
  const error = part(section, "error");

  section.addEventListener("click", async ({ target }) => {
    const skip = target.closest('[data-part="skip"]');
    if (skip) {
      room.stay.stepsSkipped = true;
      draw(room.session);
    }
  });
  section.addEventListener("change", async ({ target }) => {
    room.refusals.show(error, null);
    try {
      await room.send("step.tried", { step: target.closest("[data-step]").dataset.step, tried: target.value });
    } catch (refusal) {
      room.refusals.show(error, refusal);
      draw(room.session);
    }
  });

  function draw({ follow_up: steps, you, can, round }) {
    const own = steps.filter(({ seat }) => seat === you.seat);
    const asked = own.length > 0 && can.includes("step.tried") && !room.stay.stepsSkipped && !round;
    show(section, asked);
    if (!asked) return;
    const list = part(section, "steps");
    show(part(section, "skip"), own.some(({ tried }) => tried === null));
    for (const step of own) {
      const row = list.querySelector(`[data-step="${step.id}"]`) ?? addRow(list, step);
      for (const answer of row.querySelectorAll("input")) answer.checked = answer.value === step.tried;
    }
  }

  function addRow(list, step) {
    const row = copy(section, "step-row");
    row.dataset.step = step.id;
    fill(row, { step: step.text });
    for (const answer of row.querySelectorAll("input")) answer.name = `tried-${step.id}`;
    list.append(row);
    return row;
  }

  return draw;
}
