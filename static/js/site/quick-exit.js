// Quick exit: one press of the button, or Shift three times, covers the page at once and leaves it.
// Without this script the button is a plain link to the same place.

const PRESSES = 3;
const WITHIN_MILLISECONDS = 1500;
const STEP_BACK_MILLISECONDS = 200;

let shiftPresses = [];

/** Cover the page and put a neutral one in its place. */
function leaveNow() {
  const link = document.querySelector("[data-quick-exit]");
  if (!link) return;
  // The cover is drawn before the next page answers, and stays if it never does.
  document.documentElement.setAttribute("data-covered", "");
  document.title = "\u200b";
  // What only this page remembers is forgotten now, and nothing asks whether to stay.
  document.dispatchEvent(new Event("quick-exit"));
  // `replace`, so that Back does not return to this page.
  const leave = () => window.location.replace(link.href);
  if (!window.history.state?.beside) leave();
  else {
    // Something is open beside the page, which Back would close: out of both.
    window.addEventListener("popstate", leave, { once: true });
    window.history.back();
    setTimeout(leave, STEP_BACK_MILLISECONDS);
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-quick-exit]")) return;
  event.preventDefault();
  leaveNow();
});

// Listening before anything else on the page: a dialog or a field must not be able to swallow it.
window.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Shift") {
      shiftPresses = [];
      return;
    }
    if (event.repeat) return;
    const now = Date.now();
    shiftPresses = [...shiftPresses.filter((pressed) => now - pressed < WITHIN_MILLISECONDS), now];
    if (shiftPresses.length >= PRESSES) leaveNow();
  },
  { capture: true },
);
