/** Copying one's own words out of the page: a button beside each text that can be copied. */

import { copyText } from "./copy-text.js";

for (const place of document.querySelectorAll("[data-copy]")) {
  const button = place.querySelector("[data-part='copy']");
  const text = place.querySelector("[data-part='text']");
  const feedback = place.querySelector("[data-part='feedback']");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await copyText(text.value ?? text.textContent.trim(), text);
    feedback.textContent = copied ? place.dataset.copied : place.dataset.selected;
  });
}
