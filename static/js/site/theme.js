// Runs before the first paint, so that a chosen theme never flashes the other one.
// The choice is the only thing Cycle keeps in this browser's storage.
(() => {
  const show = (theme) => {
    const chosen = theme === "light" || theme === "dark" ? theme : "";
    if (chosen) document.documentElement.dataset.theme = chosen;
    else delete document.documentElement.dataset.theme;
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      const scheme = meta.dataset.scheme;
      meta.media = chosen ? (chosen === scheme ? "all" : "not all") : `(prefers-color-scheme: ${scheme})`;
    }
  };

  const stored = () => {
    try {
      return window.localStorage.getItem("theme");
    } catch {
      return null; // Storage may be refused: the device's own theme is used.
    }
  };

  show(stored());
  window.addEventListener("storage", (event) => {
    if (event.key === "theme" || event.key === null) show(stored());
  });

  document.addEventListener("DOMContentLoaded", () => {
    const choice = document.querySelector("[data-theme-choice]");
    if (!choice) return;
    choice.hidden = false;
    const current = choice.querySelector(`input[value="${document.documentElement.dataset.theme ?? "system"}"]`);
    if (current) current.checked = true;
    choice.addEventListener("change", (event) => {
      const theme = event.target.value;
      show(theme);
      try {
        if (theme === "system") window.localStorage.removeItem("theme");
        else window.localStorage.setItem("theme", theme);
      } catch {
        // Refused storage: the choice holds for this page only.
      }
    });
  });
})();
