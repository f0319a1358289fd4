// A page that the browser brings back from its memory shows what was there when it was left: to whom, nobody has asked.
// It is covered as it goes, and asks the server again when it comes back. The live room does so by its own socket.

if (!document.getElementById("room")) {
  window.addEventListener("pagehide", ({ persisted }) => {
    if (persisted) document.documentElement.setAttribute("data-covered", "");
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) window.location.reload();
  });
} else {
  // Covered by Quick exit, which did not get away after all.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted && document.documentElement.hasAttribute("data-covered")) window.location.reload();
  });
}
