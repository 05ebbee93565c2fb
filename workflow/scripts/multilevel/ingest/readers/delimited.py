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
from multilevel.ingest.readers import columns
from multilevel.ingest.readers.raw import looks_like, refused
from multilevel.ingest.readers.table import Column, Description, Source, Table
from multilevel.wording.quoting import shown

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
# The line by which Excel is told what separates values.
_SAID = re.compile(r'"?sep=(.)"?', re.I)
HEADER_LIMIT = 4 * 2**20
_TITLE_LINES = 30
_TITLE = (
    "The first line of the file must name the columns: delete a title, and all else that stands "
    "before their names. Or correct the line."
)
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
    places, notes = columns.resolve(found.names, wanted, source.name)
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
        notes=(format_note(encoding, found.delimiter), *notes),
        columns={name: Column(name=name) for name in wanted},
    )


def describe(source: Source, looked_for: tuple[str, ...]) -> Description:
    """The columns that the header names, under the delimiter that shows most of `looked_for`."""
    start = replace(source, content=source.content[:HEADER_LIMIT])
    content, _ = _as_utf8(start)
    found = header(content, looked_for, source.name)
    return Description(columns=tuple(Column(name=name) for name in found.names))


def _as_utf8(source: Source) -> tuple[bytes, str]:
    """The text in UTF-8 without a byte-order mark, and a phrase about its encoding."""
    content, name = source.content, source.name
    kind = looks_like(content)
    if kind:
        raise not_text(name, f"It looks like {kind}.")
    text, phrase = _decoded(content)
    if "\0" in text:
        raise not_text(name, "It has NUL bytes, as binary files have.")
    if not text.strip():
        raise DataRefused(
            "empty", f"The file {shown(name)} has nothing but blanks in it.", "Put the data in it."
        )
    return text.encode("utf-8"), phrase


def _decoded(content: bytes) -> tuple[str, str]:
    for codec, phrase in encodings(content):
        try:
            return content.decode(codec), phrase
        except UnicodeDecodeError:
            continue
    raise AssertionError("Latin-1 decodes everything")


def encodings(content: bytes) -> tuple[tuple[str, str], ...]:
    """Codecs for a text that begins so, likeliest first, each with a phrase; the last fits any."""
    marks = (
        (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte-order mark"),
        (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16, whose mark it begins with
        (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
        (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    )
    found = [(codec, phrase) for mark, codec, phrase in marks if content.startswith(mark)]
    return (
        *found[:1],
        ("utf-8", "Encoding UTF-8"),
        ("cp1252", "Read as Windows-1252 because it is not valid UTF-8"),
        ("latin-1", "Read as Latin-1 because it is neither valid UTF-8 nor Windows-1252"),
    )


def format_note(encoding: str, delimiter: str) -> str:
    """What was found out about the file's form."""
    return f"{encoding}, values separated by {_DELIMITERS[delimiter]}."


def no_rows(name: str) -> DataRefused:
    """The refusal of a file that has only a header."""
    return DataRefused(
        "empty",
        f"The file {shown(name)} has column names but no rows.",
        "Put the data in it.",
    )


def not_text(name: str, found: str) -> DataRefused:
    """The refusal of what is no text."""
    return refused(
        f"The file {shown(name)} is not a table of text. {found}",
        "Save the data as CSV in UTF-8, or give the file the ending of its format.",
    )


def header(content: bytes, wanted: tuple[str, ...], name: str) -> Header:
    """The header under the delimiter that shows most of the `wanted` columns."""
    head = content[:HEADER_LIMIT].decode("utf-8", errors="ignore")
    said = _SAID.fullmatch(head.lstrip().partition("\n")[0].rstrip("\r"))
    only = [said[1]] if said and said[1] in _DELIMITERS else _DELIMITERS
    candidates = [_header_by(head, delimiter) for delimiter in only]
    best = max(
        candidates,
        key=lambda one: (sum(bool(columns.find(one.names, w)[0]) for w in wanted), len(one.names)),
    )
    if best.length >= HEADER_LIMIT - 3:
        raise refused(
            f"The first line of the file {shown(name)} does not end.",
            "Check that the file is a table with a line of column names.",
        )
    if wanted and not any(columns.find(best.names, one)[0] for one in wanted):
        _check_title(head, wanted, name)
    return best


def _check_title(head: str, wanted: tuple[str, ...], name: str) -> None:
    """Refuse a text of which a line after the first has all the `wanted` names."""
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        try:
            for row in islice(reader, _TITLE_LINES):
                if all(columns.find(row, one)[0] for one in wanted):
                    raise refused(
                        f"The names of the columns of the file {shown(name)} stand in line "
                        f"{reader.line_num:,}, after a title or the like.",
                        "Delete the lines before it, so that the names are the first line.",
                    )
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
    remedy = "Correct that line, or write the file again."
    reader = csv.reader(body, delimiter=header.delimiter)
    try:
        for row in reader:
            if row and len(row) != expected:
                line = header.lines + reader.line_num
                if expected == 1:
                    remedy = _TITLE
                return refused(
                    f"Line {line:,} of the file {shown(name)} has {len(row):,} values where the "
                    f"first line names {expected:,} columns.",
                    remedy,
                )
    except csv.Error as fault:
        line = header.lines + reader.line_num
        return refused(f"Line {line:,} of the file {shown(name)} can't be read: {fault}.", remedy)
    return refused(f"The file {shown(name)} can't be read as a table: {error}.", remedy)


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
        raise refused(
            f"A quotation mark in line {header.lines + begins:,} of the file {shown(name)} is not "
            "closed.",
            "Correct that line, or write the file again.",
        ) from None
