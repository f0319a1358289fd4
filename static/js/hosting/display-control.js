/** The console's hand on the therapist's one display: show this check-in there, or nothing, by one touch. */

import { part, show } from "../site/templates.js";

const ASK_EVERY = 15_000;

export class DisplayControl {
  constructor(element) {
    this.element = element;
    this.token = element.querySelector('[name="csrfmiddlewaretoken"]');
    this.wall = new BroadcastChannel("room-display");
    part(element, "show").addEventListener("click", () => this.post(element.dataset.url, { session: element.dataset.session }));
    part(element, "blank").addEventListener("click", () => this.post(element.dataset.blankUrl, {}));
    // Opened in a window of its own: whether it shows this, the server says.
    element.addEventListener("submit", () => setTimeout(() => this.ask(), 1_000));
    window.addEventListener("focus", () => this.ask());
    setInterval(() => this.ask(), ASK_EVERY);
    this.ask();
  }

  async post(url, fields) {
    const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: this.token.value });
    const answer = await fetch(url, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => null);
    const done = answer?.type === "opaqueredirect";
    show(part(this.element, "failed"), !done);
    this.wall.postMessage("changed");
    await this.ask();
  }

  async ask() {
    try {
      const answer = await fetch(this.element.dataset.nowUrl, { cache: "no-store" });
      const { on } = await answer.json();
      const here = on === this.element.dataset.session;
      const moved = document.activeElement === part(this.element, here ? "show" : "blank");
      for (const name of ["open", "show"]) show(part(this.element, name), !here);
      show(part(this.element, "blank"), here);
      if (moved) part(this.element, here ? "blank" : "show").focus();
    } catch {
      // Not heard: what stands there stays.
    }
  }
}
