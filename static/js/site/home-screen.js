// Who opened this from a home screen gets a page of ours while offline. Nobody else's device keeps anything for it.

const { searchParams } = new URL(window.location.href);
if (searchParams.get("from") === "home-screen") navigator.serviceWorker?.register("/service-worker.js").catch(() => {}); // then the browser's own page is shown
