/**
 * Whoever forgets that they are finished on a device is finished there when nobody has touched the page for a while. By
 * the clock, and not by a timer alone: a device that slept is woken by whoever comes next.
 */

const IDLE = 10 * 60_000;
const LOOKS = 5_000;
const TOUCHES = ["pointerdown", "keydown", "scroll", "input"];

let touched = Date.now();
let shown = null;
for (const name of TOUCHES) document.addEventListener(name, look, { capture: true, passive: true });
for (const name of ["focus", "pageshow"]) window.addEventListener(name, finishIfIdle);
document.addEventListener("visibilitychange", finishIfIdle);
setInterval(finishIfIdle, LOOKS);

function look() {
  if (!finishIfIdle()) touched = Date.now();
}

/** Send the form, if one stands here and can be seen: it may wait in a screen that is not shown. */
function finishIfIdle() {
  const form = document.querySelector("[data-finish]");
  // Whoever has listened for a long time has not been away: it counts from when it is offered.
  if (form !== shown) touched = Date.now();
  shown = form;
  if (!form || Date.now() - touched < IDLE) return false;
  form.submit();
  return true;
}
