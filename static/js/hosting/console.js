/**
 * A host's own screen: the stage in the middle is drawn by the room's screens and a few of its own; around it stand who
 * is here, turns, notes and the next moments. All of it can be covered at once: a couple that sees this screen would
 * learn who sealed first.
 */

import { part, show } from "../site/templates.js";
import { Room } from "../live/room.js";
import * as ended from "../live/screens/ended.js";
import * as lobby from "../live/screens/lobby.js";
import * as pause from "../live/screens/pause.js";
import * as reveal from "../live/screens/reveal.js";
import { mountMomentForm } from "../live/screens/moment-form.js";
import { RunningTurn, TurnStarter } from "../live/turn.js";
import { Cover } from "./cover.js";
import { DisplayControl } from "./display-control.js";
import * as marking from "./marking.js";
import { Notes } from "./notes.js";
import { People } from "./people.js";
import * as ready from "./ready.js";

const SCREENS = { ended, lobby, marking, pause, ready, reveal };
const STAGES = { ready: "settle", marking: "mark", reveal: "reveal" };

/** Name the screen of the stage for this snapshot. */
function stageFor(session) {
  if (!session.you?.seat || session.state === "ended") return "ended";
  if (session.state === "waiting") return "lobby";
  if (session.state === "paused") return "pause";
  if (!session.round || session.round.state === "set_aside") return "ready";
  return session.round.state === "revealed" ? "reveal" : "marking";
}

export class Console extends Room {
  constructor(element) {
    super(element, { screens: SCREENS, pick: stageFor });
    this.sides = element.querySelectorAll("[data-console-side]");
    this.rail = document.getElementById("console-rail");
    this.people = new People(document.getElementById("console-people"));
    this.starter = new TurnStarter(part(document.getElementById("console-turns"), "turns"), this);
    this.turn = new RunningTurn(part(document.getElementById("console-turns"), "turn"), this);
    this.moments = document.getElementById("console-moments");
    this.momentForm = mountMomentForm(part(this.moments, "form"), this, { stays: true });
    new Notes(document.getElementById("console-notes"));
    this.display = document.getElementById("console-display");
    new DisplayControl(this.display);
    const live = () => this.session?.state !== "ended";
    this.cover = new Cover(() => this.now(), [document.getElementById("console-columns")], live);
    this.cover.showButton();
  }

  draw() {
    // First, so that what is being written there is known to have a place.
    this.momentForm.draw();
    super.draw();
    const { session } = this;
    const live = Boolean(session.you?.seat) && session.state !== "ended";
    // Notes are written in the minute after the end, too, and whoever has ended it: they stay as they are.
    for (const side of this.sides) show(side, live || side.dataset.consoleSide === "work");
    this.element.classList.toggle("room--over", !live);
    show(this.rail, live && session.state !== "waiting");
    show(this.display, live);
    this.cover.showButton();
    show(this.moments, live && session.state !== "waiting");
    if (!live) return;
    this.people.update(session);
    this.turn.update(session);
    this.starter.update(session, { stays: session.state !== "waiting" && !session.turn });
    show(part(this.moments, "not-now"), !session.can.includes("round.open"));
    show(part(this.moments, "form"), session.can.includes("round.open"));
    this.drawRail(session);
  }

  tell(event, detail) {
    super.tell(event, detail);
    if (event === "online") this.momentForm.draw();
  }

  drawRail(session) {
    const quiet = session.round?.exchange?.quiet_until;
    const revealed = quiet ? "quiet" : "exchange";
    const stage = STAGES[stageFor(session)];
    const here = stage === "reveal" ? revealed : (stage ?? this.lastStage ?? "settle");
    this.lastStage = here;
    const steps = [...this.rail.children];
    const at = steps.findIndex((step) => step.dataset.stage === here);
    for (const [index, step] of steps.entries()) {
      if (index === at) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
      step.classList.toggle("rail__step--past", index < at);
    }
  }
}
