/** Says when what each seals alone opens for both, then until when each can go on: the same for both. */

import { dayOf, daysBetween, timeOf } from "./open-until.js";
import { fill, part, show } from "../site/templates.js";

export class ApartNote {
  constructor(element, room) {
    this.element = element;
    this.room = room;
  }

  update({ apart, state, open_until: openUntil }) {
    // What came of it stands on a page of its own, and there whoever waited here in vain reads that, too.
    if (apart?.outcome) {
      if (this.room.outbox.holds || this.room.stay.tooLate) window.history.replaceState(null, "", "#not-sent");
      this.room.drafts.close();
      window.location.reload();
      return;
    }
    const until = state === "ended" ? null : openUntil;
    show(this.element, Boolean(apart || until));
    show(part(this.element, "time"), Boolean(apart));
    const when = apart ? this.words("opens", apart.opens_at) : until && this.words("own-time", until);
    if (when) fill(this.element, { when });
  }

  words(phrase, told) {
    const moment = Date.parse(told);
    const day = ["today", "tomorrow"][daysBetween(this.room.now(), moment)] ?? "day";
    return this.room.phrase(`${phrase}-${day}`, { time: timeOf.format(moment), day: dayOf.format(moment) });
  }
}
