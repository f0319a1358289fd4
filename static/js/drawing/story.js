// The map's text: one sentence grammar for both, from shared fields alone.

import { SEATS, nameOf, roomWords, sharedPart, strengthWord } from "./marks.js";
import { listed } from "./parts.js";
import { fill, part, show } from "../site/templates.js";

/** What the story and the map tell of a mark, if it was shared; what else was stands below them. */
export const TOLD = ["thought", "underneath", "surface", "moves"];

/** Tell whether the places of the loop carry numbers: only where both sides have an order to tell. */
export function isNumbered(marks) {
  return SEATS.every((seat) => TOLD.some((field) => field in sharedPart(marks[seat])));
}

/** Tell the story of a round into the markup of `live/story.html` inside `container`. */
export function tellStory(container, { people, moment, marks }) {
  const story = container.querySelector("[data-story]");
  story.classList.toggle("story--numbered", isNumbered(marks));
  fill(part(story, "moment"), { moment: moment.text });
  for (const seat of SEATS) {
    tellSide(part(story, `side-${seat}`), nameOf(people, seat), sharedPart(marks[seat]));
  }
  return story;
}

function tellSide(side, name, mark) {
  const words = roomWords();
  for (const field of TOLD) show(part(side, field), field in mark);
  // A story of one line is a sentence, and no list.
  const alone = !TOLD.some((field) => field in mark);
  for (const name of ["name", "steps"]) show(part(side, name), !alone);
  show(part(side, "alone"), alone);
  for (const pulled of side.querySelectorAll("[data-reaction]")) {
    show(pulled, pulled.dataset.reaction === mark.reaction);
  }
  fill(side, {
    name,
    thought: mark.thought ?? "",
    underneath: listed((mark.underneath ?? []).map((code) => words.feelings[code])),
    strength: strengthWord(mark.intensity),
    surface: listed((mark.surface ?? []).map((code) => words.labels.surface_feelings[code])),
    moves: listed((mark.moves ?? []).map((code) => words.moves[code].told)),
  });
}
