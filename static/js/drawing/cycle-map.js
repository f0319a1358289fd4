// Draws the infinity loop of one revealed round. SVG draws the roads, HTML carries the words.

import { drawGlyph, drawPips } from "./glyph.js";
import { SEATS, nameOf, roomWords, sharedPart, strengthWord } from "./marks.js";
import { TOLD, isNumbered } from "./story.js";
import { fill, part, show } from "../site/templates.js";

let maps = 0;

/**
 * Draw the map of a round into the markup of `live/cycle_map.html` inside `container`.
 *
 * What was not shared and what was not filled in leave the same picture: no node, no row.
 */
export function drawCycleMap(container, { people, moment, marks }) {
  const map = container.querySelector("[data-cycle-map]");
  const shared = Object.fromEntries(SEATS.map((seat) => [seat, sharedPart(marks[seat])]));
  const words = roomWords();

  nameGradients(map);
  map.classList.toggle("cycle-map--numbered", isNumbered(marks));
  for (const seat of SEATS) {
    fill(part(map, `name-${seat}`), { name: nameOf(people, seat) });
    drawLobe(map, seat, shared[seat], words);
    for (const field of TOLD) {
      map.querySelector(`[data-node="${field}-${seat}"]`).toggleAttribute("hidden", !(field in shared[seat]));
    }
  }
  show(part(map, "row-moment"), Boolean(moment.text));
  fill(part(map, "row-moment"), { moment: moment.text });
  drawRow(map, "moves", shared, (code) => words.moves[code].told);
  drawRow(map, "surface", shared, (code) => words.labels.surface_feelings[code]);
  drawRow(map, "thought", shared, (text) => text);
  drawRow(map, "underneath", shared, (code) => words.feelings[code]);
  return map;
}

// A gradient is found by its id, and a page of history shows several maps.
function nameGradients(map) {
  if (part(map, "gradient-a").id) return;
  maps += 1;
  for (const seat of SEATS) {
    const id = `cycle-map-${maps}-${seat}`;
    part(map, `gradient-${seat}`).id = id;
    part(map, `road-${seat}`).setAttribute("stroke", `url(#${id})`);
  }
}

function drawLobe(map, seat, mark, words) {
  const lobe = part(map, `lobe-${seat}`);
  // With the upright, or closer to the one and away from the other would be the same arrow.
  drawGlyph(part(lobe, "glyph"), seat, mark.reaction, { other: true });
  drawPips(part(lobe, "pips"), seat, mark.intensity);
  fill(lobe, { pull: words.reactions[mark.reaction].title, strength: strengthWord(mark.intensity) });
}

function drawRow(map, field, shared, wordFor) {
  show(
    part(map, `row-${field}`),
    SEATS.some((seat) => field in shared[seat]),
  );
  for (const seat of SEATS) {
    const lines = [shared[seat][field] ?? []].flat().map((code) => {
      const line = document.createElement("li");
      line.textContent = wordFor(code);
      return line;
    });
    part(map, `${field}-${seat}`).replaceChildren(...lines);
  }
}
