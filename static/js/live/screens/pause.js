/** The pause: a figure to breathe with, a clock, and nothing that waits for an answer. */

import { Breath } from "../../drawing/breath.js";
import { drawKeepingFocus } from "../../drawing/parts.js";
import { part, show } from "../../site/templates.js";
import { sendFrom } from "../connection/send-from-button.js";

const MINUTE = 60_000;
/** A longer pause is offered once it would be longer by at least this. */
const WORTH_OFFERING = MINUTE / 2;

export function mount(root, room) {
  const breath = new Breath(root);
  const clock = part(root, "clock");
  const error = part(root, "error");
  const resume = part(root, "resume");
  let session = room.session;
  let ready = false;
  let wasLonger = false;
  let openTold = false;
  const timer = setInterval(tick, 250);

  resume.addEventListener("click", async () => {
    if (!session.pause) {
      goOn();
      return;
    }
    // The second one to be ready ends the pause, and sees no snapshot that says so.
    ready = true;
    room.stay.breathing = false;
    ready = await sendFrom(resume, error, room, "pause.resume");
    if (session.pause) room.stay.breathing = !ready;
  });
  part(root, "withdraw").addEventListener("click", ({ currentTarget: button }) => {
    sendFrom(button, error, room, "mark.withdraw", { round: session.round.number });
  });
  for (const button of root.querySelectorAll("[data-minutes]")) {
    button.addEventListener("click", () => {
      sendFrom(button, error, room, "pause.start", { minutes: Number(button.dataset.minutes) });
    });
  }

  function goOn() {
    room.stay.breathing = false;
    room.redraw();
  }

  function tick() {
    breath.tick(Boolean(session.pause));
    if (!session.pause) return;
    const left = Math.max(0, Date.parse(session.pause.until) - room.now());
    drawClock(left);
    drawLonger(left);
  }

  function drawClock(left) {
    // Rounded: this device knows the server's time to a part of a second, and five minutes must not begin at 5:01.
    const seconds = Math.round(left / 1000);
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (clock.textContent !== text) clock.textContent = text;
    // A pause of one minute begins with its last one: there is nothing to tell then.
    if (wasLonger && left <= MINUTE) room.announce(clock.dataset.minute);
    wasLonger = left > MINUTE;
  }

  function drawLonger(left) {
    let offered = false;
    for (const button of root.querySelectorAll("[data-minutes]")) {
      const worth = Number(button.dataset.minutes) * MINUTE - left >= WORTH_OFFERING;
      show(button, worth);
      offered ||= worth;
    }
    show(part(root, "longer"), offered && session.can.includes("pause.start"));
  }

  function draw() {
    const { pause, can, round } = session;
    const state = pause ? "paused" : "open";
    part(root, "title").textContent = part(root, "title").dataset[state];
    if (!resume.hasAttribute("aria-disabled")) resume.textContent = resume.dataset[state];
    const asked = Boolean(pause?.you_asked_to_resume);
    drawKeepingFocus(part(root, "actions"), () => {
      show(resume, !pause || (can.includes("pause.resume") && !asked));
      show(part(root, "ready"), asked);
    });
    show(part(root, "note"), Boolean(pause));
    show(clock, Boolean(pause));
    show(part(root, "longer"), false);
    show(part(root, "withdraw"), Boolean(pause) && can.includes("mark.withdraw") && round?.sealed === true);
    resume.classList.toggle("button--act", !pause);
  }

  return {
    update(newest) {
      session = newest;
      // Whoever has said "ready" goes on with the room; everybody else leaves the figure in their own time.
      if (session.pause) {
        const asked = session.pause.you_asked_to_resume;
        // From here the snapshot says it, and takes it back when the pause is made longer.
        if (asked) ready = false;
        room.stay.breathing = !(ready || asked);
      }
      if (!session.pause && !openTold) {
        openTold = true;
        room.announce(clock.dataset.over);
      }
      draw();
      tick();
    },
    unmount() {
      clearInterval(timer);
      breath.stop();
    },
  };
}
