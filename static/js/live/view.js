/**
 * Draws the whole snapshot: picks the screen, mounts it once, hands it every later snapshot.
 *
 * A screen module (static/js/live/screens/NAME.js, template #screen-NAME) exports
 *   mount(root, room) → { update(session), unmount() }
 * `root` already holds a clone of the template; `update` is called right after mounting and with every snapshot.
 * A screen is mounted anew only when the screen or the round's number changes.
 *
 * `room` is all that a screen knows:
 *   room.session             the session of the newest snapshot
 *   room.send(type, fields)  → Promise, resolved on the ack, rejected with { code, detail }; nothing is kept for later:
 *                            while offline it rejects at once, what was under way is retried with the same op
 *   room.stay                a plain object that outlives screens, for drafts
 *   room.online              whether commands can be sent right now
 *   room.on(event, listener) "online" (boolean), "snapshot" (session) → a function that stops listening;
 *                            what a screen listens to ends by itself when it is unmounted
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
    this.key = null;
    this.mounted = null;
    this.focusWasInside = false;
    // A button that is disabled while it works loses the focus, so where it was last is remembered.
    document.addEventListener("focusin", ({ target }) => {
      this.focusWasInside = container.contains(target);
    });
  }

  /** Draw this session. */
  draw(session) {
    const name = this.pick(session, this.room.stay);
    const key = `${name}:${session.round?.number ?? 0}`;
    if (key !== this.key) this.replace(name, key);
    this.mounted.update?.(session);
    if (this.arrived) this.arrive(name);
  }

  replace(name, key) {
    this.hadFocus = this.focusWasInside && (document.activeElement === document.body || this.hasFocus());
    this.arrived = this.key !== null;
    this.mounted?.unmount?.();
    this.room.forgetScreenListeners();
    const root = document.createElement("div");
    root.className = `screen screen--${name}`;
    root.dataset.screen = name;
    root.append(clone(`screen-${name}`));
    this.container.replaceChildren(root);
    this.key = key;
    this.mounted = this.screens[name].mount(root, this.room) ?? {};
  }

  /** Tell about a screen that has taken another's place: once it is filled, by focus or else by voice. */
  arrive(name) {
    this.arrived = false;
    window.scrollTo(0, 0);
    if (this.hadFocus) focusHeading(this.container);
    else if (!ANNOUNCE_THEMSELVES.has(name)) this.room.announce(this.room.phrase(`arrived-${name}`));
  }

  hasFocus() {
    return this.container.contains(document.activeElement);
  }
}
