/** An end that is coming: who would like it and how long it takes, on every screen of the room; and one tap to stay. */

import { nameOf } from "../drawing/marks.js";
import { part, show } from "../site/templates.js";

export class ComingEnd {
  /** `section` stands in the bar of whoever takes part, and by itself on the screen that nobody presses anything on. */
  constructor(section, room) {
    this.section = section;
    this.room = room;
    this.session = null;
    this.until = null;
    this.stay = part(section, "keep-going");
    this.stay?.addEventListener("click", () => this.goOn());
  }

  /** Draw what this session says of it. */
  update(session) {
    this.session = session;
    const { ending, state } = session;
    show(this.section, Boolean(ending));
    if ((ending?.until ?? null) !== this.until) this.begin(ending, state);
  }

  begin(ending, state) {
    clearInterval(this.timer);
    const stopped = this.until !== null && !ending && state !== "ended";
    this.until = ending?.until ?? null;
    if (stopped) this.room.announce(this.room.phrase("ending-stopped"));
    if (!ending) return;
    if (this.stay) this.stay.textContent = this.stay.dataset[this.isOwn ? "own" : "other"];
    this.room.announce(this.phrase("told"));
    this.timer = setInterval(() => this.tick(), 250);
    this.tick();
    // The bar has grown: it lies over nothing that somebody is in.
    if (this.stay) document.activeElement.scrollIntoView({ block: "nearest" });
  }

  /** On the screen that all look at nobody is "you". */
  get isOwn() {
    return Boolean(this.stay) && this.session.ending.by === this.session.you.seat;
  }

  phrase(what, seconds = 0) {
    const name = nameOf(this.session.people, this.session.ending.by);
    return this.room.phrase(`ending-${what}-${this.isOwn ? "you" : "other"}`, { name, seconds });
  }

  tick() {
    const seconds = Math.max(0, Math.ceil((Date.parse(this.until) - this.room.now()) / 1000));
    const text = this.phrase("shown", seconds);
    const words = part(this.section, "ending-words");
    if (words.textContent !== text) words.textContent = text;
  }

  goOn() {
    // This button goes, and the one that asked for it stays.
    document.querySelector('#room-bar [data-part="end"]').focus();
    this.room.send("session.stay").catch((refusal) => this.room.alert(refusal.detail));
  }
}
