// Draws where each reaction pulls. Without it the cards still say so in words.

import { drawGlyph } from "../drawing/glyph.js";

for (const svg of document.querySelectorAll("[data-glyph]")) {
  svg.classList.add("seat--a");
  drawGlyph(svg, "a", svg.dataset.glyph, { other: true });
}
