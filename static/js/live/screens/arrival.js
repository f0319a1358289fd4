/** The opening of a reveal. It lasts as long whatever was marked, and a tap on this phone jumps to its end. */

const DURATION = 2240;
const FADE = 150;

/** Play the opening on the reveal's page; the returned function ends it. */
export function arrive(page) {
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
    page.animate({ opacity: [0, 1] }, FADE);
    return () => {};
  }
  const timer = setTimeout(end, DURATION);
  page.classList.add("reveal--arriving");
  document.addEventListener("pointerdown", end);
  document.addEventListener("keydown", end);

  function end() {
    clearTimeout(timer);
    page.classList.remove("reveal--arriving");
    document.removeEventListener("pointerdown", end);
    document.removeEventListener("keydown", end);
  }

  return end;
}
