// The index: datasets in groups, each with a heading, or all in one list. Columns of scores
// sort only where the scores are on one scale.
const MOST_SEEN = 100;

function groupedTable(table) {
  const box = document.querySelector(`.find[data-table="${table.id}"]`);
  const choice = box.querySelector("[data-group-by]");
  const families = document.querySelector("nav.families");
  const numeric = numberColumns(table);
  const heads = [...table.tHead.rows[0].cells];
  const groups = [...table.tBodies].map((body) => {
    const [heading, ...elements] = body.rows;
    const rows = elements.map((element) => {
      const row = rowOf(element, numeric);
      row.name += ` ${heading.textContent.toLowerCase()}`;
      return row;
    });
    return { body, heading, rows, oneScale: "oneScale" in body.dataset };
  });
  const more = document.querySelector(`[data-more="${table.id}"]`);
  let every = false;
  const all = groups.flatMap((group) => group.rows);
  const list = document.createElement("tbody");
  const together = () => !choice || choice.checked;
  const comparable = (group) => group.oneScale || group.rows.length === 1;

  // Without groups, datasets of several scales stand in one list: no order by scores there.
  function allow() {
    const any = together() ? groups.some((group) => group.oneScale) : false;
    heads.filter((head) => head.dataset.scale).forEach((head) => {
      const button = head.querySelector("button");
      button.setAttribute("aria-disabled", !any);
      button.title = any ? "" : head.dataset.scale;
      if (!any) head.removeAttribute("aria-sort");
    });
  }

  // Laying out a thousand rows takes a second: of many that fit the first are seen, until all are
  // asked for.
  function limit() {
    const fitting = [...table.rows].filter(
      (row) => !row.hidden && !row.parentElement.hidden && !row.classList.contains("group") && row.closest("tbody"),
    );
    const seen = every ? fitting.length : MOST_SEEN;
    fitting.forEach((row, i) => row.classList.toggle("later", i >= seen));
    [...table.tBodies].forEach((body) =>
      body.classList.toggle("later", [...body.rows].slice(1).every((row) => row.hidden || row.classList.contains("later"))),
    );
    more.hidden = fitting.length <= seen;
    more.textContent = more.dataset.text.replace("{n}", fitting.length.toLocaleString("en"));
  }

  function showAll() {
    every = true;
    limit();
  }

  function arrange() {
    if (together()) {
      groups.forEach(({ body, rows }) => body.append(...rows.map((row) => row.element)));
      list.replaceWith(...groups.map((group) => group.body));
    } else {
      list.replaceChildren(...all.map((row) => row.element));
      groups[0].body.before(list);
      groups.forEach(({ body }) => body.remove());
    }
    table.classList.toggle("one-list", !together());
    if (families) families.hidden = !together();
    allow();
    limit();
  }

  sortButtons(table, (column, down) => {
    const ofScores = "scale" in heads[column].dataset;
    if (!together()) {
      list.append(...sortRows(all, column, down).map((row) => row.element));
      limit();
      return;
    }
    groups
      .filter((group) => !ofScores || comparable(group))
      .forEach(({ body, rows }) =>
        body.append(...sortRows(rows, column, down).map((row) => row.element)),
      );
    limit();
  });
  more.addEventListener("click", () => {
    const next = table.querySelector("tr.later a");
    showAll();
    next.focus();
  });
  // Before the browser goes where the link leads.
  families?.addEventListener("click", (event) => event.target.hash && showAll());
  choice?.addEventListener("change", arrange);

  const others = [...(document.getElementById("refused-data")?.tBodies[0].rows ?? [])].map(
    (element) => rowOf(element, []),
  );
  searchBox(box, (wanted) => {
    const rows = [...all, ...others];
    rows.forEach((row) => (row.element.hidden = !row.name.includes(wanted)));
    groups.forEach((group) => {
      group.body.hidden = group.rows.every((row) => row.element.hidden);
    });
    limit();
    return [rows.filter((row) => !row.element.hidden).length, rows.length];
  });
  allow();
  limit();
}
