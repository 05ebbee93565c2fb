// Copying: a table or a text as text, the address of a section. What happened is said.
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

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(document.getElementById("said").dataset.copied);
  } catch {
    showToCopy(text);
  }
}

// A line a row, cells parted by tabs: a spreadsheet takes it as cells, a letter as text.
function tableText(table) {
  const lines = [...table.rows].map((row) =>
    [...row.cells].map((cell) => cell.textContent.trim().replace(/\s+/g, " ")).join("\t"),
  );
  const figure = table.closest("figure");
  const words = (selector) =>
    [...figure.querySelectorAll(selector)].map((one) => one.textContent.trim().replace(/\s+/g, " "));
  const title = [...words(".cap-title .words"), ...words(".cap-sub")];
  return [...title, ...lines, ...words(".table-notes p")].join("\n") + "\n";
}

function copyButton(button) {
  button.addEventListener("click", () => {
    const from = document.getElementById(button.dataset.copy);
    copy(from.tagName === "TABLE" ? tableText(from) : from.textContent.trim());
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
