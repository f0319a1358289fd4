/** The moment that is open, or the words between two moments, large enough to be read across a room. */

import { fill } from "../../site/templates.js";

export function mount(root) {
  return {
    update({ round }) {
      fill(root, { moment: round?.moment.text ?? "" });
    },
  };
}
