/** Asks, before the first moment, when the two found each other again after the last one. Skipping is fine. */

import { fill, part, show } from "../../site/templates.js";
import { sendFrom } from "../connection/send-from-button.js";

// The number that stands for the last round of the check-in before.
const EARLIER = 0;

/** Return a function that draws the question for a session into `section`. */
export function askAboutLastTime(section, room) {
  const form = part(section, "last-time-form");
  const { day } = form.elements;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say();
  });
  part(section, "skip-last-time").addEventListener("click", () => {
    room.stay.lastTimeSkipped = true;
    draw(room.session);
  });

  async function say() {
    if (!day.value) {
      day.focus();
      return;
    }
    // Today is said by naming no day: in UTC, in which days are compared, it may not have begun yet.
    const fields = day.value === local(new Date()) ? { round: EARLIER } : { round: EARLIER, day: day.value };
    if (await sendFrom(part(section, "say"), part(form, "error"), room, "reconnect.confirm", fields)) {
      part(section, "last-time-said").focus({ preventScroll: true });
    }
  }

  function draw({ last_time: lastTime, can, round }) {
    const asked = Boolean(lastTime) && can.includes("reconnect.confirm") && !room.stay.lastTimeSkipped && !round;
    show(section, asked);
    if (!asked) return;
    fill(section, { moment: lastTime.moment.text });
    day.min = local(new Date(lastTime.opened_at));
    day.max = local(new Date());
    show(form, !lastTime.you_reconnected);
    show(part(section, "last-time-said"), lastTime.you_reconnected);
  }

  return draw;
}

function local(time) {
  const two = (number) => String(number).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}
