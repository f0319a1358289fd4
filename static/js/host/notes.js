/** A therapist's own notes on a couple: fetched when the console opens, kept a moment after the last letter. */

import { part, show } from "../room/templates.js";

const KEEP_AFTER = 800;

export class Notes {
  constructor(section, room) {
    this.section = section;
    this.room = room;
    this.text = section.querySelector("textarea");
    this.token = section.querySelector('[name="csrfmiddlewaretoken"]').value;
    this.text.addEventListener("input", () => this.keepSoon());
    window.addEventListener("pagehide", () => this.keepNow());
    this.load();
  }

  async load() {
    try {
      const answer = await fetch(this.section.dataset.url, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw answer;
      this.kept = this.text.value = (await answer.json()).text;
      this.text.disabled = false;
    } catch {
      this.tell("failed");
    }
  }

  keepSoon() {
    this.tell(null);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepNow(), KEEP_AFTER);
  }

  async keepNow() {
    clearTimeout(this.timer);
    const text = this.text.value;
    if (this.text.disabled || text === this.kept) return;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token };
    try {
      const body = JSON.stringify({ text });
      const answer = await fetch(this.section.dataset.url, { method: "PUT", headers, body, keepalive: true });
      if (!answer.ok) throw answer;
      this.kept = text;
      if (this.text.value === text) this.tell("kept");
    } catch {
      this.tell("failed");
    }
  }

  tell(what) {
    show(part(this.section, "kept"), what === "kept");
    show(part(this.section, "failed"), what === "failed");
  }
}
