/** Offers what was being written when the check-in went on: to be put back, copied at the end, or discarded. */

import { copy } from "../../drawing/parts.js";
import { copyText } from "../../site/copy-text.js";
import { fill, part, show } from "../../site/templates.js";

const NO_LOGIN = 4401;

export class KeptWords {
  constructor(element, room) {
    this.element = element;
    this.room = room;
    this.rows = new Map();
  }

  /**
   * Offer what has lost its form; not in a pause, in which nothing waits for an answer, and not to whoever has the phone
   * once its login has ended: perhaps it was lost, and logged out from elsewhere.
   */
  update(session) {
    const { drafts, view, stay } = this.room;
    const offered = view.name === "pause" || stay.closedWith === NO_LOGIN ? [] : drafts.strays(session);
    for (const [draft, row] of this.rows) {
      if (offered.includes(draft)) continue;
      row.remove();
      this.rows.delete(draft);
    }
    for (const draft of offered) {
      const row = this.rows.get(draft) ?? this.addRow(draft);
      const ended = session.state === "ended";
      const form = drafts.formFor(draft);
      show(part(row, "put-back"), Boolean(form));
      show(part(row, "copy"), ended);
      show(part(row, "later"), !form && !ended);
      row.classList.toggle("kept__row--later", !form && !ended);
    }
    show(this.element, offered.length > 0);
  }

  addRow(draft) {
    const row = copy(this.element, "row");
    fill(row, { words: draft.words });
    part(row, "put-back").addEventListener("click", () => {
      this.room.drafts.putBack(draft);
      this.update(this.room.session);
    });
    part(row, "copy").addEventListener("click", async () => {
      const words = row.querySelector('[data-text="words"]');
      const said = (await copyText(draft.words, words)) ? "copied-words" : "selected-words";
      part(row, "feedback").textContent = this.room.phrase(said);
    });
    part(row, "discard").addEventListener("click", () => {
      this.room.drafts.drop(draft.kind, draft.round);
      this.update(this.room.session);
    });
    part(this.element, "list").append(row);
    this.rows.set(draft, row);
    return row;
  }
}
