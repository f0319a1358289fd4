// Fetches what the next page is made of while somebody still types: then only the page itself has to come.
// By `fetch`, because not every browser knows `rel="prefetch"`; the browser keeps what is named by its content.

const list = document.querySelector("[data-fetch-ahead]");

if (list && !navigator.connection?.saveData) {
  const addresses = list.dataset.fetchAhead.split(" ").filter(Boolean);
  // After whatever this page needs itself. What does not come now comes later, with its page.
  const fetchAll = () => addresses.forEach((address) => fetch(address, { priority: "low" }).catch(() => {}));
  if (document.readyState === "complete") fetchAll();
  else window.addEventListener("load", fetchAll);
}
