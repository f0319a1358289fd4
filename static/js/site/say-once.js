// Says once, on the page to which something has led, what has come of it. Nothing of that stays in the address.

for (const notice of document.querySelectorAll("[data-say-once]")) {
  if (window.location.hash !== `#${notice.dataset.sayOnce}`) continue;
  notice.hidden = false;
  notice.focus({ preventScroll: true });
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
}
