/** The pause as the whole room sees it: a figure to breathe with, and a clock. */

import { Breath } from "../../drawing/breath.js";
import { part } from "../../site/templates.js";

export function mount(root, room) {
  const breath = new Breath(root);
  const clock = part(root, "clock");
  const timer = setInterval(tick, 250);

  function tick() {
    const { pause } = room.session;
    breath.tick(Boolean(pause));
    if (!pause) return;
    const seconds = Math.ceil(Math.max(0, Date.parse(pause.until) - room.now()) / 1000);
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (clock.textContent !== text) clock.textContent = text;
  }

  return {
    update: tick,
    unmount() {
      clearInterval(timer);
      breath.stop();
    },
  };
}
