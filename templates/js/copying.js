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

// The table as rows of texts, each interval in two cells and each cell over several as so many.
function cellsOf(table, between, low, high) {
  const rows = [...table.rows].map((row) =>
    [...row.cells].flatMap((cell) => [textOf(cell), ...Array(cell.colSpan - 1).fill("")]),
  );
  const [head, ...body] = rows;
  const isInterval = (text) => {
    const ends = text.split(between);
    return ends.length === 2 && ends.every((end) => /^\S*\d\S*$/.test(end));
  };
  const intervals = head.map((_, i) => body.some((row) => isInterval(row[i] ?? "")));
  const split = (text) => (isInterval(text) ? text.split(between) : [text, ""]);
  return [
    head.flatMap((text, i) =>
      intervals[i] ? [low.replace("{title}", text), high.replace("{title}", text)] : [text],
    ),
    ...body.map((row) => row.flatMap((text, i) => (intervals[i] ? split(text) : [text])).map(asTyped)),
  ];
}

function tableToCopy(table, { between, low, high }) {
  const rows = cellsOf(table, ` ${between.trim()} `, low, high);
  const figure = table.closest("figure");
  const words = (selector) => [...figure.querySelectorAll(selector)].map(textOf);
  const title = [...words(".cap-title .words"), ...words(".cap-sub")];
  const notes = words(".table-notes p");
  const text = [...title, ...rows.map((row) => row.join("\t")), ...notes].join("\n") + "\n";
  const made = document.createElement("div");
  const add = (parent, tag, content) => {
    const element = parent.appendChild(document.createElement(tag));
    if (content !== undefined) element.textContent = content;
    return element;
  };
  title.forEach((line) => add(made, "p", line));
  const copied = add(made, "table");
  rows.forEach((row, i) => {
    const line = add(copied, "tr");
    row.forEach((cell) => add(line, i ? "td" : "th", cell));
  });
  notes.forEach((line) => add(made, "p", line));
  return [text, made.innerHTML];
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
