"""CSV and its kin: encoding, delimiter and header are found out and stated."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from multilevel.errors import DataRefused
from multilevel.hints import shown
from multilevel.ingest.readers import columns
from multilevel.ingest.readers.raw import looks_like, refused
from multilevel.ingest.readers.table import Source, Table

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_HEADER_LIMIT = 4 * 2**20
_BLOCK = 16 * 2**20  # the longest possible row, in bytes


@dataclass(frozen=True)
class _Header:
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
    header = _header(content, wanted, source.name)
    places, notes = columns.resolve(header.names, wanted, source.name)
    body = memoryview(content)[header.length :]
    table = _rows(body, header, places, source.name)
    if table.num_rows == 0:
        raise DataRefused(
            "empty",
            f"The file {shown(source.name)} has column names but no rows.",
            "Put the data in it.",
        )
    lines = _lines(content, header.length)
    _check_quotes(content, header, table.num_rows, lines, source.name)
    return Table(
        frame=_frame(table, wanted),
        n_rows=table.num_rows,
        name=source.name,
        sha256=source.sha256,
        bytes=source.bytes,
        decimal_comma=header.delimiter != ",",
        first_line=header.lines + 1 if lines == table.num_rows else None,
        notes=(f"{encoding}, values separated by {_DELIMITERS[header.delimiter]}.", *notes),
    )


def _as_utf8(source: Source) -> tuple[bytes, str]:
    """The text in UTF-8 without a byte-order mark, and a phrase about its encoding."""
    content, name = source.content, source.name
    kind = looks_like(content)
    if kind:
        raise _not_text(name, f"It looks like {kind}.")
    text, phrase = _decoded(content)
    if "\0" in text:
        raise _not_text(name, "It has NUL bytes, as binary files have.")
    if not text.strip():
        raise DataRefused(
            "empty", f"The file {shown(name)} has nothing but blanks in it.", "Put the data in it."
        )
    return text.encode("utf-8"), phrase


def _decoded(content: bytes) -> tuple[str, str]:
    marks = (
        (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte-order mark"),
        (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16, whose mark it begins with
        (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
        (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    )
    found = [(codec, phrase) for mark, codec, phrase in marks if content.startswith(mark)]
    guesses = [
        *found[:1],
        ("utf-8", "Encoding UTF-8"),
        ("cp1252", "Read as Windows-1252 because it is not valid UTF-8"),
    ]
    for codec, phrase in guesses:
        try:
            return content.decode(codec), phrase
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), (
        "Read as Latin-1 because it is neither valid UTF-8 nor Windows-1252"
    )


def _not_text(name: str, found: str) -> DataRefused:
    return refused(
        f"The file {shown(name)} is not a table of text. {found}",
        "Save the data as CSV in UTF-8, or give the file the ending of its format.",
    )


def _header(content: bytes, wanted: tuple[str, ...], name: str) -> _Header:
    """The header under the delimiter that shows most of the `wanted` columns."""
    head = content[:_HEADER_LIMIT].decode("utf-8", errors="ignore")
    candidates = [_header_by(head, delimiter) for delimiter in _DELIMITERS]
    best = max(
        candidates,
        key=lambda one: (sum(bool(columns.find(one.names, w)[0]) for w in wanted), len(one.names)),
    )
    if best.length >= _HEADER_LIMIT - 3:
        raise refused(
            f"The first line of the file {shown(name)} does not end.",
            "Check that the file is a table with a line of column names.",
        )
    return best


def _header_by(head: str, delimiter: str) -> _Header:
    length = 0

    def lines() -> Iterator[str]:
        nonlocal length
        for line in io.StringIO(head, newline=""):
            length += len(line.encode("utf-8"))
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    try:
        names = next((row for row in reader if "".join(row).strip()), [])
    except csv.Error:
        names = []  # another delimiter fits, or no column is found and the file refused
    return _Header(delimiter, tuple(names), length, reader.line_num)


def _rows(body: memoryview, header: _Header, places: tuple[int, ...], name: str) -> Any:
    """The columns at `places` as a pyarrow table of text, named by place."""
    if not len(body):
        return pa.table({str(place): pa.array([], pa.string()) for place in places})
    every = [str(place) for place in range(len(header.names))]
    needed = [str(place) for place in places]
    try:
        return pa_csv.read_csv(
            pa.BufferReader(pa.py_buffer(body)),
            read_options=pa_csv.ReadOptions(
                column_names=every, use_threads=False, block_size=_BLOCK
            ),
            parse_options=pa_csv.ParseOptions(delimiter=header.delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                include_columns=needed,
                column_types=dict.fromkeys(needed, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise _ragged(bytes(body), header, name, error) from error


def _frame(table: Any, wanted: tuple[str, ...]) -> pd.DataFrame:
    text = {pa.string(): pd.ArrowDtype(pa.string())}
    frame: pd.DataFrame = table.rename_columns(list(wanted)).to_pandas(types_mapper=text.get)
    return frame


def _ragged(body: bytes, header: _Header, name: str, error: Exception) -> DataRefused:
    """The refusal that names the first line without the right number of values."""
    expected = len(header.names)
    remedy = "Correct that line, or write the file again."
    reader = csv.reader(io.StringIO(body.decode("utf-8"), newline=""), delimiter=header.delimiter)
    try:
        for row in reader:
            if row and len(row) != expected:
                line = header.lines + reader.line_num
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


def _check_quotes(content: bytes, header: _Header, rows: int, lines: int, name: str) -> None:
    """Refuse a quotation mark that never closes: it would swallow the rows after it.

    Only texts with values over several lines, or an odd number of marks, can
    have one; they are read a second time.
    """
    marks = content.count(b'"', header.length)
    if not marks or (rows == lines and marks % 2 == 0):
        return
    text = io.StringIO(content[header.length :].decode("utf-8"), newline="")
    reader = csv.reader(text, delimiter=header.delimiter, strict=True)
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
