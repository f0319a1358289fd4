/**
 * Draws the whole snapshot: picks the screen, mounts it once, hands it every later snapshot.
 *
 * A screen module (static/js/live/screens/NAME.js, template #screen-NAME) exports
 *   mount(root, room) → { update(session), unmount() }
 * `root` already holds a clone of the template; `update` is called right after mounting and with every snapshot.
 * A screen is mounted anew only when the screen or the round's number changes. A pause, or a look at the next moment,
 * only lays it aside: it comes back as it was left, words, focus and place on the page included. A screen that must
 * know of that has `rest()`; `refill()` is asked to write its drafts into its fields once more.
 *
 * `room` is all that a screen knows:
 *   room.session             the session of the newest snapshot
 *   room.send(type, fields)  → Promise, resolved on the ack, rejected with { code, detail }; nothing is kept for later:
 *                            while offline it rejects at once, what was under way is retried with the same op
 *   room.stay                a plain object that outlives screens
 *   room.drafts              what somebody is writing: it outlives screens and rounds (drafts.js)
 *   room.online              whether commands can be sent right now
 *   room.on(event, listener) "online" (boolean), "snapshot" (session), while the screen is shown
 *   room.announce(text)      polite, for screen readers            room.alert(text)   at once
 *   room.go("moment")        choose the next moment although a revealed round is shown; room.go(null): back to it
 *   room.redraw()            pick again, after something in `stay` that the choice depends on has changed
 *   room.now()               the server's time in milliseconds, for clocks
 *   room.phrase(name, {…})   a phrase of the page's #phrases template
 *
 * A host's console and the shared screen have screens of their own (static/js/hosting): they give View other `eyes`.
 *
 * The bar at the foot of the room holds pause, set aside, safety, end and leave. It hides its own
 * `data-testid` wherever the screen shows the same one, so no hook stands on the page twice.
 */

import * as ended from "./screens/ended.js";
import * as lobby from "./screens/lobby.js";
import * as mark from "./screens/mark.js";
import * as moment from "./screens/moment.js";
import * as pause from "./screens/pause.js";
import * as reveal from "./screens/reveal.js";
import * as sealed from "./screens/sealed.js";
import { focusHeading } from "../drawing/parts.js";
import { clone } from "../site/templates.js";

const SCREENS = { ended, lobby, mark, moment, pause, reveal, sealed };

/** These say themselves that they have arrived; of the others the #phrases template says it. */
const ANNOUNCE_THEMSELVES = new Set(["lobby", "reveal", "sealed"]);

/** What comes over another screen and goes again: the screen below waits meanwhile. */
function interrupts(name, below) {
  return name === "pause" ? below !== "pause" : name === "moment" && below === "reveal";
}

/** Tell whether somebody was at something there; a button, or a choice not made yet, is only where the focus came by. */
function isBegun(focus) {
  return Boolean(focus?.matches("textarea, select, summary, input:checked, [data-part='sheet'] *"));
}

/** Name the screen for this snapshot. `stay` says what this page alone knows. */
function screenFor(session, stay) {
  if (!session.you?.seat || session.state === "ended") return "ended";
  if (session.state === "waiting") return "lobby";
  // A pause that is over may be left in one's own time; the pause screen says when.
  if (session.state === "paused" || stay.breathing) return "pause";
  const round = session.round;
  if (!round || round.state === "set_aside") return "moment";
  if (round.state === "revealed") return stay.choosingAfter === round.number ? "moment" : "reveal";
  // While a mark is on its way the form stays until its own ack: an older seal must not pass for this one.
  if (stay.sealing === round.number || stay.changing === round.number) return "mark";
  return round.sealed || stay.acknowledged === round.number ? "sealed" : "mark";
}

export class View {
  constructor(container, room, { screens = SCREENS, pick = screenFor } = {}) {
    this.screens = screens;
    this.pick = pick;
    this.container = container;
    this.room = room;
    this.shown = null;
    this.waiting = [];
    this.focusWasInside = false;
    // A button that is disabled while it works loses the focus, so where it was last is remembered.
    document.addEventListener("focusin", ({ target }) => {
      this.focusWasInside = container.contains(target);
      if (this.focusWasInside) this.lastFocused = target;
    });
  }

  /** Return the name of the screen that is shown. */
  get name() {
    return this.shown?.name;
  }

  /** Draw this session. */
  draw(session) {
    const name = this.pick(session, this.room.stay);
    const key = `${name}:${session.round?.number ?? 0}`;
    const arrives = this.shown !== null && this.shown.key !== key;
    if (this.shown?.key !== key) this.replace(name, key);
    this.shown.screen.update?.(session);
    if (arrives) this.arrive();
  }

  /** Write the drafts into the fields once more: some browsers empty them when they bring a page back from memory. */
  refill() {
    for (const { screen } of [...this.waiting, this.shown]) screen?.refill?.();
  }

  replace(name, key) {
    const { shown } = this;
    this.hadFocus = this.focusWasInside && (document.activeElement === document.body || this.hasFocus());
    if (shown && interrupts(name, shown.name)) this.layAside(shown);
    else if (shown) this.end(shown);
    while (this.waiting.length > 0 && !this.mayReturn(name, key)) this.end(this.waiting.pop());
    this.shown = this.waiting.at(-1)?.key === key ? this.waiting.pop() : this.mount(name, key);
    this.room.listenFor(this.shown.listeners);
    if (!this.shown.root.isConnected) this.container.replaceChildren(this.shown.root);
  }

  /** Tell whether the newest screen that waits is this one, or may still come back after it. */
  mayReturn(name, key) {
    const below = this.waiting.at(-1);
    return below.key === key || interrupts(name, below.name);
  }

  mount(name, key) {
    const root = document.createElement("div");
    root.className = `screen screen--${name}`;
    root.dataset.screen = name;
    root.append(clone(`screen-${name}`));
    const shown = { name, key, root, listeners: [], focus: null, scroll: 0 };
    this.room.listenFor(shown.listeners);
    // What a screen measures while it is filled must stand on the page.
    this.container.replaceChildren(root);
    shown.screen = this.screens[name].mount(root, this.room) ?? {};
    return shown;
  }

  layAside(shown) {
    shown.scroll = window.scrollY;
    // Whoever has just pressed "Pause" in the bar was writing a moment before.
    const { activeElement } = document;
    const focus = this.hasFocus() || activeElement === document.body ? activeElement : this.lastFocused;
    shown.focus = isBegun(focus) ? focus : null;
    shown.screen.rest?.();
    this.waiting.push(shown);
  }

  end(shown) {
    this.room.refusals.carry(shown.root);
    shown.screen.unmount?.();
    shown.listeners.length = 0;
  }

  /** Tell about a screen that has taken another's place: once it is filled, by focus or else by voice. */
  arrive() {
    const { name, focus, scroll } = this.shown;
    window.scrollTo(0, scroll);
    const nowhere = this.hadFocus || document.activeElement === document.body;
    if (focus?.isConnected && nowhere) focus.focus({ preventScroll: true });
    else if (this.hadFocus) focusHeading(this.container);
    else if (!ANNOUNCE_THEMSELVES.has(name)) this.room.announce(this.room.phrase(`arrived-${name}`));
  }

  hasFocus() {
    return this.container.contains(document.activeElement);
  }
}
