/** A speaker-listener turn: who speaks, who listens, and a time that runs out gently; and the two ways to start one. */

import { SEATS, nameOf } from "../drawing/marks.js";
import { part, show } from "../site/templates.js";
import { sendFrom } from "./connection/send-from-button.js";

const MINUTE = 60_000;

/** Shows the turn that is running. */
export class RunningTurn {
  constructor(section, room) {
    this.section = section;
    this.room = room;
    this.until = null;
    const end = part(section, "turn-end");
    end?.addEventListener("click", () => sendFrom(end, part(section, "turn-error"), room, "turn.end", {}));
  }

  /** Draw what this session says of a turn. */
  update({ turn, people, can }) {
    if (turn?.until !== this.until) this.begin(turn);
    show(this.section, Boolean(turn));
    const end = part(this.section, "turn-end");
    if (end) show(end, Boolean(turn) && can.includes("turn.end"));
    if (!turn) return;
    for (const seat of SEATS) {
      const place = part(this.section, `turn-${seat}`);
      part(place, "name").textContent = nameOf(people, seat);
      show(part(place, "speaks"), seat === turn.speaker);
      show(part(place, "listens"), seat !== turn.speaker);
      place.classList.toggle("turn__person--speaks", seat === turn.speaker);
    }
  }

  begin(turn) {
    clearInterval(this.timer);
    const over = this.until !== null && !turn;
    this.until = turn?.until ?? null;
    if (over) this.room.announce(this.section.dataset.over);
    if (!turn) return;
    this.length = Math.max(1, this.left());
    this.timer = setInterval(() => this.tick(), 250);
    this.tick();
  }

  left() {
    return Math.max(0, Date.parse(this.until) - this.room.now());
  }

  tick() {
    const seconds = Math.ceil(this.left() / 1000);
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const clock = part(this.section, "turn-clock");
    if (clock.textContent === text) return;
    clock.textContent = text;
    this.section.style.setProperty("--turn-left", String(this.left() / this.length));
    if (this.length > MINUTE && seconds === 60) this.room.announce(this.section.dataset.minute);
  }

  /** Stop counting. */
  stop() {
    clearInterval(this.timer);
  }
}

/** Offers each of the two the same time to speak. */
export class TurnStarter {
  constructor(section, room) {
    this.section = section;
    for (const seat of SEATS) {
      const button = part(section, `speaks-${seat}`);
      button.addEventListener("click", () => {
        const seconds = Number(part(section, "seconds").value);
        sendFrom(button, part(section, "turn-error"), room, "turn.start", { speaker: seat, seconds });
      });
    }
  }

  /** Draw it; hidden wherever a turn cannot be started now, unless it `stays`. */
  update({ people, can }, { stays = false } = {}) {
    const may = can.includes("turn.start");
    show(this.section, may || stays);
    for (const seat of SEATS) {
      const button = part(this.section, `speaks-${seat}`);
      button.disabled = !may;
      part(button, "name").textContent = nameOf(people, seat);
    }
  }
}
