// The index: which columns are shown, and the table as it is shown, to be copied or saved.
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

// What a spreadsheet would run gets an apostrophe; numbers stay as they are.
const tamed = (text) => (FORMULA.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text);

function csvCell(text) {
  const tame = tamed(text);
  return /[",;\t\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

// Rows and cells that are shown, without headings of groups and columns of drawings; of the first
// cell its link alone.
function shownRows(table) {
  const shown = (element) => !element.hidden && !element.parentElement.hidden;
  const rows = [...table.rows].filter((row) => shown(row) && !row.classList.contains("group"));
  const drawn = (cell) => cell.querySelector("svg") && !textOf(cell);
  const drawings = new Set(rows.flatMap((row) => [...row.cells].filter(drawn).map((cell) => cell.cellIndex)));
  return rows.map((row) =>
    [...row.cells]
      .filter((cell) => !cell.hidden && !drawings.has(cell.cellIndex))
      .map((cell) => cell.querySelector("a")?.textContent.trim() ?? textOf(cell)),
  );
}

// Under a heading "Mean (SE)" the number in parentheses gets a column of its own.
function errorsApart([head, ...body]) {
  const parts = (text) => /^(\S+) \((.+)\)$/.exec(text)?.slice(1);
  const both = head.map((title, i) => parts(title) && body.some((row) => parts(row[i] ?? "")));
  const number = (text) => (/\d/.test(text) ? text : "");
  const split = (text) => {
    const [value, error] = parts(text) ?? [text, ""];
    return [value, number(error)];
  };
  return [
    head.flatMap((title, i) => (both[i] ? parts(title) : [title])),
    ...body.map((row) => row.flatMap((text, i) => (both[i] ? split(text) : [text]))),
  ];
}

function save(parts, type, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  // Not at once: the browser must have begun to read.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function shownTable(button) {
  const table = document.getElementById(button.dataset.shown);
  button.addEventListener("click", () => {
    const rows = intervalsApart(errorsApart(shownRows(table)), button.dataset);
    const { save: name, sheet: title } = button.dataset;
    if (name && title) {
      const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
      save(workbook(rows, title), type, name);
      return;
    }
    if (name) {
      // With the mark by which Excel knows UTF-8.
      const lines = rows.map((row) => `${row.map(csvCell).join(",")}\n`);
      save(["\ufeff", ...lines], "text/csv;charset=utf-8", name);
      return;
    }
    copy(rows.map((row) => row.join("\t")).join("\n") + "\n", tableOf(rows));
  });
  button.hidden = false;
}

// A cell that stands over several columns is as wide as those of them that are shown.
function columnChoice(box) {
  const table = document.getElementById(box.dataset.columns);
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.rows].map((row) => {
    let at = 0;
    return [...row.cells].map((cell) => {
      const columns = Array.from({ length: cell.colSpan }, (_, i) => at + i);
      at += cell.colSpan;
      return { cell, columns };
    });
  });
  box.addEventListener("change", (event) => {
    const column = Number(event.target.dataset.column);
    heads[column].hidden = !event.target.checked;
    for (const row of rows) {
      const { cell, columns } = row.find((one) => one.columns.includes(column));
      const left = columns.filter((one) => !heads[one].hidden).length;
      cell.hidden = left === 0;
      cell.colSpan = Math.max(left, 1);
    }
  });
  box.hidden = false;
}
