/** Copying or sharing the link of an invitation. */

import { copyText } from "../site/copy-text.js";

const page = document.querySelector("[data-invitation]");
const link = page.querySelector("[data-testid='invitation-link']");
const feedback = page.querySelector("[data-part='feedback']");
const share = page.querySelector("[data-part='share']");

async function copy() {
  feedback.textContent = (await copyText(link.href, link)) ? page.dataset.copied : page.dataset.selected;
}

const button = page.querySelector("[data-part='copy']");
button.addEventListener("click", copy);
button.hidden = false;
share.hidden = !navigator.share;
share.addEventListener("click", () => {
  // Closing the share sheet is a choice and needs no answer.
  navigator.share({ url: link.href }).catch((reason) => reason.name !== "AbortError" && copy());
});
