/**
 * What could not be done, in words: beside its control while that can be seen, else in the room's own place, where it
 * stays until somebody has read it.
 */

import { focusHeading, losesFocus } from "../drawing/parts.js";
import { fill, part, show } from "../site/templates.js";

/** Who has had a sentence before them for so long has read it. */
const READ_WITHIN = 10_000;
/** What the page says by itself: that there is no line, that it is over. */
const SAID_ELSEWHERE = new Set(["connection.offline", "session.ended"]);

export class Refusals {
  constructor(place, room) {
    this.place = place;
    this.room = room;
    this.shown = new Map();
    if (place) part(place, "read").addEventListener("click", () => this.close());
  }

  /** Show a refusal beside its control and say it aloud; without one, take it away. */
  show(element, refusal) {
    show(element, Boolean(refusal));
    this.shown.delete(element);
    if (!refusal) return;
    const sentence = refusal.detail || this.room.phrase("not-saved");
    (element.querySelector('[data-text="refusal"]') ?? element).textContent = sentence;
    this.room.alert(sentence);
    if (element.getClientRects().length === 0) this.keep(refusal.code, sentence);
    else this.shown.set(element, { code: refusal.code, sentence, since: performance.now() });
  }

  /** A screen goes: what was said on it a moment ago goes along. */
  carry(root) {
    for (const [element, { code, sentence, since }] of this.shown) {
      if (!root.contains(element)) continue;
      this.shown.delete(element);
      if (performance.now() - since < READ_WITHIN) this.keep(code, sentence);
    }
  }

  keep(code, sentence) {
    if (!this.place || SAID_ELSEWHERE.has(code)) return;
    fill(this.place, { refusal: sentence });
    show(this.place, true);
  }

  close() {
    if (losesFocus(this.place, () => show(this.place, false))) focusHeading(this.room.view.container);
  }
}
