/** Says until when the check-in is open: a day and a time by this device's clock. It counts nothing down. */

import { part, show } from "../site/templates.js";

const MINUTE = 60_000;
const language = document.documentElement.lang || "en";
export const timeOf = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekdayOf = new Intl.DateTimeFormat(language, { weekday: "long" });
export const dayOf = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });

/** Return how many midnights lie between two moments, on this device. */
export function daysBetween(earlier, later) {
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  return Math.round((midnight(later) - midnight(earlier)) / (24 * 60 * MINUTE));
}

export class OpenUntil {
  constructor(element, room) {
    this.element = element;
    this.room = room;
    // What is tomorrow is today after midnight, though nobody does anything.
    setInterval(() => this.draw(), MINUTE);
  }

  update() {
    this.draw();
  }

  draw() {
    const { session } = this.room;
    const until = session && session.state !== "waiting" ? session.open_until : null;
    const line = part(this.element, "open-until");
    if (!line) return;
    const words = until ? this.words(Date.parse(until)) : "";
    if (line.textContent !== words) line.textContent = words;
    show(line, Boolean(until));
  }

  words(until) {
    const days = daysBetween(this.room.now(), until);
    const when = ["today", "tomorrow"][days] ?? "day";
    return this.room.phrase(`open-until-${when}`, { time: timeOf.format(until), day: weekdayOf.format(until) });
  }
}
