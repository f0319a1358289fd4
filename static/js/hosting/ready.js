/** Between two moments: the next one stands beside this screen; what was chosen last time, where the host may see it. */

import { copy } from "../drawing/parts.js";
import { nameOf } from "../drawing/marks.js";
import { fill, part, show } from "../site/templates.js";

export function mount(root) {
  return {
    update({ round, follow_up: steps, people }) {
      show(part(root, "set-aside"), round?.state === "set_aside");
      const list = part(root, "steps");
      const lines = steps.map((step) => {
        const line = copy(root, "step");
        line.classList.add(`panel--${step.seat}`);
        for (const shape of line.querySelectorAll("[data-shape]")) show(shape, shape.dataset.shape === step.seat);
        fill(line, { name: nameOf(people, step.seat), step: step.text });
        for (const word of line.querySelectorAll("[data-tried]")) show(word, word.dataset.tried === step.tried);
        return line;
      });
      list.replaceChildren(...lines);
      show(part(root, "follow-up"), steps.length > 0);
    },
  };
}
