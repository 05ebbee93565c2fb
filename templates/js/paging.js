// Tables too long to stand in the page: their rows come packed, and are drawn a page at a time.
const ROWS_A_PAGE = 100;

// gzip in base64 to bytes.
async function unpacked(element) {
  const bytes = Uint8Array.from(atob(element.textContent.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

function packedRow(texts, numeric) {
  return {
    texts,
    keys: texts.map((text, i) => (numeric[i] ? firstNumber(text) : text)),
    name: texts[0].toLowerCase(),
  };
}

function drawn(row) {
  const element = document.createElement("tr");
  row.texts.forEach((text, i) => {
    const cell = document.createElement(i === 0 ? "th" : "td");
    if (i === 0) cell.scope = "row";
    cell.textContent = text;
    element.append(cell);
  });
  return element;
}

async function pagedTable(table, box, pager) {
  const text = new TextDecoder().decode(await unpacked(document.getElementById(table.dataset.packed)));
  const numeric = numberColumns(table);
  const rows = text.split("\n").map((line) => packedRow(line.split("\t"), numeric));
  const [first, back, on, last] = pager.querySelectorAll("button");
  const status = pager.querySelector("output");
  let found = rows;
  let page = 0;

  function show(to) {
    const pages = Math.max(Math.ceil(found.length / ROWS_A_PAGE), 1);
    page = Math.min(Math.max(to, 0), pages - 1);
    const from = page * ROWS_A_PAGE;
    const some = found.slice(from, from + ROWS_A_PAGE);
    table.tBodies[0].replaceChildren(...some.map(drawn));
    // Focus stays on a button at the end of its way: aria-disabled, not disabled.
    [first, back].forEach((one) => one.setAttribute("aria-disabled", page === 0));
    [on, last].forEach((one) => one.setAttribute("aria-disabled", page === pages - 1));
    status.textContent = found.length ? status.dataset.text
      .replace("{first}", (from + 1).toLocaleString("en"))
      .replace("{last}", (from + some.length).toLocaleString("en"))
      .replace("{total}", found.length.toLocaleString("en")) : "";
    table.closest(".scroll").scrollTop = 0;
  }
  first.addEventListener("click", () => show(0));
  back.addEventListener("click", () => show(page - 1));
  on.addEventListener("click", () => show(page + 1));
  last.addEventListener("click", () => show(Infinity));

  let wantedNow = "";
  const fitting = () => (wantedNow ? rows.filter((row) => row.name.includes(wantedNow)) : rows);
  sortButtons(table, (column, down) => {
    sortRows(rows, column, down);
    found = fitting();
    show(0);
  });
  searchBox(box, (wanted) => {
    wantedNow = wanted;
    found = fitting();
    show(0);
    return [found.length, rows.length];
  });
  pager.hidden = false;
  show(0);
}

function table(element) {
  const box = document.querySelector(`.find[data-table="${element.id}"]`);
  if (!element.dataset.packed) return staticTable(element, box);
  // An old browser keeps both ends of the table, and the words that say so.
  if (typeof DecompressionStream === "undefined") return undefined;
  const pager = document.querySelector(`.pager[data-table="${element.id}"]`);
  return pagedTable(element, box, pager);
}
