/** A mark that found no connection: it waits in this page, can be taken back, and is gone once its moment has closed. */

import { LET_GO } from "../connection/outbox.js";
import { losesFocus } from "../../drawing/parts.js";
import { part, show } from "../../site/templates.js";

const LOOK_EVERY = 1_000;
const TOO_LATE = "too-late";
/** What a mark is answered whose moment has closed meanwhile. */
const CLOSED = new Set([TOO_LATE, "session.ended", "session.not_yet", "round.stale", "round.not_open"]);

export class MarkWaiting {
  constructor(root, form, room) {
    this.form = form;
    this.room = room;
    this.number = room.session.round.number;
    this.element = part(root, "waiting");
    this.seal = part(root, "seal");
    part(root, "let-go").addEventListener("click", () => room.outbox.letGo());
  }

  /** Show that it waits, in the place of what was chosen. */
  draw(sealing) {
    const waits = sealing && !this.room.online;
    const sent = String(this.room.outbox.mayHaveArrived);
    for (const words of this.element.querySelectorAll("[data-sent]")) show(words, words.dataset.sent === sent);
    if (this.element.hidden !== waits) return;
    clearInterval(this.looking);
    if (waits) this.hasWaited = true;
    this.form.element.classList.toggle("mark--waiting", waits);
    const lost = losesFocus(this.element, () => show(this.element, waits));
    if (lost && !sealing) this.seal.focus({ preventScroll: true });
    if (!waits) return;
    this.looking = setInterval(() => this.look(), LOOK_EVERY);
    part(this.element, "title").focus({ preventScroll: true });
    this.room.announce(this.element.querySelector("p:not([hidden])").textContent);
    this.look();
  }

  /** Let it go once nothing could be opened any more: by the server's clock, which goes on without a connection. */
  look() {
    const { apart, open_until } = this.room.session;
    if (!this.element.isConnected) clearInterval(this.looking);
    else if (this.room.now() >= Date.parse(apart?.opens_at ?? open_until)) this.room.outbox.letGo(TOO_LATE);
  }

  /** Take in why it was not sealed; tell whether nothing more is to be said. */
  end({ code }) {
    const { drafts, refusals, stay } = this.room;
    if (code === LET_GO) return true;
    if (!this.hasWaited || !CLOSED.has(code)) return false;
    // Words are one's own, and are kept as all are whose moment has gone.
    if (!drafts.at("mark", this.number)?.words) {
      drafts.drop("mark", this.number);
      this.form.clear();
    }
    stay.tooLate = true;
    const sentence = this.room.phrase("closed-before-sent");
    refusals.keep(TOO_LATE, sentence);
    this.room.alert(sentence);
    return true;
  }
}
