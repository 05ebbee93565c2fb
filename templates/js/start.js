// The section that is being read is marked in the contents.
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

// What an address leads to is opened, if it is folded.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const inside = target.querySelector(":scope > details");
  if (inside) inside.open = true;
  for (let one = target.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
  target.scrollIntoView();
}

// Only what scrolls is a stop of the Tab key, and says that it does.
function scrolling(box) {
  const wide = box.scrollWidth > box.clientWidth + 1;
  if (wide || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
  const said = box.previousElementSibling;
  if (said?.className === "sideways") said.hidden = !wide;
}

// On paper everything is open.
function openForPrint() {
  const closed = [...document.querySelectorAll("details:not([open])")];
  closed.forEach((one) => (one.open = true));
  addEventListener("afterprint", () => closed.forEach((one) => (one.open = false)), { once: true });
}

document.addEventListener("DOMContentLoaded", () => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  all("[data-theme-button]").forEach(themeButton);
  all("table[data-sortable]").forEach(table);
  all("table[data-grouped]").forEach(groupedTable);
  all("[data-copy]").forEach(copyButton);
  all("[data-shown]").forEach(shownTable);
  all("[data-columns]").forEach(columnChoice);
  all("a.anchor").forEach(copyAddress);
  all("a[data-file]").forEach(download);
  const terms = all("a.term");
  if (terms.length) tooltips(terms);
  all("svg[data-marks]").forEach(markTips);
  const links = all(".side nav a");
  if (links.length) follow(links);
  addEventListener("beforeprint", openForPrint);
  addEventListener("hashchange", reveal);
  all('a[href^="#"]').forEach((link) =>
    link.addEventListener("click", () => link.hash === location.hash && reveal()),
  );
  reveal();
  const watch = new ResizeObserver((seen) => seen.forEach((one) => scrolling(one.target)));
  all(".scroll").forEach((box) => watch.observe(box));
});
