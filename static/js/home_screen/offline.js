// While offline: look again when the device says that it is online, or when asked to.

import "../site/quick-exit.js";

const again = () => window.location.reload();

window.addEventListener("online", again);
document.querySelector("[data-try-again]").addEventListener("click", again);
