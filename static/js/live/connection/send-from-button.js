// A command sent from its button: the button rests until the answer, a refusal stands in words beside it.

// A fast answer should not flicker.
const SHOW_BUSY_AFTER = 200;
const sending = new WeakSet();

/** Send once however often the button is pressed; tell whether it was acknowledged. */
export async function sendFrom(button, error, room, type, fields) {
  if (sending.has(button)) return false;
  sending.add(button);
  room.refusals.show(error, null);
  const label = [...button.childNodes];
  const timer = setTimeout(() => rest(button), SHOW_BUSY_AFTER);
  try {
    await room.send(type, fields);
    return true;
  } catch (refusal) {
    room.refusals.show(error, refusal);
    return false;
  } finally {
    clearTimeout(timer);
    sending.delete(button);
    if (button.hasAttribute("aria-disabled")) wake(button, label);
  }
}

// aria-disabled and not disabled: the focus stays where it is.
function rest(button) {
  button.style.setProperty("min-width", `${button.offsetWidth}px`);
  button.setAttribute("aria-disabled", "true");
  if (button.dataset.busy) button.replaceChildren(button.dataset.busy);
}

function wake(button, label) {
  button.style.removeProperty("min-width");
  button.removeAttribute("aria-disabled");
  button.replaceChildren(...label);
}
