/** The optional second step of a mark: one field a page, each with its own choice of who sees it. */

import { copy } from "../../drawing/parts.js";
import { fill, part, show } from "../../site/templates.js";
import { drawCount } from "../writing/typed-text.js";

export class MarkPages {
  constructor(root, form, room) {
    this.root = root;
    this.form = form;
    this.room = room;
    this.core = part(root, "core");
    this.sheet = part(root, "sheet");
    this.pages = [...this.sheet.querySelectorAll("[data-page]")];
    part(root, "more").addEventListener("click", () => this.turnTo(0));
    part(root, "back").addEventListener("click", () => this.turnTo(this.current - 1));
    part(root, "next").addEventListener("click", () => this.turnTo(this.current + 1));
    part(root, "done").addEventListener("click", () => this.close());
    form.element.addEventListener("input", () => this.draw());
  }

  /** Show this page; before the first and after the last one the two taps come back. */
  turnTo(index) {
    if (!this.pages[index]) {
      this.close();
      return;
    }
    this.current = index;
    this.show(true);
    for (const [position, page] of this.pages.entries()) show(page, position === index);
    this.draw();
    this.focus(this.pages[index].querySelector("h2, legend"));
  }

  /** Show the first page on which something is written. */
  turnToWords() {
    const written = (page) => [...page.querySelectorAll("textarea")].some(({ value }) => value.trim());
    this.turnTo(this.pages.findIndex(written));
  }

  close() {
    this.show(false);
    this.draw();
    this.focus(part(this.root, "more"));
  }

  show(open) {
    show(this.sheet, open);
    show(this.core, !open);
  }

  focus(element) {
    window.scrollTo(0, 0);
    if (element.matches("h2, legend")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }

  draw() {
    for (const count of this.root.querySelectorAll("[data-count-of]")) {
      const field = this.form.element.elements[count.dataset.countOf];
      drawCount(count, field.value, Number(field.dataset.most));
    }
    if (this.current !== undefined) {
      const fits = [...this.pages[this.current].querySelectorAll("textarea")].every(({ name }) => this.form.fits(name));
      for (const name of ["back", "next", "done"]) part(this.root, name).disabled = !fits;
      const last = this.current === this.pages.length - 1;
      for (const words of part(this.root, "next").children) show(words, (words.dataset.label === "last") === last);
      show(part(this.root, "done"), !last);
      part(this.root, "progress").textContent = this.room.phrase("page-of", { page: this.current + 1, pages: this.pages.length });
    }
    this.drawAdded();
  }

  /** List below the two taps what else will be sealed, and who will see it. */
  drawAdded() {
    const fields = this.form.fields();
    const added = this.form.details.filter((name) => name in fields);
    const list = part(this.root, "added");
    const rows = added.map((name) => {
      const row = copy(this.root, "added-row");
      fill(row, { field: this.sheet.querySelector(`[data-field="${name}"]`).dataset.name });
      const shared = fields.share?.includes(name);
      for (const words of row.querySelectorAll("[data-shown-to]")) {
        show(words, (words.dataset.shownTo === "both") === Boolean(shared));
      }
      return row;
    });
    list.replaceChildren(...rows);
    show(list, rows.length > 0);
    for (const words of part(this.root, "more").children) show(words, (words.dataset.label === "change") === rows.length > 0);
  }
}
