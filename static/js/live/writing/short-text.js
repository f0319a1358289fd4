// One short text of one's own: a draft that outlives screens, a gentle count, starters to rewrite.

import { part, show } from "../../site/templates.js";
import { cleaned, drawCount, lengthOf } from "./typed-text.js";

const MOST = 280;

/** Return the words as one line, which is all that a need or a step is. */
function oneLine(text) {
  return cleaned(text.replace(/\s+/gu, " "));
}

export class Writing {
  /**
   * Run the form `form` of this `kind` and `round`. While there is a draft the form should stand on the screen.
   * `send(text)` tells whether it was acknowledged; `changed()` is told when a draft was begun or given up.
   */
  constructor(form, { drafts, kind, round, starters, starter, send, changed }) {
    this.form = form;
    this.drafts = drafts;
    this.kind = kind;
    this.round = round;
    this.starters = starters;
    this.input = part(form, "input");
    this.addStarters(starter);
    this.input.addEventListener("input", () => {
      this.keep(this.input.value, this.draft?.original);
      this.draw();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = oneLine(this.input.value);
      if (!text || !this.fits) this.input.focus();
      else if (await send(text)) this.drop();
    });
    part(form, "cancel").addEventListener("click", () => {
      this.drop();
      changed();
    });
    this.stop = drafts.accept(kind, form, ({ words }) => {
      this.keep([this.input.value, words].filter(Boolean).join(" "), this.draft?.original);
      this.refill();
      changed();
      this.input.focus();
    });
    this.refill();
  }

  /** What has been written and not sent, or undefined. */
  get draft() {
    return this.drafts.at(this.kind, this.round);
  }

  keep(words, original = "") {
    this.drafts.keep(this.kind, this.round, { words, original });
  }

  /** Write the draft into the field. */
  refill() {
    this.input.value = this.draft?.words ?? "";
    this.draw();
  }

  /** Start writing with this text, which is not one's own yet. */
  begin(text) {
    this.keep(text, text);
    this.refill();
  }

  /** Forget what was written: it was sent, or given up. */
  drop() {
    this.drafts.drop(this.kind, this.round);
    this.input.value = "";
    this.draw();
  }

  /** Show the form, with a way back if there is something to go back to. */
  show(visible, { back }) {
    show(this.form, visible);
    show(part(this.form, "cancel"), back);
  }

  draw() {
    const text = oneLine(this.input.value);
    drawCount(part(this.form, "count"), text, MOST);
    this.fits = lengthOf(text) <= MOST;
    if (this.fits) this.input.removeAttribute("aria-invalid");
    else this.input.setAttribute("aria-invalid", "true");
    // A tap on a starter must never replace somebody's own words, so they leave as soon as there are some.
    show(part(this.form, "starters"), this.starters.length > 0 && (!text || this.starters.includes(text)));
  }

  addStarters(starter) {
    const items = this.starters.map((text) => {
      const item = starter.cloneNode(true);
      const button = item.querySelector("button");
      button.textContent = text;
      button.addEventListener("click", () => {
        this.begin(text);
        this.input.focus();
        this.input.setSelectionRange(text.length, text.length);
      });
      return item;
    });
    part(this.form, "starters-list").replaceChildren(...items);
  }
}
