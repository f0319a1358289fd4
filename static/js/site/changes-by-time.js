/**
 * A page that changes by time alone asks the server again when it does. The server says when, and what its clock says:
 * neither a device's clock that is wrong, nor a device that slept, makes a page tell what is over.
 *
 * What answered a form is not asked for again, for that would send the form: it holds what it shows until then
 * (data-until-over) and what it shows afterwards (data-once-over).
 */

const LOOKS = 1_000;
const TRIES_AGAIN = 10_000;
// A server that says "now" twice is not asked without a break.
const AT_LEAST = 2_000;

const told = document.querySelector("meta[name='changes-at']");
const shownAt = { wall: Date.now(), running: performance.now() };
const waits = told ? Math.max(Date.parse(told.content) - Date.parse(told.dataset.shownAt), AT_LEAST) : 0;
let typed = false;
let asking = false;
let askedAt = -TRIES_AGAIN;

if (told) {
  document.addEventListener("input", () => { typed = true; }, { capture: true });
  for (const name of ["focus", "pageshow", "online"]) window.addEventListener(name, lookAtTheClock);
  document.addEventListener("visibilitychange", lookAtTheClock);
  setInterval(lookAtTheClock, LOOKS);
}

/** Return for how long the page has been shown. A clock that is set back is overruled, and so is one that slept. */
function elapsed() {
  return Math.max(Date.now() - shownAt.wall, performance.now() - shownAt.running);
}

function lookAtTheClock() {
  if (document.hidden || elapsed() < waits) return;
  if ("answer" in told.dataset) showWhatIsOver();
  else askAgain();
}

function showWhatIsOver() {
  for (const part of document.querySelectorAll("[data-until-over]")) part.hidden = true;
  for (const part of document.querySelectorAll("[data-once-over]")) part.hidden = false;
}

async function askAgain() {
  // Nobody's words are taken from under their hands: a page in which somebody writes waits until it is sent or left.
  if (asking || typed || performance.now() - askedAt < TRIES_AGAIN) return;
  asking = true;
  askedAt = performance.now();
  try {
    // Offline a page that is old is better than none.
    await fetch(window.location.href, { method: "HEAD", cache: "no-store", redirect: "manual" });
    if (!typed) window.location.reload();
  } catch {
    // Asked again when the browser says that it is online, or after a while.
  } finally {
    asking = false;
  }
}
