/** The check-in is over, as the whole room sees it: one sentence, and nothing to press. */

import { showEnding } from "../../live/screens/ended.js";

export function mount(root, room) {
  return { update: () => showEnding(root, room.stay) };
}
