// Turns notices on and off in this browser. The server is given where the browser takes them by the page's own forms.

const on = document.querySelector("[data-push-on]");
const off = document.querySelector("[data-push-off]");
const note = document.querySelector("[data-push-note]");

/** Return a key as bytes, from base64url. */
function bytesOf(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** Return a key as base64url without padding. */
function textOf(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

async function subscribe() {
  await navigator.serviceWorker.register("/service-worker.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  // One for another key of the server's, or of a login that is over, takes nothing of ours.
  await (await pushManager.getSubscription())?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(on.dataset.pushKey) });
}

async function turnOn(event) {
  event.preventDefault();
  try {
    const subscription = await subscribe();
    on.elements.endpoint.value = subscription.endpoint;
    on.elements.p256dh.value = textOf(subscription.getKey("p256dh"));
    on.elements.auth.value = textOf(subscription.getKey("auth"));
    on.submit();
  } catch {
    note.textContent = note.dataset.refused;
    note.hidden = false;
  }
}

async function turnOff() {
  // The server forgets it whether or not the browser does.
  const registration = await navigator.serviceWorker?.getRegistration("/");
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

if (on && "serviceWorker" in navigator && "PushManager" in window) {
  on.hidden = false;
  note.hidden = true;
  on.addEventListener("submit", turnOn);
}
off?.addEventListener("submit", () => turnOff().catch(() => {}));
