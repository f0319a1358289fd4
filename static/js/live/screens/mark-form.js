/** What stands in the form of a mark: read, limited, kept, emptied. No word of it is stored anywhere but here. */

import { cleaned, lengthOf } from "../writing/typed-text.js";

export class MarkForm {
  constructor(element) {
    this.element = element;
    /** The optional fields, in the order of the pages. */
    this.details = [...element.querySelectorAll("[data-field]")].map(({ dataset }) => dataset.field);
    /** Whether the round has no moment, so that each seals one with the mark. */
    this.asksMoment = false;
    element.addEventListener("input", () => this.limitLists());
  }

  get data() {
    return new FormData(this.element);
  }

  /** The fields that hold text. */
  get texts() {
    return [...this.element.querySelectorAll("textarea")].map(({ name }) => name);
  }

  get intensity() {
    return Number(this.data.get("intensity"));
  }

  /** Tell whether the two taps are done, a moment is chosen where one is asked for, and nothing is too long. */
  get complete() {
    const { data } = this;
    const lacks = this.asksMoment && Object.keys(this.moment).length === 0;
    return !lacks && data.has("reaction") && data.has("intensity") && this.texts.every((name) => this.fits(name));
  }

  /** The moment that is meant, where each chooses one: own words come before one of the library. */
  get moment() {
    const { data } = this;
    const text = cleaned(data.get("moment_text") ?? "");
    if (!this.asksMoment) return {};
    if (text) return { moment_text: text };
    return data.get("moment") ? { moment: Number(data.get("moment")) } : {};
  }

  fits(name) {
    return lengthOf(this.data.get(name) ?? "") <= Number(this.element.elements[name].dataset.most);
  }

  /** Return the fields of the command: what is empty is left out, nothing is shared that was not asked to be. */
  fields() {
    const { data } = this;
    const fields = { reaction: data.get("reaction"), intensity: Number(data.get("intensity")), ...this.moment };
    for (const name of this.details) {
      const value = this.valueOf(name, data);
      if (value.length > 0) fields[name] = value;
    }
    const share = this.details.filter((name) => name in fields && this.shares(name));
    return share.length > 0 ? { ...fields, share } : fields;
  }

  /** Return what one optional field holds: boxes make a list, a text is cleaned, and else there is one code. */
  valueOf(name, data) {
    const control = this.element.querySelector(`[name="${name}"]`);
    if (control.type === "checkbox") return data.getAll(name);
    return control.type === "textarea" ? cleaned(data.get(name) ?? "") : (data.get(name) ?? "");
  }

  shares(name) {
    return this.data.get(`share-${name}`) === "both";
  }

  /** Return what was written, without what was only tapped. */
  get words() {
    return this.texts.map((name) => cleaned(this.data.get(name) ?? ""))
      .filter(Boolean)
      .join("\n");
  }

  /** Return everything that is filled in, to put it back with `restore`. */
  values() {
    return [...this.data];
  }

  restore(values) {
    for (const [name, value] of values) {
      for (const control of this.element.querySelectorAll(`[name="${name}"]`)) {
        if (control.type !== "radio" && control.type !== "checkbox") control.value = value;
        else if (control.value === value) control.checked = true;
      }
    }
    // What was chosen in a fold stands open, so that nothing is sealed unseen.
    for (const fold of this.element.querySelectorAll("details")) {
      if (fold.querySelector('[type="checkbox"]:checked')) fold.open = true;
    }
    this.limitLists();
  }

  /** Put values in beside what is there already: no word replaces another, nothing chosen is chosen anew. */
  add(values) {
    const { data, texts } = this;
    const isFree = (name) => !data.get(name.replace(/^share-/, ""));
    const added = values.filter(([name]) => texts.includes(name) || isFree(name));
    this.restore(added.map(([name, value]) => [name, isFree(name) ? value : `${data.get(name)}\n${value}`]));
  }

  /** Undo a choice that a radio alone cannot undo. */
  forget(name) {
    for (const control of this.element.querySelectorAll(`[name="${name}"]`)) control.checked = false;
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  clear() {
    this.element.reset();
    for (const fold of this.element.querySelectorAll("details")) fold.open = false;
    for (const field of this.element.querySelectorAll("textarea")) field.value = "";
    this.limitLists();
  }

  // Two or three are enough to be seen by the other; one more can be had for one of them.
  limitLists() {
    for (const list of this.element.querySelectorAll("[data-most-choices]")) {
      const boxes = [...list.querySelectorAll("input")];
      const full = boxes.filter(({ checked }) => checked).length >= Number(list.dataset.mostChoices);
      for (const box of boxes) box.disabled = full && !box.checked;
    }
  }
}
