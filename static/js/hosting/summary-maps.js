// Draws the map of each round on the page to keep. Without it the page still says the same in words.

import { drawCycleMap } from "../drawing/cycle-map.js";
import { show } from "../site/templates.js";

for (const place of document.querySelectorAll("[data-map]")) {
  drawCycleMap(place, JSON.parse(document.getElementById(place.dataset.map).textContent));
  show(place, true);
}
