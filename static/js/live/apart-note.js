/** Says when what each seals alone opens for both: the same for both, whatever either has done. */

import { dayOf, daysBetween, timeOf } from "./open-until.js";
import { fill, show } from "../site/templates.js";

export class ApartNote {
  constructor(element, room) {
    this.element = element;
    this.room = room;
  }

  update({ apart }) {
    // What came of it stands on a page of its own.
    if (apart?.outcome) {
      this.room.drafts.close();
      window.location.reload();
      return;
    }
    show(this.element, Boolean(apart));
    if (apart) fill(this.element, { opens: this.words(Date.parse(apart.opens_at)) });
  }

  words(opens) {
    const when = ["today", "tomorrow"][daysBetween(this.room.now(), opens)] ?? "day";
    return this.room.phrase(`opens-${when}`, { time: timeOf.format(opens), day: dayOf.format(opens) });
  }
}
