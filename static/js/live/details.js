// The optional fields of a mark as a list of what they are and what they say.

import { roomWords } from "../drawing/marks.js";
import { listed } from "../drawing/parts.js";
import { fill, show } from "../site/templates.js";

/** Fill the list of `live/screens/reveal_details.html` inside `container`; what is not there leaves no trace. */
export function drawDetails(container, fields) {
  const { moves, feelings, reactions } = roomWords();
  for (const entry of container.querySelectorAll("[data-field]")) show(entry, entry.dataset.field in fields);
  fill(container.querySelector("dl"), {
    thought: fields.thought ?? "",
    second_look: fields.second_look ?? "",
    words: fields.words ?? "",
    underneath: listed((fields.underneath ?? []).map((code) => feelings[code])),
    moves: listed((fields.moves ?? []).map((code) => moves[code].choose)),
    impulse: moves[fields.impulse]?.choose ?? "",
    chosen: moves[fields.chosen]?.choose ?? "",
    guess: reactions[fields.guess]?.title ?? "",
  });
}
