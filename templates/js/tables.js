// Tables that sort and are searched. A row is {keys, name, element}: what its cells sort by,
// the lower-case text that a search looks in, and the element, made when it is first shown.
const order = new Intl.Collator(root.lang, { numeric: true });

// The first number of a printed text: "504.6 to 573.3", "<0.0001", "1,234"; else NaN.
function firstNumber(text) {
  const found = /^[<>]?(-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?)/i.exec(text.trim().replaceAll("\u2212", "-"));
  return found ? Number(found[1].replaceAll(",", "")) : NaN;
}

// What isn't there comes last, whichever way the rest is sorted.
function compare(a, b, down) {
  const missingA = a === "" || Number.isNaN(a);
  const missingB = b === "" || Number.isNaN(b);
  if (missingA || missingB) return missingA - missingB;
  const difference = typeof a === "number" ? a - b : order.compare(a, b);
  return down ? -difference : difference;
}

function numberColumns(table) {
  return [...table.tHead.rows[0].cells].map((_, i) => table.classList.contains(`n${i + 1}`));
}

function rowOf(element, numeric) {
  const texts = [...element.cells].map((cell) => cell.dataset.sort ?? cell.textContent.trim());
  return {
    element,
    keys: texts.map((text, i) => (numeric[i] ? firstNumber(text) : text)),
    name: (element.dataset.find ?? element.cells[0].textContent).toLowerCase(),
  };
}

// `sorted(column, down)` is called when a heading's button is pressed.
function sortButtons(table, sorted) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (head.tagName !== "TH") return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sorted(column, down);
    });
  });
}

function sortRows(rows, column, down) {
  return rows.sort((a, b) => compare(a.keys[column], b.keys[column], down));
}

// `found(wanted)` shows what fits and returns [shown, total].
function searchBox(box, found) {
  const input = box.querySelector("input");
  const output = box.querySelector("output");
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    const [shown, total] = found(wanted).map((n) => n.toLocaleString("en"));
    output.textContent = wanted
      ? output.dataset.text.replace("{shown}", shown).replace("{total}", total)
      : "";
  });
  box.hidden = false;
}

function staticTable(table, box) {
  const body = table.tBodies[0];
  const numeric = numberColumns(table);
  const rows = [...body.rows].map((element) => rowOf(element, numeric));
  sortButtons(table, (column, down) =>
    body.append(...sortRows(rows, column, down).map((row) => row.element)),
  );
  searchBox(box, (wanted) => {
    rows.forEach((row) => (row.element.hidden = !row.name.includes(wanted)));
    return [rows.filter((row) => !row.element.hidden).length, rows.length];
  });
}
