// While offline: fetch the page anew once the server answers, and look for that every few seconds, or when asked to. A
// device says that it is online before anything can be reached.

import "../site/quick-exit.js";

const LOOK_EVERY_MILLISECONDS = 5000;

/** Tell whether the server answers. */
async function isReached() {
  try {
    await fetch("/healthz", { cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}

async function look() {
  const reached = await isReached();
  if (reached) window.location.reload();
  return reached;
}

// At its own address it stands in for no other page.
if (window.location.pathname !== "/offline/") {
  setInterval(look, LOOK_EVERY_MILLISECONDS);
  window.addEventListener("online", look);
}
document.querySelector("[data-try-again]").addEventListener("click", async () => {
  const still = document.querySelector("[data-still]");
  still.textContent = "";
  if (!(await look())) still.textContent = still.dataset.still;
});
