"""Workbooks of Excel and OpenDocument (.xlsx, .xlsm, .xlsb, .xls, .ods), by calamine."""

import io
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from multilevel.errors import DataRefused
from multilevel.ingest.readers import headers, raw
from multilevel.ingest.readers.table import Column, Description, Source, find
from multilevel.ingest.readers.text_lines import NAMES_A_SOURCE, SAYS_MORE
from multilevel.records.findings import Finding, caution, note
from multilevel.records.reading import ReadFacts
from multilevel.wording.numbers import as_typed
from multilevel.wording.quoting import nearest

ZIPPED = (b"PK\x03\x04",)
OLD = (b"\xd0\xcf\x11\xe0",)  # of .xls, which is no zip archive
_NO_SECTOR, _FREE = 0xFFFFFFFA, 0xFFFFFFFF
_NO_RESULT = re.compile(rb"<f[^>]*>[^<]*</f>\s*(?:<v\s*/>|<v></v>|</c>)")
_PARTS = 10_000  # files in the archive that a workbook is


@dataclass(frozen=True)
class _Sheet:
    """A workbook's chosen sheet.

    Attributes
    ----------
    title, titles
        Its name, and those of all sheets.
    rows
        All its cells, None for those without a value or passed over.
    merged
        For each cell that is covered by one above it, its row and column.
    """

    title: str
    titles: tuple[str, ...]
    rows: list[list[Any]]
    merged: tuple[tuple[int, int], ...]


def describe(source: Source, looked_for: tuple[str, ...]) -> Description:
    """The columns named by the row that has most of the names looked for."""
    sheet = _sheet(source, looked_for)
    head, place = _place(sheet, looked_for)
    if place is None:
        raise DataRefused("empty.sheet", file=source.name, sheet=sheet.title)
    names = list(headers.joined(head, place.names))
    while not names[-1].strip():
        names.pop()
    findings = tuple(_dress(sheet, head, place, names))
    formulas = _without_results(source, sheet, place.first, names)
    facts = ReadFacts(sheet=sheet.title, sheets=sheet.titles, dressed=bool(findings))
    columns = tuple(Column(name=name) for name in names)
    further = tuple(caution("formulas", name) for name in formulas)
    return Description(columns=columns, facts=facts, findings=(*findings, *further))


