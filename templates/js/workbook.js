// A table as an Excel workbook: a zip archive of a few XML files, nothing packed, no formula in it.
// Within a page the mark of an XML file may not stand as it is.
const XML = '<\x3fxml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = "http://schemas.openxmlformats.org";
const MAIN = `${OFFICE}/spreadsheetml/2006/main`;
const RELATED = `${OFFICE}/officeDocument/2006/relationships`;
const LONGEST_CELL = 32_767;

// What XML can't hold is left out; what Excel would read as a code for a letter is written as one.
const asXml = (text) =>
  text
    .slice(0, LONGEST_CELL)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/_(?=x[0-9a-f]{4}_)/gi, "_x005F_")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");

// Numbers are numbers, 1,234 too; the first column has names, whatever they look like.
function sheetCell(text, column) {
  const plain = text.replace(/,(?=\d{3}(\D|$))/g, "");
  if (column && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(plain)) return `<c><v>${plain}</v></c>`;
  return text && `<c t="inlineStr"><is><t xml:space="preserve">${asXml(tamed(text))}</t></is></c>`;
}

function sheet(rows) {
  const row = (cells) => `<row>${cells.map((text, i) => sheetCell(text, i) || "<c/>").join("")}</row>`;
  const frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
  return (
    `<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${frozen}</sheetView></sheetViews>` +
    `<cols><col min="1" max="1" width="40" customWidth="1"/><col min="2" max="${Math.max(rows[0].length, 2)}" ` +
    `width="16" customWidth="1"/></cols><sheetData>${rows.map(row).join("")}</sheetData></worksheet>`
  );
}

const relationships = (type, target) =>
  `<Relationships xmlns="${OFFICE}/package/2006/relationships">` +
  `<Relationship Id="r1" Type="${RELATED}/${type}" Target="${target}"/></Relationships>`;

function workbook(rows, name) {
  const kind = (part, content) =>
    `<Override PartName="/xl/${part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${content}+xml"/>`;
  const parts = {
    "[Content_Types].xml":
      `<Types xmlns="${OFFICE}/package/2006/content-types">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `${kind("workbook.xml", "sheet.main")}${kind("worksheets/sheet1.xml", "worksheet")}</Types>`,
    "_rels/.rels": relationships("officeDocument", "xl/workbook.xml"),
    "xl/workbook.xml":
      `<workbook xmlns="${MAIN}" xmlns:r="${RELATED}"><bookViews><workbookView/></bookViews>` +
      `<sheets><sheet name="${asXml(name)}" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationships("worksheet", "worksheets/sheet1.xml"),
    "xl/worksheets/sheet1.xml": sheet(rows),
  };
  return zipped(Object.entries(parts).map(([path, content]) => [path, XML + content]));
}

function checksum(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let k = 0; k < 8; k++) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}

// Numbers of so many bytes, the lowest first.
const bytesOf = (...fields) =>
  fields.flatMap(([value, size]) => Array.from({ length: size }, (_, k) => (value >>> (8 * k)) & 255));

// Texts by path, stored; names in UTF-8, all dated as the first day that a zip archive knows.
function zipped(files) {
  const encoder = new TextEncoder();
  const directory = [];
  let end = 0;
  const stored = files.flatMap(([path, text]) => {
    const [name, content] = [encoder.encode(path), encoder.encode(text)];
    const facts = bytesOf(
      [20, 2], [0x800, 2], [0, 2], [0, 2], [33, 2],
      [checksum(content), 4], [content.length, 4], [content.length, 4], [name.length, 2], [0, 2],
    );
    directory.push(
      ...bytesOf([0x02014b50, 4], [20, 2]), ...facts,
      ...bytesOf([0, 2], [0, 2], [0, 2], [0, 4], [end, 4]), ...name,
    );
    const head = Uint8Array.from([...bytesOf([0x04034b50, 4]), ...facts]);
    end += head.length + name.length + content.length;
    return [head, name, content];
  });
  const last = bytesOf(
    [0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2],
    [directory.length, 4], [end, 4], [0, 2],
  );
  return [...stored, Uint8Array.from(directory), Uint8Array.from(last)];
}
