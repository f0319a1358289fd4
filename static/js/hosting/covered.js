// Runs before the page is drawn: a console that was covered stays so when it is loaded anew. See cover.js.

const root = document.documentElement;
root.dataset.openTitle = document.title;
root.dataset.coveredTitle = document.currentScript.dataset.title;
const kept = sessionStorage.getItem(`covered:${window.location.pathname}`);
if (kept) {
  root.dataset.consoleCovered = kept;
  document.title = root.dataset.coveredTitle;
}
