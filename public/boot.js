// Runs before the first paint, as a file of its own because the content security policy allows no inline script.
// It stays the one place that turns the wish (light, dark, system) into a theme: src/client/ui/theme.ts only writes the
// wish and sends the storage event that another tab's change would send.
(function () {
  const key = "flowline-theme";
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  let preference = null;
  try {
    preference = localStorage.getItem(key);
  } catch {
    // Storage can be forbidden; the system's theme is then the only wish known.
  }

  function apply() {
    const dark = preference === "dark" || (preference !== "light" && systemDark.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }

  apply();
  systemDark.addEventListener("change", apply);
  addEventListener("storage", (event) => {
    if (event.key !== key) return;
    preference = event.newValue;
    apply();
  });
})();
