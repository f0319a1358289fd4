/** Copying with what the browser has: on plain http, as between two phones at home, there is no clipboard interface. */

/** Copy `text`; false when it could only be selected, in `shown`, for the person to copy. */
export async function copyText(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyThroughField(text) || select(shown);
  }
}

function copyThroughField(text) {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    focused?.focus({ preventScroll: true });
  }
}

function select(element) {
  window.getSelection().selectAllChildren(element);
  return false;
}
