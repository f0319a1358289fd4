/** A clock for one person alone, beside the breathing figure. Nothing is sent and nothing is kept. */

import { Breath } from "../drawing/breath.js";
import { part, show } from "../site/templates.js";

const TICK = 250;
const MINUTE = 60_000;

const root = document.querySelector("[data-timer]");
const choices = part(root, "choices");
const stop = part(root, "stop");
const clock = part(root, "clock");
const said = part(root, "said");
const breath = new Breath(root);

let endsAt = null;
let warned = false;

function begin(minutes) {
  endsAt = Date.now() + minutes * MINUTE;
  warned = minutes < 2;
  said.textContent = "";
  running(true);
  stop.focus();
  tick();
}

function finish(over) {
  endsAt = null;
  const focused = document.activeElement === stop;
  running(false);
  show(part(root, "over"), over);
  if (over) said.textContent = said.dataset.over;
  if (focused) choices.querySelector("button").focus();
}

function running(now) {
  show(choices, !now);
  show(stop, now);
  show(clock, now);
  show(part(root, "over"), false);
}

function tick() {
  breath.tick(true);
  if (endsAt === null) return;
  const left = Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));
  clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (!warned && left <= 60) {
    warned = true;
    said.textContent = said.dataset.minute;
  }
  if (left === 0) finish(true);
}

for (const button of choices.querySelectorAll("button")) {
  button.addEventListener("click", () => begin(Number(button.dataset.minutes)));
}
stop.addEventListener("click", () => finish(false));
show(choices, true);
setInterval(tick, TICK);
tick();
