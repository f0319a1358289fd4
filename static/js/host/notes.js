/** A therapist's own notes on a couple: fetched when the console opens, kept a moment after the last letter. */

import { part, show } from "../room/templates.js";

const KEEP_AFTER = 800;
const CHANGED = 409;

export class Notes {
  constructor(section, room) {
    this.section = section;
    this.room = room;
    this.text = section.querySelector("textarea");
    this.token = section.querySelector('[name="csrfmiddlewaretoken"]').value;
    this.text.addEventListener("input", () => this.keepSoon());
    window.addEventListener("pagehide", () => this.keepNow());
    // Whoever comes back from another window finds what they wrote there.
    window.addEventListener("focus", () => this.load());
    this.load();
  }

  get saved() {
    return this.text.disabled || this.text.value === this.kept;
  }

  async load() {
    try {
      const { text, version } = await this.ask("GET");
      if (!this.saved) return;
      Object.assign(this, { kept: text, version });
      if (this.text.value !== text) this.text.value = text;
      this.text.disabled = false;
    } catch {
      if (this.saved) this.tell("failed");
    }
  }

  keepSoon() {
    this.tell(null);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepNow(), KEEP_AFTER);
  }

  async keepNow() {
    clearTimeout(this.timer);
    if (this.saved) return;
    const text = this.text.value;
    try {
      const { version } = await this.ask("PUT", { text, version: this.version });
      Object.assign(this, { kept: text, version });
      if (this.saved) this.tell("kept");
    } catch (refused) {
      if (refused.status === CHANGED) await this.putTogether();
      else this.tell("failed");
    }
  }

  // Written in two windows: what was added here goes below what was kept there, and nothing is lost.
  async putTogether() {
    try {
      const { text, version } = await this.ask("GET");
      const here = this.text.value;
      const added = here.startsWith(this.kept) ? here.slice(this.kept.length).trim() : here;
      Object.assign(this, { kept: text, version });
      this.text.value = [text, added].filter(Boolean).join("\n\n");
      await this.keepNow();
      this.tell("together");
    } catch {
      this.tell("failed");
    }
  }

  async ask(method, body) {
    const headers = { Accept: "application/json" };
    if (body) Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": this.token });
    const answer = await fetch(this.section.dataset.url, {
      method,
      headers,
      body: body && JSON.stringify(body),
      keepalive: Boolean(body),
    });
    if (!answer.ok) throw answer;
    return answer.json();
  }

  tell(what) {
    for (const name of ["kept", "together", "failed"]) show(part(this.section, name), what === name);
  }
}
