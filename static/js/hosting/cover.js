/**
 * The cover of a host's screen: by a touch, by itself when nobody has touched the console for a while, and still there
 * after a reload. The name of the couple in the header and in the tab goes with it.
 */

import { part, show } from "../site/templates.js";

const IDLE = 10 * 60_000;
const LOOK_EVERY = 5_000;
const REMEMBER_EVERY = 15_000;
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "input"];

const covered = `covered:${window.location.pathname}`;
const touched = `touched:${window.location.pathname}`;

export class Cover {
  /** `now` tells the server's time; `hides` is what lies under the cover, and `live` whether there is a button for it. */
  constructor(now, hides, live) {
    Object.assign(this, { now, hides, live });
    this.element = document.getElementById("console-cover");
    this.button = document.getElementById("console-cover-button");
    this.again = part(this.element, "uncover");
    this.touchedAt = this.mark();
    this.button.addEventListener("click", () => this.turn("touch"));
    this.again.addEventListener("click", () => this.turn(null));
    for (const touch of TOUCHES) window.addEventListener(touch, () => this.noteTouch(), { passive: true });
    for (const back of ["focus", "online", "pageshow"]) window.addEventListener(back, () => this.look());
    document.addEventListener("visibilitychange", () => this.look());
    setInterval(() => this.look(), LOOK_EVERY);
    const before = JSON.parse(sessionStorage.getItem(touched));
    const forgotten = before && this.idle(before) > IDLE ? "idle" : null;
    const kept = document.documentElement.dataset.consoleCovered ?? forgotten;
    if (kept) this.turn(kept);
    else this.remember();
  }

  get on() {
    return !this.element.hidden;
  }

  mark() {
    return { server: this.now(), here: Date.now() };
  }

  /** How long nobody has touched it: by the server's clock, and by this device's, which goes on while it sleeps. */
  idle(since = this.touchedAt) {
    return Math.max(this.now() - since.server, Date.now() - since.here);
  }

  noteTouch() {
    // The first touch after a long while finds it covered, and shows nothing.
    this.look();
    if (this.on) return;
    this.touchedAt = this.mark();
    if (this.touchedAt.here - this.rememberedAt > REMEMBER_EVERY) this.remember();
  }

  remember() {
    this.rememberedAt = this.touchedAt.here;
    sessionStorage.setItem(touched, JSON.stringify(this.touchedAt));
  }

  look() {
    if (!this.on && this.idle() > IDLE) this.turn("idle");
  }

  /** Cover it by a touch or for idleness; null shows it again. */
  turn(why) {
    if (why) sessionStorage.setItem(covered, why);
    else sessionStorage.removeItem(covered);
    if (why) document.documentElement.dataset.consoleCovered = why;
    else delete document.documentElement.dataset.consoleCovered;
    const { coveredTitle, openTitle } = document.documentElement.dataset;
    document.title = why ? coveredTitle : openTitle;
    show(this.element, why);
    show(part(this.element, "idle"), why === "idle");
    for (const one of this.hides) show(one, !why);
    this.showButton();
    if (!why) {
      this.touchedAt = this.mark();
      this.remember();
    }
    (why ? this.again : this.button).focus();
  }

  showButton() {
    show(this.button, !this.on && this.live());
  }
}
