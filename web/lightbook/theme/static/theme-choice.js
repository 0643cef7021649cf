(() => {
  const root = document.documentElement.dataset;
  let mode = null;
  try { mode = localStorage.getItem("mode"); } catch { /* storage is off: follow the system */ }
  root.mode = mode === "light" || mode === "dark" ? mode : "auto";
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.theme = root.mode === "auto" ? (dark ? "dark" : "light") : root.mode;
})();
