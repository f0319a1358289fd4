// A form is sent once: its button rests from the press until the next page is there.
// Firefox and Safari post a form twice at a double tap, and the browser keeps only the second answer.

// A page that never comes, and a download, leave the form where it is: then it may be sent again.
const REST_MILLISECONDS = 10_000;

const resting = new Map();

function wake(form) {
  const { button, timer } = resting.get(form);
  clearTimeout(timer);
  button?.removeAttribute("aria-disabled");
  resting.delete(form);
}

// Before whatever else listens: a second press must reach nobody.
window.addEventListener(
  "submit",
  (event) => {
    if (!resting.has(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);

// After everybody else: a form that a script answers for itself never leaves the page, and does not rest.
window.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.target === "_blank") return;
  const button = event.submitter;
  const timer = setTimeout(() => wake(form), REST_MILLISECONDS);
  resting.set(form, { button, timer });
  // Never `disabled`, and not before the form is on its way: it would go without what its button says.
  setTimeout(() => button?.setAttribute("aria-disabled", "true"));
});

// A page that comes back whole from the browser's memory is pressed anew.
window.addEventListener("pageshow", () => [...resting.keys()].forEach(wake));
