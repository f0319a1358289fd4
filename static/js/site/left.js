// Says once, on the page where leaving a check-in leads, that one has left it. Nothing of that stays in the address.

const notice = document.querySelector("[data-left]");

if (window.location.hash === "#left") {
  notice.hidden = false;
  notice.focus({ preventScroll: true });
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
}
