// Making sentences from the words that the markup holds, in the page's language.

import { part } from "../site/templates.js";

const language = document.documentElement.lang || "en";

/** Return a fresh copy of what the inner template `name` holds. */
export function copy(root, name) {
  return part(root, name).content.firstElementChild.cloneNode(true);
}

/** Replace `{name}` in a sentence by its value, in whatever order the language puts them. */
export function sentence(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Return the sentence for a number from `data-<prefix>-one`, `-few`, `-other`… of the element. */
export function counted(element, number, prefix) {
  const form = new Intl.PluralRules(language).select(number);
  const text = element.getAttribute(`data-${prefix}-${form}`) ?? element.getAttribute(`data-${prefix}-other`);
  return sentence(text, { number: String(number) });
}

/** Join words as the page's language does: "one, two and three". */
export function listed(words) {
  return new Intl.ListFormat(language).format(words);
}

/** Give the focus to the heading of a screen, so that reading goes on there. */
export function focusHeading(container) {
  const heading = [...container.querySelectorAll("h1")].find((element) => !element.closest("[hidden]"));
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Draw, and tell whether that has hidden what had the focus. */
export function losesFocus(area, draw) {
  const held = area.contains(document.activeElement);
  draw();
  const { activeElement } = document;
  // Browsers differ in when they notice: hidden now, the focus is either still there or already nowhere.
  return held && (activeElement === document.body || Boolean(activeElement.closest("[hidden]")));
}

/** Draw, and if that hides what had the focus, give it to the nearest words instead of losing it. */
export function drawKeepingFocus(area, draw) {
  if (!losesFocus(area, draw)) return;
  const places = [...area.querySelectorAll('[tabindex="-1"]')];
  places.find((place) => !place.closest("[hidden]"))?.focus({ preventScroll: true });
}
