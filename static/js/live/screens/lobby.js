/** Waiting for the second partner: the code, the link, the picture to scan, and the two seats. */

import { copyText } from "../../site/copy-text.js";
import { part, show } from "../../site/templates.js";

export function mount(root, room) {
  const link = root.querySelector('[data-testid="join-link"]');
  const feedback = part(root, "feedback");
  let timer;

  function tell(name) {
    const words = room.phrase(name);
    feedback.textContent = words;
    room.announce(words);
    clearTimeout(timer);
    timer = setTimeout(() => feedback.replaceChildren(), 5000);
  }

  async function share() {
    try {
      await navigator.share({ url: link.href });
      tell("shared");
    } catch (reason) {
      // Closing the share sheet is a choice and needs no answer.
      if (reason.name !== "AbortError") copy();
    }
  }

  async function copy() {
    tell((await copyText(link.href, link)) ? "copied" : "selected");
  }

  if (link && feedback) {
    const shareButton = part(root, "share");
    show(shareButton, Boolean(navigator.share));
    shareButton.addEventListener("click", share);
    part(root, "copy").addEventListener("click", copy);
  }

  return {
    update(session) {
      for (const place of root.querySelectorAll("[data-place]")) {
        const person = session.people.find(({ seat }) => seat === place.dataset.place);
        show(part(place, "taken"), Boolean(person));
        show(part(place, "free"), !person);
        part(place, "name").textContent = person?.name ?? "";
        show(part(place, "you"), person?.seat === session.you.seat);
      }
    },
    unmount() {
      clearTimeout(timer);
    },
  };
}
