// Copying: a table as a table and as text, a sentence, code, the address of a section. What
// happened is said.
const SAID_FOR = 2500;
let silence = 0;

function say(text) {
  const output = document.getElementById("said");
  clearTimeout(silence);
  output.textContent = text;
  silence = setTimeout(() => (output.textContent = ""), SAID_FOR);
}

// Where a browser refuses, the text is shown, selected, to be copied by hand.
function showToCopy(text) {
  const dialog = document.getElementById("by-hand");
  const area = dialog.querySelector("textarea");
  area.value = text;
  dialog.showModal();
  area.select();
}

async function copy(text, html) {
  try {
    if (html && window.ClipboardItem) {
      const typed = (type, content) => ({ [type]: new Blob([content], { type }) });
      const item = { ...typed("text/html", html), ...typed("text/plain", text) };
      await navigator.clipboard.write([new ClipboardItem(item)]);
    } else {
      await navigator.clipboard.writeText(text);
    }
    say(document.getElementById("said").dataset.copied);
  } catch {
    showToCopy(text);
  }
}

// Words for those who hear a table stand in cells that look empty.
const textOf = (element) =>
  element.querySelector(":scope > .hidden:only-child") ? "" : element.textContent.trim().replace(/\s+/g, " ");
// Spreadsheets take a hyphen for a minus sign, and no other.
const asTyped = (text) => text.replace(/\u2212(?=[\d.])/g, "-");

// The table as rows of texts, each cell over several as so many.
function cellsOf(table) {
  return [...table.rows].map((row) =>
    [...row.cells].flatMap((cell) => [textOf(cell), ...Array(cell.colSpan - 1).fill("")]),
  );
}

// Rows of texts with each interval in two cells.
function intervalsApart([head, ...body], { between, low, high }) {
  const isInterval = (text) => {
    const ends = text.split(` ${between.trim()} `);
    return ends.length === 2 && ends.every((end) => /^\S*\d\S*$/.test(end));
  };
  const intervals = head.map((_, i) => body.some((row) => isInterval(row[i] ?? "")));
  const split = (text) => (isInterval(text) ? text.split(` ${between.trim()} `) : [text, ""]);
  return [
    head.flatMap((text, i) =>
      intervals[i] ? [low.replace("{title}", text), high.replace("{title}", text)] : [text],
    ),
    ...body.map((row) => row.flatMap((text, i) => (intervals[i] ? split(text) : [text])).map(asTyped)),
  ];
}

// Rows of texts as a table that text processors take.
function tableOf(rows) {
  const made = document.createElement("div");
  const copied = made.appendChild(document.createElement("table"));
  rows.forEach((row, i) => {
    const line = copied.appendChild(document.createElement("tr"));
    row.forEach((cell) => {
      line.appendChild(document.createElement(i ? "td" : "th")).textContent = cell;
    });
  });
  return made.innerHTML;
}

function tableToCopy(table, ends) {
  const rows = intervalsApart(cellsOf(table), ends);
  const figure = table.closest("figure");
  const words = (selector) => [...figure.querySelectorAll(selector)].map(textOf);
  const title = [...words(".cap-title .words"), ...words(".cap-sub")];
  const notes = words(".table-notes p");
  const text = [...title, ...rows.map((row) => row.join("\t")), ...notes].join("\n") + "\n";
  const line = (content) => {
    const made = document.createElement("p");
    made.textContent = content;
    return made.outerHTML;
  };
  return [text, [...title.map(line), tableOf(rows), ...notes.map(line)].join("")];
}

function copyButton(button) {
  button.addEventListener("click", () => {
    const from = document.getElementById(button.dataset.copy);
    if (from.tagName === "TABLE") copy(...tableToCopy(from, button.dataset));
    else if (from.tagName === "CODE") copy(from.textContent.trim());
    else copy(textOf(from), from.innerHTML);
  });
  button.hidden = false;
}

// The address of a section, figure or table: in the address bar, and copied.
function copyAddress(anchor) {
  anchor.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    copy(anchor.href);
  });
}
