/** The bar at the foot of the room: pause, set aside, safety, end and leave, one tap away at every moment. */

import { focusHeading, losesFocus } from "../drawing/parts.js";
import { part, show } from "../site/templates.js";

export class Bar {
  constructor(element, room) {
    this.element = element;
    this.container = room.view.container;
    this.room = room;
    this.session = null;
    part(element, "pause").addEventListener("click", () => this.pause());
    part(element, "set-aside").addEventListener("click", () => this.setAside());
    part(element, "end").addEventListener("click", () => this.end());
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
    if (!session.ending) this.room.stay.agreed = false;
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
    if (!live) return;
    const offers = (name, command) => session.can.includes(command) && !this.shownByScreen(name);
    show(part(this.element, "pausing"), offers("pause", "pause.start") && session.state !== "paused");
    show(part(this.element, "set-aside"), offers("set-aside", "round.set_aside"));
    show(part(this.element, "end"), offers("end", "session.end") && !session.apart);
    // Asked once: whoever asked waits with the others. Where nobody hosts, the other's press agrees, and it ends.
    const { ending } = session;
    const waits = Boolean(ending) && (session.hosted || ending.by === session.you.seat);
    part(this.element, "end").setAttribute("aria-disabled", String(waits));
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

  /** Ask to end for all: everybody sees it coming, and whoever is not done can stay. The other's press agrees to it. */
  end() {
    if (part(this.element, "end").getAttribute("aria-disabled") === "true") return;
    this.room.stay.agreed = Boolean(this.session.ending);
    this.send("session.end", { soon: true });
  }

  askToLeave(asked) {
    show(part(this.element, "leaving"), asked);
    if (asked) this.room.announce(part(this.element, "leaving-words").textContent.trim());
    else part(this.element, "leave").focus();
  }

  leave(event) {
    // Nobody is there who could be left: this is a way home, and calls nothing off.
    if (this.session?.apart) return;
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
    } catch (refusal) {
      this.room.refusals.show(error, refusal);
    }
  }
}
