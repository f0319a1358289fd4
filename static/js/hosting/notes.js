/**
 * A therapist's own notes on a check-in: fetched when the console opens, kept a moment after the last letter.
 *
 * Looking and keeping take turns: on a slow line an older answer would otherwise arrive last and take words back, and
 * two that are sent at once would refuse one another.
 */

import { fill, part, show } from "../site/templates.js";

const KEEP_AFTER = 800;
const PATIENCE = 15_000;
const CHANGED = 409;
const LOGGED_OUT = 401;
/** From here on it is said how many characters are left. */
const NEARLY_FULL = 500;

export class Notes {
  constructor(section) {
    this.section = section;
    this.text = section.querySelector("textarea");
    // Asked anew each time: a login that was renewed in another window has another token.
    this.token = section.querySelector('[name="csrfmiddlewaretoken"]');
    this.turn = Promise.resolve();
    this.most = Number(section.dataset.most);
    this.text.addEventListener("input", () => this.keepSoon());
    window.addEventListener("pagehide", () => this.keepNow());
    window.addEventListener("beforeunload", (event) => {
      // What nobody has tried to keep yet is kept as the page goes; what is under way, failed or too long could be lost.
      if ((this.keeping || this.left < 0) && !this.saved && !this.leaving) event.preventDefault();
    });
    document.addEventListener("quick-exit", () => {
      this.leaving = true;
    });
    // Whoever comes back from another window finds what they wrote there; and so whose line comes back.
    for (const back of ["focus", "online"]) window.addEventListener(back, () => this.lookAgain());
    this.lookAgain();
  }

  get saved() {
    return this.text.disabled || this.text.value === this.kept;
  }

  inTurn(work) {
    this.turn = this.turn.then(work);
    return this.turn;
  }

  lookAgain() {
    return this.inTurn(() => (this.saved ? this.look() : this.keep()));
  }

  keepSoon() {
    this.tell(null);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepNow(), KEEP_AFTER);
  }

  keepNow() {
    clearTimeout(this.timer);
    return this.inTurn(() => this.keep());
  }

  async look() {
    try {
      const { text, version } = await this.ask("GET");
      // Written meanwhile: it is kept by the version that was known, so that it joins what was found.
      if (!this.saved) return;
      Object.assign(this, { kept: text, version });
      if (this.text.value !== text) this.text.value = text;
      if (this.text.disabled) this.tell(null);
      this.text.disabled = false;
    } catch {
      if (this.text.disabled) this.tell("unread");
    }
  }

  /** How many characters there is room for still, counted as the server counts them. */
  get left() {
    return this.most - [...this.text.value.normalize("NFC").trim()].length;
  }

  async keep() {
    if (this.saved) return;
    if (this.left < 0) {
      // Not sent: it would be refused whole. What stands here stays, and leaving the page asks first.
      this.tell("over");
      return;
    }
    const text = this.text.value;
    this.keeping = true;
    try {
      const { version } = await this.ask("PUT", { text, version: this.version });
      Object.assign(this, { kept: text, version, keeping: false });
      if (this.saved) this.tell("kept");
    } catch (refused) {
      if (refused.status === CHANGED) await this.putTogether();
      else this.tell(refused.status === LOGGED_OUT ? "out" : "failed");
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
      await this.keep();
      if (this.saved) this.tell("together");
    } catch {
      this.tell("failed");
    }
  }

  async ask(method, body) {
    const headers = { Accept: "application/json" };
    if (body) Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": this.token.value });
    const answer = await fetch(this.section.dataset.url, {
      method,
      headers,
      body: body && JSON.stringify(body),
      keepalive: Boolean(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) throw answer;
    return answer.json();
  }

  tell(what) {
    const { left } = this;
    const told = left < 0 ? "over" : what;
    for (const name of ["kept", "together", "failed", "out", "unread"]) show(part(this.section, name), told === name);
    const over = part(this.section, "over");
    fill(over, { over: left < 0 ? this.section.dataset.over.replace("{over}", String(-left)) : "" });
    show(over, left < 0);
    const counter = part(this.section, "left");
    counter.textContent = this.section.dataset.many.replace("{left}", String(left));
    show(counter, left >= 0 && left <= NEARLY_FULL);
  }
}
