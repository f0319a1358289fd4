/** What becomes of the page: shown again, hidden, left, brought back from memory; and what the room does about it. */

/** Look after the connection, and after what waits for one, whenever something happens to the page or the device. */
export function followPage(room) {
  const { drafts, outbox, socket } = room;
  for (const back of ["online", "focus"]) {
    window.addEventListener(back, () => {
      socket.wake();
      room.showConnection();
    });
  }
  // The device knows that its network has gone long before the socket does.
  window.addEventListener("offline", () => {
    socket.drop();
    room.showConnection();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") socket.wake();
    else room.settle();
  });
  document.addEventListener("quick-exit", () => room.forget());
  window.addEventListener("beforeunload", (event) => {
    if (drafts.unsent || (outbox.holds && !room.online)) event.preventDefault();
  });
  // A page that comes back from the browser's memory shows nothing until the server has said that it still may.
  window.addEventListener("pagehide", () => {
    room.settle();
    // What has waited is let go with the page, as it says: who comes back finds it in the form, and nothing goes by itself.
    if (!room.online) outbox.letGo();
    room.element.classList.add("room--veiled");
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    room.view.refill();
    socket.drop();
    socket.connect();
    if (socket.finished) room.unveil();
  });
}
