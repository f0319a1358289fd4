/**
 * A therapist's one display follows what is put on it: the page asks every few seconds and loads itself anew when
 * something else is on it, or nothing. A console in the same browser says so at once.
 */

const ASK_EVERY = 3_000;
/** A wall that has lost its line shows nobody's map for longer than this. */
const BLIND_AFTER = 60_000;
const PATIENCE = 10_000;

const place = document.querySelector("[data-follows]");
let lastHeard = Date.now();

async function ask() {
  try {
    const answer = await fetch(place.dataset.nowUrl, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw answer;
    const { on } = await answer.json();
    lastHeard = Date.now();
    place.classList.remove("room--veiled");
    if (on !== place.dataset.follows) window.location.reload();
  } catch {
    if (Date.now() - lastHeard > BLIND_AFTER) place.classList.add("room--veiled");
  }
}

async function follow() {
  await ask();
  setTimeout(follow, ASK_EVERY);
}

setTimeout(follow, ASK_EVERY);
new BroadcastChannel("room-display").addEventListener("message", ask);
for (const back of ["focus", "online"]) window.addEventListener(back, ask);
