/** People's own words: as they will be stored, and as long as the server will count them. */

import { counted } from "../../drawing/parts.js";
import { show } from "../../site/templates.js";

const COUNT_FROM = 60;

// Everything that is no text but could hide in one: control characters, except the line break.
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;

/** Return the words as they are sent: composed (NFC), without control characters and outer blanks. */
export function cleaned(text) {
  const wellFormed = text.toWellFormed?.() ?? text;
  return wellFormed.replace(/\r\n?/g, "\n").replace(CONTROL, " ").normalize("NFC").trim();
}

/** Return how many code points the words have, which is not what `length` says of an emoji. */
export function lengthOf(text) {
  return [...cleaned(text)].length;
}

/** Keep a gentle count below a field: silent until the end comes near, plain when it is passed. */
export function drawCount(element, text, most) {
  const left = most - lengthOf(text);
  show(element, left <= COUNT_FROM);
  element.classList.toggle("count--over", left < 0);
  const words = left <= COUNT_FROM ? counted(element, Math.abs(left), left < 0 ? "over" : "left") : "";
  if (element.textContent !== words) element.textContent = words;
}
