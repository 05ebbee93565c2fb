"""CSV and its kin: encoding, delimiter and header are found out and stated."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from multilevel.errors import DataRefused
from multilevel.ingest.readers.raw import looks_like
from multilevel.ingest.readers.table import Column, Description, Source, Table, find, resolve
from multilevel.records.reading import ReadFacts

_DELIMITERS = (",", ";", "\t", "|")
# The line by which Excel is told what separates values.
_SAID = re.compile(r'"?sep=(.)"?', re.I)
HEADER_LIMIT = 4 * 2**20
_TITLE_LINES = 30
_LOOKED_AT, _ROWS_LOOKED_AT = 2**16, 20
_BLOCK = 16 * 2**20  # the longest possible row, in bytes


@dataclass(frozen=True)
class Header:
    """The first line with names in it, and where it ends; `sep=;` isn't one."""

    delimiter: str
    names: tuple[str, ...]
    length: int  # bytes, with the lines before it
    lines: int


def read(source: Source, wanted: tuple[str, ...]) -> Table:
    """The `wanted` columns of a delimited text.

    Every row must have as many values as the header has names: pyarrow's reader
    insists on it, where pandas' fills up or drops values in silence.

    Raises
    ------
    DataRefused
        `unreadable_file`, `missing_column` or `empty`.
    """
    content, encoding = _as_utf8(source)
    found = header(content, wanted, source.name)
    places, renamed = resolve(found.names, wanted, source.name)
    body = memoryview(content)[found.length :]
    table = _rows(body, found, places, source.name)
    if table.num_rows == 0:
        raise no_rows(source.name)
    lines = _lines(content, found.length)
    # Only texts with values over several lines, or an odd number of marks, can have an open one.
    marks = content.count(b'"', found.length)
    if marks and (table.num_rows != lines or marks % 2):
        check_quotes(_as_lines(body), found, source.name)
    return Table(
        frame=_frame(table, wanted),
        n_rows=table.num_rows,
        name=source.name,
        sha256=source.sha256,
        bytes=source.bytes,
        decimal_comma=found.delimiter != ",",
        first_line=found.lines + 1 if lines == table.num_rows else None,
        facts=ReadFacts(encoding=encoding, delimiter=found.delimiter, renamed=renamed),
        columns=columns(body, found, places, wanted),
    )


def columns(
    body: memoryview | bytes, header: Header, places: tuple[int, ...], wanted: tuple[str, ...]
) -> dict[str, Column]:
    """What the first rows say of the `wanted` columns, which stand at `places`."""
    text = bytes(body[:_LOOKED_AT]).decode("utf-8", errors="ignore")
    lines = text.splitlines()[:_ROWS_LOOKED_AT]
    rows = [line.split(header.delimiter) for line in lines]
    whole = [row for row in rows if len(row) == len(header.names)]
    values = [[row[place] for row in whole] for place in range(len(header.names))]
    quoted = [_is_quoted(column) for column in values]
    some = not all(quoted)
    return {
        name: Column(name=name, quoted=some and quoted[place])
        for name, place in zip(wanted, places, strict=True)
    }


def _is_quoted(values: list[str]) -> bool:
    """Whether all values stand in quotation marks, and there are any."""
    known = [value.strip() for value in values]
    known = [value for value in known if value not in ("", "NA")]
    return bool(known) and all(value[:1] == '"' == value[-1:] for value in known)


def describe(source: Source, looked_for: tuple[str, ...]) -> Description:
    """The columns that the header names, under the delimiter that shows most of `looked_for`."""
    start = replace(source, content=source.content[:HEADER_LIMIT])
    content, _ = _as_utf8(start)
    found = header(content, looked_for, source.name)
    return Description(columns=tuple(Column(name=name) for name in found.names))


def _as_utf8(source: Source) -> tuple[bytes, str]:
    """The text in UTF-8 without a byte-order mark, and its encoding."""
    content, name = source.content, source.name
    kind = looks_like(content)
    if kind:
        raise DataRefused("unreadable_file.not_text", file=name, looks_like=kind)
    text, codec = _decoded(content)
    if "\0" in text:
        raise DataRefused("unreadable_file.nul_bytes", file=name)
    if not text.strip():
        raise DataRefused("empty.blank", file=name)
    return text.encode("utf-8"), codec


def _decoded(content: bytes) -> tuple[str, str]:
    for codec in encodings(content):
        try:
            return content.decode(codec), codec
        except UnicodeDecodeError:
            continue
    raise AssertionError("Latin-1 decodes everything")


