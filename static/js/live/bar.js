/** The bar at the foot of the room: pause, set aside, safety, end and leave, one tap away at every moment. */

import { focusHeading, losesFocus } from "../drawing/parts.js";
import { part, show } from "../site/templates.js";

/** How long "End" can be taken back. */
const SECOND_THOUGHT = 3000;

export class Bar {
  constructor(element, room) {
    this.element = element;
    this.container = room.view.container;
    this.room = room;
    this.session = null;
    part(element, "pause").addEventListener("click", () => this.pause());
    part(element, "set-aside").addEventListener("click", () => this.setAside());
    part(element, "end").addEventListener("click", () => this.end());
    part(element, "keep-going").addEventListener("click", () => this.keepGoing());
    part(element, "stay")?.addEventListener("click", () => this.askToLeave(false));
    // Leaving is asked of the whole room, so that a screen may show its own way out.
    element.parentElement.addEventListener("click", (event) => {
      if (event.target.closest("[data-leave]")) this.leave(event);
    });
    // What is docked above the bar keeps clear of it, however high it has become.
    new ResizeObserver(() => {
      element.parentElement.style.setProperty("--bar-height", `${element.offsetHeight}px`);
    }).observe(element);
    new MutationObserver(() => this.draw()).observe(this.container, {
      attributeFilter: ["hidden", "open"],
      childList: true,
      subtree: true,
    });
  }

  /** Show what this snapshot allows. */
  update(session) {
    this.session = session;
    this.draw();
  }

  draw() {
    // What was pressed may have no place here any more: whoever stood on it goes on with the screen.
    if (losesFocus(this.element, () => this.drawItems())) focusHeading(this.container);
  }

  drawItems() {
    const { session } = this;
    const live = Boolean(session) && session.state !== "ended" && Boolean(session.you?.seat);
    show(this.element, live);
    if (!live) {
      this.stopEnding();
      return;
    }
    const offers = (name, command) => session.can.includes(command) && !this.shownByScreen(name);
    show(part(this.element, "pausing"), offers("pause", "pause.start") && session.state !== "paused");
    show(part(this.element, "set-aside"), offers("set-aside", "round.set_aside"));
    show(part(this.element, "end"), offers("end", "session.end") || Boolean(this.ending));
    show(part(this.element, "leave"), !this.shownByScreen("leave"));
  }

  shownByScreen(name) {
    const shown = this.container.querySelectorAll(`[data-testid="${name}"]`);
    return [...shown].some((element) => element.getClientRects().length > 0);
  }

  pause() {
    this.send("pause.start", { minutes: Number(part(this.element, "minutes").value) });
  }

  setAside() {
    this.send("round.set_aside", { round: this.session.round.number });
  }

  /** End for both: a second press ends at once, otherwise there are three seconds to keep going. */
  end() {
    if (this.ending) {
      this.stopEnding();
      this.send("session.end");
      return;
    }
    this.ending = setTimeout(() => {
      this.stopEnding();
      this.send("session.end");
    }, SECOND_THOUGHT);
    this.showEnding(true);
  }

  /** A countdown that nobody sees any more is over. */
  settle() {
    if (!this.ending) return;
    this.stopEnding();
    this.room.outbox.send("session.end").then(
      () => this.ended(),
      () => {},
    );
  }

  ended() {
    this.room.stay.endedHere = true;
  }

  keepGoing() {
    this.stopEnding();
    part(this.element, "end").focus();
  }

  stopEnding() {
    clearTimeout(this.ending);
    this.ending = null;
    this.showEnding(false);
  }

  showEnding(visible) {
    show(part(this.element, "ending"), visible);
    if (visible) this.room.announce(part(this.element, "ending-words").textContent.trim());
  }

  askToLeave(asked) {
    show(part(this.element, "leaving"), asked);
    if (asked) this.room.announce(part(this.element, "leaving-words").textContent.trim());
    else part(this.element, "leave").focus();
  }

  leave(event) {
    event.preventDefault();
    // Who hosts leaves the two alone with it: that is asked once.
    if (part(this.element, "leaving")?.hidden) {
      this.askToLeave(true);
      return;
    }
    this.room.leave(event.target.closest("[data-leave]").href);
  }

  async send(type, fields) {
    const error = part(this.element, "error");
    this.room.refusals.show(error, null);
    try {
      await this.room.send(type, fields);
      if (type === "session.end") this.ended();
    } catch (refusal) {
      this.room.refusals.show(error, refusal);
    }
  }
}
