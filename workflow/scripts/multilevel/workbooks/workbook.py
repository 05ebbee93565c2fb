"""Any tables as a workbook, laid out as the ONS and the Government Analysis Function ask.

First a sheet with title, notes, contact and contents; then a table a sheet, its title in A1, one
row of heads, no merged cells. No cell is a formula, and the same tables give the same bytes.
"""

import io
import math
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.hyperlink import Hyperlink

from multilevel.wording.cells import neutralised
from multilevel.wording.quoting import one_line

Value = str | int | float | bool | None

# Excel's own limits.
LONGEST_TEXT, LONGEST_NAME, MOST_ROWS = 32_767, 31, 1_048_576
_NOT_IN_NAMES = re.compile(r"[\\/*?:\[\]']")
WIDEST, NARROWEST = 60, 9
TITLE, HEAD, LINK = (
    Font(bold=True, size=14),
    Font(bold=True),
    Font(color="14619F", underline="single"),
)
# Above the heads of a table: its title, and a note or an empty row.
HEAD_ROW = 3
# The earliest date that a zip file knows, and one that Excel takes.
ZIP_DATE, MODIFIED = (1980, 1, 1, 0, 0, 0), b"1980-01-01T00:00:00Z"


@dataclass(frozen=True)
class Table:
    """A sheet.

    Attributes
    ----------
    name
        Of the sheet; cut to 31 characters, and numbered where another has it.
    title, note
        Above the table; the note may be empty.
    columns
        Heads.
    rows
        Values in the order of the heads; None, NaN and infinity stay empty.
    """

    name: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True)
class Cover:
    """The first sheet.

    Attributes
    ----------
    name
        Of the sheet.
    title
        Of the workbook.
    notes
        A row each.
    contact
        Pairs such as ("Contact", "statistics@example.org").
    contents
        Head above the list of sheets.
    """

    name: str
    title: str
    notes: tuple[str, ...]
    contact: tuple[tuple[str, str], ...]
    contents: str


def workbook(cover: Cover, tables: Sequence[Table]) -> bytes:
    """The file's bytes.

    Raises
    ------
    ValueError
        For a table of more rows than a sheet holds.
    """
    for table in tables:
        if len(table.rows) + HEAD_ROW > MOST_ROWS:
            raise ValueError(f"the table {table.title} has more rows than a sheet holds")
    book = Workbook(write_only=True)
    names = sheet_names([cover.name, *(table.name for table in tables)])
    _write_cover(book.create_sheet(names[0]), cover, tables, names[1:])
    for table, name in zip(tables, names[1:], strict=True):
        _write_table(book.create_sheet(name), table)
    buffer = io.BytesIO()
    book.save(buffer)
    return _dateless(buffer.getvalue())


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Names of sheets that Excel accepts, no two alike but for upper and lower case."""
    names: list[str] = []
    for text in wanted:
        base = one_line(_NOT_IN_NAMES.sub(" ", text), LONGEST_NAME) or "Sheet"
        name, number = base, 1
        while name.casefold() in {other.casefold() for other in names}:
            number += 1
            name = f"{base[: LONGEST_NAME - len(str(number)) - 1]} {number}"
        names.append(name)
    return names


def cell_value(value: Value) -> Value:
    """The value that a cell may hold: text that is no formula, a finite number or nothing."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, str):
        return neutralised(one_line(value, LONGEST_TEXT - 1))
    return value


def _write_cover(
    sheet: WriteOnlyWorksheet, cover: Cover, tables: Sequence[Table], names: Sequence[str]
) -> None:
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 90
    sheet.append([_styled(sheet, cover.title, TITLE)])
    for note in cover.notes:
        sheet.append([cell_value(note)])
    for label, text in cover.contact:
        sheet.append([_styled(sheet, label, HEAD), cell_value(text)])
    sheet.append([])
    sheet.append([_styled(sheet, cover.contents, HEAD)])
    for table, name in zip(tables, names, strict=True):
        link = _styled(sheet, name, LINK)
        link.hyperlink = Hyperlink(ref="", location=f"'{name}'!A1")
        sheet.append([link, cell_value(table.title)])


def _write_table(sheet: WriteOnlyWorksheet, table: Table) -> None:
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    for place, head in enumerate(table.columns):
        texts = [head, *(row[place] for row in table.rows[:200])]
        width = max(len(text) if isinstance(text, str) else NARROWEST for text in texts) + 2
        letter = get_column_letter(place + 1)
        sheet.column_dimensions[letter].width = min(max(width, NARROWEST), WIDEST)
    sheet.append([_styled(sheet, table.title, TITLE)])
    sheet.append([cell_value(table.note)] if table.note else [])
    sheet.append([_styled(sheet, head, HEAD, wrap=True) for head in table.columns])
    for row in table.rows:
        sheet.append([cell_value(value) for value in row])


def _styled(sheet: WriteOnlyWorksheet, text: str, font: Font, wrap: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, cell_value(text))
    cell.font = font
    if wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _dateless(data: bytes) -> bytes:
    """The same file without the time at which it was made."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as taken,
    ):
        for name in given.namelist():
            content = given.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", MODIFIED, content)
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            taken.writestr(entry, content)
    return buffer.getvalue()
