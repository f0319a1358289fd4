/** Tells a partner who hosts and what they see, and lets each of the two say no to that, alone and at any time. */

import { fill, part, show } from "../site/templates.js";

export class HostNote {
  constructor(element, room) {
    this.element = element;
    this.room = room;
    this.wasHosted = "wasHosted" in element.dataset;
    for (const form of [part(element, "form"), part(element, "again")]) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.send(form);
      });
    }
  }

  /** Show who hosts now; once nobody does any more, that it goes on. Why, is nobody's to learn. */
  update(session) {
    const host = session.people.find(({ seat }) => seat === "host");
    const hosted = session.hosted && Boolean(host) && session.state !== "ended";
    show(part(this.element, "hosted"), hosted);
    show(part(this.element, "away"), hosted && !host.here);
    show(part(this.element, "again"), this.wasHosted && !hosted && session.state !== "ended");
    show(part(this.element, "goes-on"), this.wasHosted && !hosted && session.state !== "ended");
    show(this.element, session.state !== "ended" && (hosted || this.wasHosted));
    if (hosted) fill(this.element, { host: host.name });
    else if (this.wasHosted && !this.told && session.state !== "ended") {
      this.told = true;
      this.room.announce(part(this.element, "goes-on").textContent.trim());
    }
    if (hosted) Object.assign(this, { wasHosted: true, told: false });
  }

  async send(form) {
    const button = form.querySelector("button");
    const error = part(this.element, "error");
    show(error, false);
    button.setAttribute("aria-disabled", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      // A redirect means done; the next snapshot says the rest.
      if (!answer.ok && answer.type !== "opaqueredirect") throw answer;
    } catch {
      show(error, true);
      this.room.alert(error.textContent.trim());
    }
    button.removeAttribute("aria-disabled");
  }
}