def columns(
    source: Source, names: tuple[str, ...], found: Description
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of these names as Arrow arrays: numbers, or text where any cell is text."""
    sheet = _sheet(source, title=found.facts.sheet)
    _, place = _place(sheet, names)
    first = place.first if place else 0
    body = sheet.rows[first : len(sheet.rows) - _notes_below(sheet.rows, first)[0]]
    rows = [row for row in body if any(cell is not None for cell in row)]
    at = {name: found.names.index(name) for name in names}
    return {
        name: _array([row[column] if column < len(row) else None for row in rows])
        for name, column in at.items()
    }, {}


def _sheet(source: Source, looked_for: tuple[str, ...] = (), title: str | None = None) -> _Sheet:
    """The sheet of this title, the one that is said, or the first with the names looked for.

    Where none has all of these it is the one with most, and the first of several columns.
    """
    import python_calamine

    if source.content.startswith(ZIPPED):
        _check_archive(source)
    else:
        _check_compound(source)
    try:
        book = python_calamine.load_workbook(io.BytesIO(source.content))
    except python_calamine.PasswordError as error:
        raise DataRefused("unreadable_file.encrypted_workbook", file=source.name) from error
    titles = tuple(book.sheet_names)
    kinds = {one.name: one.typ for one in book.sheets_metadata}
    seen = [
        one.name
        for one in book.sheets_metadata
        if one.visible == python_calamine.SheetVisibleEnum.Visible
        and one.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    if source.form.sheet:
        title = title or _chosen(titles, source)
    elif not seen:
        title = titles[0]
    if title and kinds[title] != python_calamine.SheetTypeEnum.WorkSheet:
        raise DataRefused("unreadable_file.chart", file=source.name, sheet=title)
    sheets = (_read(book, one, titles, source) for one in ([title] if title else seen))
    fits = []
    for sheet in sheets:
        head, place = _place(sheet, looked_for)
        names = headers.joined(head, place.names) if place else ()
        shows = sum(bool(find(names, one)[0]) for one in looked_for)
        if title or (shows == len(looked_for) and len(names) > 1):
            return sheet
        fits.append(((shows, len(names) > 1, bool(names)), sheet))
    return max(fits, key=lambda fit: fit[0])[1]


def _read(book: Any, title: str, titles: tuple[str, ...], source: Source) -> _Sheet:
    sheet = book.get_sheet_by_name(title)
    passed_over = source.form.passed_over
    rows = [
        [] if number in passed_over else [None if cell == "" else cell for cell in row]
        for number, row in enumerate(sheet.to_python(skip_empty_area=False), 1)
    ]
    merged = tuple(_filled(rows, sheet.merged_cell_ranges or ()))
    return _Sheet(title, titles, rows, merged)


def _filled(rows: list[list[Any]], ranges: Any) -> Iterator[tuple[int, int]]:
    """Give cells that are merged with one above them its value."""
    for (top, column), (bottom, _) in ranges:
        value = rows[top][column] if top < len(rows) and column < len(rows[top]) else None
        if value is None:
            continue
        for row in range(top + 1, min(bottom + 1, len(rows))):
            if column < len(rows[row]):
                rows[row][column] = value
                yield row, column


def _place(
    sheet: _Sheet, looked_for: tuple[str, ...]
) -> tuple[list[list[str]], headers.Place | None]:
    """The first rows as text, and where names and values stand among them."""
    head = [[_text(cell) or "" for cell in row] for row in sheet.rows[: headers.LOOKED_AT]]
    return head, headers.place(head, looked_for)


def _dress(
    sheet: _Sheet, head: list[list[str]], place: headers.Place, names: list[str]
) -> Iterator[Finding]:
    """What stands beside names and values."""
    yield from headers.dress(head, place, place.names + 1)
    _, below = _notes_below(sheet.rows, place.first)
    if below:
        yield note("lines_below", n=len(below), text=below[0][:60])
    covered = Counter(column for row, column in sheet.merged if row >= place.first)
    for column, n in sorted(covered.items()):
        if column < len(names):
            yield note("merged_cells", names[column], n=n)


def _notes_below(rows: Sequence[Sequence[Any]], first: int) -> tuple[int, list[str]]:
    """How many rows at the end say more of the table and hold no values, and what they say.

    They name a source, or are one text each that begins as notes do or stands after a blank row.
    """
    texts: list[str] = []
    n_rows, n_texts = 0, 0
    for place, row in enumerate(reversed(rows[first:]), 1):
        known = [cell for cell in row if cell is not None]
        text = known[0] if known and isinstance(known[0], str) else ""
        says_more = NAMES_A_SOURCE.match(text) or (len(known) == 1 and SAYS_MORE.match(text))
        if known and not says_more and (len(known) > 1 or not text):
            break
        texts += [text] if known else []
        all_so_far = n_texts == len(texts) - 1 and says_more
        if not known or all_so_far:
            n_rows, n_texts = place, len(texts)
    return n_rows, texts[:n_texts][::-1]


def _check_archive(source: Source) -> None:
    """Refuse an archive that would unpack to more than is plausible."""
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise DataRefused("unreadable_file.workbook", file=source.name, error=str(error)) from error
    limit = raw.expanded_limit(len(source.content))
    if len(members) > _PARTS or sum(member.file_size for member in members) > limit:
        raise raw.too_much(source.name, limit)


def _without_results(source: Source, sheet: _Sheet, first: int, names: list[str]) -> list[str]:
    """Columns of a workbook with formulas of which no program has stored results."""
    empty = [
        name
        for column, name in enumerate(names)
        if all(column >= len(row) or row[column] is None for row in sheet.rows[first:])
    ]
    if not empty or not source.content.startswith(ZIPPED):
        return []
    with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
        sheets = [one for one in archive.namelist() if one.startswith("xl/worksheets/sheet")]
        return empty if any(_NO_RESULT.search(archive.read(one)) for one in sheets) else []


def _check_compound(source: Source) -> None:
    """Refuse a compound file ([MS-CFB]) that ends before the last sector it uses."""
    content = source.content
    size = 1 << int.from_bytes(content[30:32], "little")
    complete = size in (512, 4096) and len(content) > size
    tables = np.frombuffer(content[76:512].ljust(436, b"\xff"), "<u4")
    for number, sector in enumerate(tables[tables < _NO_SECTOR].tolist()):
        start = (sector + 1) * size
        if not complete or start + size > len(content):
            complete = False
            break
        used = np.flatnonzero(np.frombuffer(content[start : start + size], "<u4") != _FREE)
        last = number * (size // 4) + int(used.max(initial=0))
        complete = (last + 1) * size < len(content)
    if not complete:
        raise DataRefused("unreadable_file.cut_off", file=source.name)


def _chosen(titles: tuple[str, ...], source: Source) -> str:
    wanted = source.form.sheet or 1
    if isinstance(wanted, int):
        if wanted <= len(titles):
            return titles[wanted - 1]
    else:
        same = [title for title in titles if title.casefold() == wanted.casefold()]
        if wanted in titles or len(same) == 1:
            return wanted if wanted in titles else same[0]
    raise DataRefused(
        "unreadable_file.no_sheet",
        file=source.name,
        sheet=str(wanted),
        sheets=list(titles),
        near=nearest(str(wanted), titles),
    )


def _array(cells: list[Any]) -> Any:
    numbers = all(
        cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool))
        for cell in cells
    )
    if not numbers:
        return pa.array([_text(cell) for cell in cells], pa.large_string())
    finite = [None if cell is None or not math.isfinite(cell) else float(cell) for cell in cells]
    return pa.array(finite, pa.float64())


def _text(cell: Any) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return str(cell)
    return as_typed(float(cell))