def encodings(content: bytes) -> tuple[str, ...]:
    """Codecs for a text that begins so, likeliest first; the last fits any."""
    marks = (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    marked = [codec for mark, codec in marks if content.startswith(mark)]
    return (*marked[:1], "utf-8", "cp1252", "latin-1")


def no_rows(name: str) -> DataRefused:
    """The refusal of a file that has only a header."""
    return DataRefused("empty.no_rows", file=name)


def header(content: bytes, wanted: tuple[str, ...], name: str) -> Header:
    """The header under the delimiter that shows most of the `wanted` columns."""
    head = content[:HEADER_LIMIT].decode("utf-8", errors="ignore")
    said = _SAID.fullmatch(head.lstrip().partition("\n")[0].rstrip("\r"))
    only = [said[1]] if said and said[1] in _DELIMITERS else _DELIMITERS
    candidates = [_header_by(head, delimiter) for delimiter in only]
    best = max(
        candidates,
        key=lambda one: (sum(bool(find(one.names, w)[0]) for w in wanted), len(one.names)),
    )
    if best.length >= HEADER_LIMIT - 3:
        raise DataRefused("unreadable_file.endless_line", file=name)
    if wanted and not any(find(best.names, one)[0] for one in wanted):
        _check_title(head, wanted, name)
    return best


def _check_title(head: str, wanted: tuple[str, ...], name: str) -> None:
    """Refuse a text of which a line after the first has all the `wanted` names."""
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        try:
            for row in islice(reader, _TITLE_LINES):
                if all(find(row, one)[0] for one in wanted):
                    raise DataRefused("unreadable_file.title", file=name, line=reader.line_num)
        except csv.Error:
            continue


def _header_by(head: str, delimiter: str) -> Header:
    length = 0

    def lines() -> Iterator[str]:
        nonlocal length
        for line in io.StringIO(head, newline=""):
            length += len(line.encode("utf-8"))
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    try:
        rows = (row for row in reader if "".join(row).strip())
        names = next((row for row in rows if not _SAID.fullmatch(delimiter.join(row))), [])
    except csv.Error:
        names = []  # another delimiter fits, or no column is found and the file refused
    return Header(delimiter, tuple(names), length, reader.line_num)


def _rows(body: memoryview, header: Header, places: tuple[int, ...], name: str) -> Any:
    """The columns at `places` as a pyarrow table of text, named by place."""
    if not len(body):
        return pa.table({str(place): pa.array([], pa.string()) for place in places})
    try:
        return pa_csv.read_csv(pa.BufferReader(pa.py_buffer(body)), **csv_options(header, places))
    except pa.ArrowInvalid as error:
        raise ragged(_as_lines(body), header, name, error) from error


def csv_options(header: Header, places: tuple[int, ...]) -> dict[str, Any]:
    """How pyarrow shall read what follows the header: the columns at `places`, as text."""
    every = [str(place) for place in range(len(header.names))]
    needed = [str(place) for place in places]
    return {
        "read_options": pa_csv.ReadOptions(
            column_names=every, use_threads=False, block_size=_BLOCK
        ),
        "parse_options": pa_csv.ParseOptions(delimiter=header.delimiter, newlines_in_values=True),
        "convert_options": pa_csv.ConvertOptions(
            include_columns=needed,
            column_types=dict.fromkeys(needed, pa.string()),
            strings_can_be_null=False,
            check_utf8=False,
        ),
    }


def _as_lines(body: memoryview) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline="")


def _frame(table: Any, wanted: tuple[str, ...]) -> pd.DataFrame:
    text = {pa.string(): pd.ArrowDtype(pa.string())}
    frame: pd.DataFrame = table.rename_columns(list(wanted)).to_pandas(types_mapper=text.get)
    return frame


def ragged(body: TextIO, header: Header, name: str, error: Exception) -> DataRefused:
    """The refusal that names the first line after the header without the right number of values."""
    expected = len(header.names)
    reader = csv.reader(body, delimiter=header.delimiter)
    try:
        for row in reader:
            if row and len(row) != expected:
                return DataRefused(
                    "unreadable_file.ragged",
                    case="one_column" if expected == 1 else "columns",
                    file=name,
                    line=header.lines + reader.line_num,
                    n=len(row),
                    expected=expected,
                )
    except csv.Error as fault:
        line = header.lines + reader.line_num
        return DataRefused("unreadable_file.line", file=name, line=line, error=str(fault))
    return DataRefused("unreadable_file.no_table", file=name, error=str(error))


def _lines(content: bytes, start: int) -> int:
    """Number of lines from `start` on."""
    ending = b"\n" if content.find(b"\n", start) >= 0 else b"\r"
    return content.count(ending, start) + (not content.endswith(ending))


def check_quotes(body: TextIO, header: Header, name: str) -> None:
    """Refuse a quotation mark after the header that never closes: it swallows the rows after it."""
    reader = csv.reader(body, delimiter=header.delimiter, strict=True)
    begins = 1
    try:
        for _ in reader:
            begins = reader.line_num + 1
    except csv.Error:
        raise DataRefused(
            "unreadable_file.open_quote", file=name, line=header.lines + begins
        ) from None
