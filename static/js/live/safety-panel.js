/**
 * Opens the safety page's words beside the room, so that reading them costs nothing that is being written. Back closes
 * them, as it would leave the page that they look like.
 */

import { clone, part, show } from "../site/templates.js";

export class SafetyPanel {
  constructor(element) {
    this.element = element;
    this.opener = null;
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-safety]");
      if (link && !opensElsewhere(event)) this.open(event, link);
    });
    part(element, "close").addEventListener("click", () => history.back());
    element.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") history.back();
    });
    window.addEventListener("popstate", ({ state }) => this.show(Boolean(state?.beside)));
  }

  open(event, link) {
    event.preventDefault();
    this.opener = link;
    history.pushState({ beside: true }, "");
    this.show(true);
  }

  show(visible) {
    if (this.element.hidden !== visible) return;
    if (visible) part(this.element, "words").replaceChildren(clone("safety-words"));
    for (const sibling of this.element.parentElement.children) {
      if (sibling !== this.element) sibling.inert = visible;
    }
    show(this.element, visible);
    if (visible) this.focusHeading();
    else {
      part(this.element, "words").replaceChildren();
      this.opener?.focus({ preventScroll: true });
    }
  }

  focusHeading() {
    const heading = this.element.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    this.element.scrollTop = 0;
  }
}

function opensElsewhere({ button, ctrlKey, metaKey, shiftKey, altKey }) {
  return button !== 0 || ctrlKey || metaKey || shiftKey || altKey;
}
