"""Excel workbooks (.xlsx, .xlsm), by openpyxl."""

import io
import itertools
import math
import zipfile
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from multilevel.errors import DataRefused
from multilevel.ingest.readers import raw
from multilevel.ingest.readers.table import Column, Description, Source
from multilevel.records.reading import ReadFacts
from multilevel.wording.numbers import as_typed
from multilevel.wording.quoting import nearest

STARTS = (b"PK\x03\x04",)
_PARTS = 10_000  # files in the archive that a workbook is
_BLANK_ROWS = 1_000  # before the names, and before the rows are taken to end
_WIDEST = 16_384


def describe(source: Source) -> Description:
    """The columns named by the sheet's first row that isn't blank."""
    with _Sheet(source) as sheet:
        names = sheet.names()
    if not names:
        raise DataRefused("empty.sheet", file=source.name, sheet=sheet.title)
    facts = ReadFacts(sheet=sheet.title, sheets=tuple(sheet.titles))
    return Description(columns=tuple(Column(name=name) for name in names), facts=facts)


def columns(
    source: Source, names: tuple[str, ...], found: Description
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of these names as Arrow arrays: numbers, or text where any cell is text."""
    places = [found.names.index(name) for name in names]
    with _Sheet(source) as sheet:
        sheet.names()
        cells = list(sheet.rows(places))
    return {name: _array([row[place] for row in cells]) for place, name in enumerate(names)}, {}


class _Sheet:
    """An open workbook's chosen sheet."""

    def __init__(self, source: Source) -> None:
        import openpyxl

        _check_archive(source)
        self._book = openpyxl.load_workbook(
            io.BytesIO(source.content), read_only=True, data_only=True, keep_links=False
        )
        self.titles = list(self._book.sheetnames)
        self.title = _chosen(self.titles, source)
        sheet = self._book[self.title]
        if not hasattr(sheet, "reset_dimensions"):
            raise DataRefused("unreadable_file.chart", file=source.name, sheet=self.title)
        sheet.reset_dimensions()  # what the file claims of its size isn't to be trusted
        self._rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True)

    def __enter__(self) -> "_Sheet":
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def names(self) -> list[str]:
        """The first row that isn't blank, trailing blanks left out."""
        for row in itertools.islice(self._rows, _BLANK_ROWS):
            names = [_text(cell) or "" for cell in row[:_WIDEST]]
            while names and not names[-1].strip():
                names.pop()
            if names:
                return names
        return []

    def rows(self, places: list[int]) -> Iterator[list[Any]]:
        """The cells at `places` of all further rows; blank rows at the end are none."""
        blank = 0
        for row in self._rows:
            if all(cell is None for cell in row):
                blank += 1
                if blank > _BLANK_ROWS:
                    return
                continue
            blank = 0
            yield [row[place] if place < len(row) else None for place in places]


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


def _chosen(titles: list[str], source: Source) -> str:
    wanted = source.sheet or 1
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
        sheets=titles,
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
