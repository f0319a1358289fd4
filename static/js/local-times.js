// Times by the reader's own clock. The server knows only the moment, not where somebody is.

const language = document.documentElement.lang || "en";
const format = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });

function showIn(root) {
  for (const time of root.querySelectorAll("time[data-local-time]")) time.textContent = format.format(new Date(time.dateTime));
}

showIn(document);
for (const template of document.querySelectorAll("template")) showIn(template.content);
for (const zone of document.querySelectorAll("[data-zone]")) {
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
