// Light and dark: as the system says, until the reader chooses.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

// Some browsers keep storage from local files: then the choice lasts as long as the page.
function stored(value) {
  try {
    if (value) localStorage.setItem("theme", value);
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
}

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
}

// Before the page is drawn, so that it doesn't flash.
const chosen = stored();
if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;

function themeButton(button) {
  const show = () => (button.textContent = isDark() ? button.dataset.light : button.dataset.dark);
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    stored(root.dataset.theme);
    show();
  });
  system.addEventListener("change", show);
  button.hidden = false;
  show();
}
