// The short quiet after a reveal: a ring that empties. The server ends it; the ring only shows about when.

import { counted, drawKeepingFocus } from "./parts.js";
import { part, show } from "../site/templates.js";
import { sendFrom } from "../live/connection/send-from-button.js";

export class QuietRing {
  constructor(section, room) {
    this.section = section;
    this.room = room;
    this.length = Number(section.dataset.seconds);
    this.until = null;
    const skip = part(section, "skip");
    skip.addEventListener("click", () => {
      sendFrom(skip, part(section, "error"), room, "quiet.skip", { round: room.session.round.number });
    });
  }

  /** Draw the quiet and tell whether it lasts. */
  update({ round, can }) {
    const { quiet_until: until, you_skipped: skipped } = round.exchange;
    const quiet = until !== null && !can.includes("need.say");
    if (quiet) this.start(until);
    else this.finish();
    drawKeepingFocus(this.section, () => {
      show(part(this.section, "skip"), can.includes("quiet.skip") && !skipped);
      show(part(this.section, "skipped"), Boolean(skipped));
    });
    return quiet;
  }

  start(until) {
    if (this.until !== null) return;
    this.until = Date.parse(until);
    this.draw();
    this.timer = setInterval(() => this.draw(), 250);
  }

  finish() {
    if (this.until !== null) this.room.announce(this.section.dataset.over);
    this.stop();
  }

  /** Stop counting. */
  stop() {
    clearInterval(this.timer);
    this.until = null;
  }

  draw() {
    const left = Math.min(Math.max(0, Math.ceil((this.until - this.room.now()) / 1000)), this.length);
    const count = part(this.section, "count");
    const sentence = left > 0 ? counted(count, left, "opens") : count.dataset.now;
    if (count.textContent === sentence) return;
    count.textContent = sentence;
    part(this.section, "ring").style.setProperty("--quiet-left", String((100 * left) / this.length));
  }
}
