// Sorting, searching, light and dark. Without it the page is whole, only still.
(() => {
  "use strict";
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
  const before = stored();
  if (before === "dark" || before === "light") root.dataset.theme = before;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

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

  function value(row, column) {
    const cell = row.cells[column];
    const text = cell.dataset.sort ?? cell.textContent.trim();
    const number = text === "" ? NaN : Number(text.replaceAll(",", "").replace("\u2212", "-"));
    return Number.isNaN(number) ? text : number;
  }

  // Numbers before words, words in natural order ("school 9" before "school 10").
  const order = new Intl.Collator(root.lang, { numeric: true });
  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return order.compare(a, b);
  }

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (head.tagName !== "TH") return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const keyed = [...table.tBodies[0].rows].map((row) => [value(row, column), row]);
        keyed.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
        table.tBodies[0].append(...keyed.map(([, row]) => row));
      });
    });
  }

  function searchable(box) {
    const rows = [...document.getElementById(box.dataset.table).tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const input = box.querySelector("input");
    const output = box.querySelector("output");
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      let shown = 0;
      rows.forEach((row, i) => {
        row.hidden = !texts[i].includes(wanted);
        if (!row.hidden) shown += 1;
      });
      output.textContent = wanted
        ? output.dataset.text.replace("{shown}", shown).replace("{total}", rows.length)
        : "";
    });
    box.hidden = false;
  }

  // The definition and the reading of a term, where the pointer rests on it.
  function explained(link) {
    const row = document.getElementById(link.hash.slice(1));
    if (row) link.title = [1, 3].map((column) => row.cells[column].textContent).join(". ");
  }

  function follow(links) {
    const byId = new Map(links.map((link) => [link.hash.slice(1), link]));
    const watch = new IntersectionObserver(
      (seen) => {
        const entry = seen.find((one) => one.isIntersecting);
        if (!entry) return;
        links.forEach((link) => link.removeAttribute("aria-current"));
        byId.get(entry.target.id).setAttribute("aria-current", "true");
      },
      { rootMargin: "-10% 0px -75% 0px" },
    );
    byId.forEach((_, id) => watch.observe(document.getElementById(id)));
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-theme-button]").forEach(themeButton);
    document.querySelectorAll("table[data-sortable]").forEach(sortable);
    document.querySelectorAll("[data-table]").forEach(searchable);
    document.querySelectorAll("a.term").forEach(explained);
    const links = [...document.querySelectorAll(".side nav a")];
    if (links.length) follow(links);
  });
})();
