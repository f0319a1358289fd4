/** What stands in the form of a mark: read, limited, kept, emptied. No word of it is stored anywhere but here. */

import { cleaned, lengthOf } from "../words.js";

const LISTS = ["moves", "underneath"];
const CHOICES = ["impulse", "chosen", "guess"];
const TEXTS = ["thought", "second_look", "words"];
/** In the order of the pages. */
export const DETAILS = ["moves", "underneath", "impulse", "chosen", "thought", "second_look", "words", "guess"];

export class MarkForm {
  constructor(element) {
    this.element = element;
    element.addEventListener("input", () => this.limitLists());
  }

  get data() {
    return new FormData(this.element);
  }

  get intensity() {
    return Number(this.data.get("intensity"));
  }

  /** Tell whether the two taps are done and nothing is longer than it may be. */
  get complete() {
    const { data } = this;
    return data.has("reaction") && data.has("intensity") && TEXTS.every((name) => this.fits(name));
  }

  fits(name) {
    return lengthOf(this.data.get(name) ?? "") <= Number(this.element.elements[name].dataset.most);
  }

  /** Return the fields of the command: what is empty is left out, nothing is shared that was not asked to be. */
  fields() {
    const { data } = this;
    const fields = { reaction: data.get("reaction"), intensity: Number(data.get("intensity")) };
    for (const name of LISTS) if (data.has(name)) fields[name] = data.getAll(name);
    for (const name of CHOICES) if (data.get(name)) fields[name] = data.get(name);
    for (const name of TEXTS) {
      const words = cleaned(data.get(name) ?? "");
      if (words) fields[name] = words;
    }
    const share = DETAILS.filter((name) => name in fields && this.shares(name));
    return share.length > 0 ? { ...fields, share } : fields;
  }

  shares(name) {
    return this.data.get(`share-${name}`) === "both";
  }

  /** Return what was written, without what was only tapped. */
  get words() {
    return TEXTS.map((name) => cleaned(this.data.get(name) ?? ""))
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
    this.limitLists();
  }

  /** Put values in beside what is there already: no word replaces another, nothing chosen is chosen anew. */
  add(values) {
    const { data } = this;
    const isFree = (name) => !data.get(name.replace(/^share-/, ""));
    const added = values.filter(([name]) => TEXTS.includes(name) || isFree(name));
    this.restore(added.map(([name, value]) => [name, isFree(name) ? value : `${data.get(name)}\n${value}`]));
  }

  /** Undo a choice that a radio alone cannot undo. */
  forget(name) {
    for (const control of this.element.querySelectorAll(`[name="${name}"]`)) control.checked = false;
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  clear() {
    this.element.reset();
    for (const field of this.element.querySelectorAll("textarea")) field.value = "";
    this.limitLists();
  }

  // Three are enough to be seen by the other; a fourth can be had for one of them.
  limitLists() {
    for (const list of this.element.querySelectorAll("[data-most-choices]")) {
      const boxes = [...list.querySelectorAll("input")];
      const full = boxes.filter(({ checked }) => checked).length >= Number(list.dataset.mostChoices);
      for (const box of boxes) box.disabled = full && !box.checked;
    }
  }
}
