// The optional fields of a mark as a list of what they are and what they say.

import { roomWords } from "../drawing/marks.js";
import { listed } from "../drawing/parts.js";
import { fill, show } from "../site/templates.js";

/** Fill the list of `live/screens/reveal_details.html` inside `container`; what is not there leaves no trace. */
export function drawDetails(container, fields) {
  const values = {};
  for (const entry of container.querySelectorAll("[data-field]")) {
    const { field, labels } = entry.dataset;
    show(entry, field in fields);
    values[field] = saidBy(fields[field] ?? "", roomWords().labels[labels]);
  }
  fill(container.querySelector("dl"), values);
}

/** Return what a field says: a text as it was written, codes by their words. */
function saidBy(value, words) {
  return words ? listed([value].flat().map((code) => words[code] ?? "")) : value;
}
