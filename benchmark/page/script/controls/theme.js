/** Light or dark: the system's choice until the reader makes another, which this browser keeps. */
const THEME_KEY = "sagellm-benchmark theme";

/** A page without an origin of its own may not keep anything. */
function keptTheme() {
  try {
    return localStorage.getItem(THEME_KEY);
  } catch {
    return null;
  }
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function useTheme(name) {
  if (name === "dark" || name === "light") document.documentElement.dataset.theme = name;
  byId("theme").setAttribute("aria-pressed", String(isDark()));
}

function switchTheme() {
  useTheme(isDark() ? "light" : "dark");
  try {
    localStorage.setItem(THEME_KEY, document.documentElement.dataset.theme);
  } catch {
    // It lasts until the page is closed.
  }
  redrawPlot();
}
