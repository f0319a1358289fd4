// Draws the map of a round that is past. Without it the page still tells the same loop in words.

import { drawCycleMap } from "../drawing/cycle-map.js";
import { show } from "../site/templates.js";

const place = document.querySelector("[data-past-round]");
drawCycleMap(place, JSON.parse(document.getElementById("past-round").textContent));
show(place, true);
