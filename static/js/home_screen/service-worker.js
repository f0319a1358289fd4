// Keeps the page that is shown while offline, and what that page needs; never an answer that is somebody's own.
// The server writes VERSION, OFFLINE and KEPT above this (cycleproject/web/home_screen.py).
/* global VERSION, OFFLINE, KEPT */

const CACHE = `shell-${VERSION}`;

/** Fetch what is kept as somebody whom the server does not know, past any cache. */
async function keepShell() {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT.map((url) => new Request(url, { credentials: "omit", cache: "reload" })));
}

async function dropOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Answer from the network, and from what is kept only where there is none. */
async function answer(request, kept) {
  try {
    return await fetch(request);
  } catch (failure) {
    const found = await caches.match(kept);
    if (!found) throw failure;
    return found;
  }
}

self.addEventListener("install", (event) => event.waitUntil(keepShell().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(dropOlder()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  // What a form sends is not ours to answer: the browser offers to send it again.
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (request.mode === "navigate") event.respondWith(answer(request, OFFLINE));
  else if (origin === self.location.origin && KEPT.includes(pathname)) event.respondWith(answer(request, pathname));
});
// A notice shows the one sentence that it brings, and opens the first page. Nothing is kept of it.
self.addEventListener("push", (event) => {
  const { title } = event.data.json();
  event.waitUntil(self.registration.showNotification(title));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/"));
});
