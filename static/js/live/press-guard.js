/**
 * Keeps an impatient second tap from acting on what the first has only just brought.
 *
 * For half a second what has newly appeared takes no taps, and what was pressed takes no second press. It rests by
 * `pointer-events`, so nothing changes for keys, for the focus or for what is read aloud; a key wakes all of it.
 */

const REST = 500;
/** As far apart as two taps of one thumb at one place. */
const SAME_PLACE = 24;
const CONTROLS = "button, a[href], summary, label";

export class PressGuard {
  constructor(area) {
    this.resting = new Map();
    this.last = { control: null, at: -Infinity, x: 0, y: 0 };
    area.addEventListener("click", (event) => this.press(event), { capture: true });
    document.addEventListener("keydown", (event) => this.type(event), { capture: true });
    new MutationObserver((changes) => this.appear(changes)).observe(area, {
      attributeFilter: ["hidden"],
      attributeOldValue: true,
      childList: true,
      subtree: true,
    });
  }

  press(event) {
    const control = controlOf(event.target);
    if (!control) return;
    if (this.isImpatient(event, control)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    this.last = { control, at: event.timeStamp, x: event.clientX, y: event.clientY };
    if (!isRadio(control)) this.rest(control);
  }

  /** Tell whether this is the second half of one nervous press: on the same control, or on what has moved below it. */
  isImpatient(event, control) {
    const { last } = this;
    if (event.timeStamp - last.at >= REST) return false;
    // One tap on a label is two clicks, the second of them on its field.
    if (control === last.control) return control.localName !== "label";
    // Keys and screen readers press without a place.
    const byHand = event.detail > 0;
    return byHand && Math.hypot(event.clientX - last.x, event.clientY - last.y) < SAME_PLACE;
  }

  type(event) {
    for (const element of [...this.resting.keys()]) this.wake(element);
    // A key that is held presses again and again by itself.
    if (event.repeat && event.key === "Enter" && event.target.closest?.(CONTROLS)) event.preventDefault();
  }

  appear(changes) {
    const wasHidden = new Map();
    for (const { type, target, oldValue, addedNodes } of changes) {
      if (type === "attributes" && !wasHidden.has(target)) wasHidden.set(target, oldValue !== null);
      for (const node of addedNodes) if (node instanceof HTMLElement) wasHidden.set(node, true);
    }
    for (const [element, before] of wasHidden) if (before && !element.hidden) this.rest(element);
  }

  rest(element) {
    clearTimeout(this.resting.get(element));
    element.setAttribute("data-resting", "");
    this.resting.set(
      element,
      setTimeout(() => this.wake(element), REST),
    );
  }

  wake(element) {
    clearTimeout(this.resting.get(element));
    this.resting.delete(element);
    element.removeAttribute("data-resting");
  }
}

/** Return the control that a click is on; of fields only those to tick, by their label. */
function controlOf(target) {
  const control = target.closest(CONTROLS) ?? target.labels?.[0];
  const field = control?.control;
  return field && field.type !== "checkbox" && field.type !== "radio" ? null : (control ?? null);
}

function isRadio(control) {
  return control.control?.type === "radio";
}
