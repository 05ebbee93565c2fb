"""CSV and its kin: encoding, delimiter and header are found out and stated."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from multilevel.errors import DataRefused
from multilevel.ingest.checks.thousands import surely_decimal
from multilevel.ingest.readers import encodings, headers, text_lines
from multilevel.ingest.readers.encodings import Encoding
from multilevel.ingest.readers.raw import looks_like
from multilevel.ingest.readers.table import Column, Description, Source, Table, find, resolve
from multilevel.ingest.readers.text_lines import Header
from multilevel.records.findings import note
from multilevel.records.reading import ReadFacts, Renamed

_DELIMITERS = (",", ";", "\t", "|")
# The line by which Excel is told what separates values.
_SAID = re.compile(r'"?sep=(.)"?', re.I)
_MARKED = re.compile("([\r\n])\ufeff")
HEADER_LIMIT = 4 * 2**20
_SHORT_HEAD = 2**16
_LOOKED_AT, _ROWS_LOOKED_AT = 2**16, 20
_BLOCK = 16 * 2**20  # the longest possible row, in bytes


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
    content, found = arranged(content, wanted, source)
    places, renamed = resolve(found.names, wanted, source.name)
    end, below = text_lines.below(content, found.length, found.delimiter, len(found.names))
    content = content[:end]
    body = memoryview(content)[found.length :]
    if found.row_names:
        _check_row_names(body, found, source.name)
    table = _rows(body, found, places, source.name)
    if table.num_rows == 0:
        raise no_rows(source.name)
    columns, sign = first_rows_of(body, found, places, wanted)
    lines = text_lines.count(content, found.length)
    # Only texts with values over several lines, or an odd number of marks, can have an open one.
    marks = content.count(b'"', found.length)
    if marks and (table.num_rows != lines or marks % 2):
        text_lines.check_quotes(_as_lines(body), found, source.name)
    return Table(
        frame=_frame(table, wanted),
        n_rows=table.num_rows,
        name=source.name,
        sha256=source.sha256,
        bytes=source.bytes,
        decimal_comma=source.form.commas_may_be_decimal(found.delimiter),
        decimal=source.form.decimal,
        decimal_sign=sign,
        first_line=found.lines + 1 if lines == table.num_rows else None,
        facts=facts_of(found, encoding, source, renamed, below=bool(below)),
        findings=(*found.findings, *text_lines.said_of(below, encoding)),
        columns=columns,
    )


def facts_of(
    header: Header,
    encoding: Encoding,
    source: Source,
    renamed: tuple[Renamed, ...],
    *,
    below: bool = False,
) -> ReadFacts:
    """The form of a text, which may have notes `below` its rows."""
    return ReadFacts(
        encoding=encoding.codec,
        delimiter=" " if header.by_blanks else header.delimiter,
        dressed=header.dressed or below or bool(source.form.skip_rows),
        renamed=renamed,
    )


def first_rows_of(
    body: memoryview | bytes, header: Header, places: tuple[int, ...], wanted: tuple[str, ...]
) -> tuple[dict[str, Column], str | None]:
    """What the first rows say of the `wanted` columns, which stand at `places`, and of decimals.

    That is the sign "." or "," where some numbers surely have that and none the other.
    """
    text = bytes(body[:_LOOKED_AT]).decode("utf-8", errors="ignore")
    lines = text.splitlines()[:_ROWS_LOOKED_AT]
    rows = [line.split(header.delimiter) for line in lines]
    whole = [row for row in rows if len(row) == len(header.names)]
    values = [[row[place] for row in whole] for place in range(len(header.names))]
    quoted = [_is_quoted(column) for column in values]
    some = not all(quoted)
    columns = {
        name: Column(name=name, quoted=some and quoted[place])
        for name, place in zip(wanted, places, strict=True)
    }
    signs = {sign for sign in ".," if any(_has_decimals(column, sign) for column in values)}
    return columns, signs.pop() if len(signs) == 1 else None


def _has_decimals(values: list[str], sign: str) -> bool:
    """Whether all values are numbers and some surely have the sign before their decimals."""
    known = [value.strip(' "') for value in values]
    known = [value for value in known if value not in ("", "NA")]
    number = re.compile(rf"[+-]?[0-9]*(?:[0-9]|\{sign}[0-9]+)")
    surely = re.compile(surely_decimal(sign))
    return all(map(number.fullmatch, known)) and any(map(surely.match, known))


def _is_quoted(values: list[str]) -> bool:
    """Whether all values stand in quotation marks, and there are any."""
    known = [value.strip() for value in values]
    known = [value for value in known if value not in ("", "NA")]
    return bool(known) and all(value[:1] == '"' == value[-1:] for value in known)


def describe(source: Source, looked_for: tuple[str, ...]) -> Description:
    """The columns that the header names, under the delimiter that shows most of `looked_for`."""
    start = replace(source, content=source.content[:HEADER_LIMIT])
    content, _ = _as_utf8(start, whole=len(source.content) <= HEADER_LIMIT)
    _, found = arranged(content, looked_for, source)
    return Description(columns=tuple(Column(name=name) for name in found.names))


def _as_utf8(source: Source, *, whole: bool = True) -> tuple[bytes, Encoding]:
    """The text in UTF-8 without a byte-order mark, and its encoding."""
    content, name = source.content, source.name
    kind = looks_like(content)
    if kind:
        raise DataRefused("unreadable_file.not_text", file=name, looks_like=kind)
    text, encoding = _decoded(content, source, whole)
    if "\0" in text:
        raise DataRefused("unreadable_file.nul_bytes", file=name)
    if not text.strip():
        raise DataRefused("empty.blank", file=name)
    as_it_is = whole and encoding == encodings.UTF_8
    if "\ufeff" in text:  # files with marks were put together
        text, as_it_is = _MARKED.sub(r"\1", text), False
    return content if as_it_is else text.encode("utf-8"), encoding


def _decoded(content: bytes, source: Source, whole: bool) -> tuple[str, Encoding]:
    encoding = encodings.told(content, source.form.encoding, source.name)
    try:
        return _text(content, encoding or encodings.UTF_8, whole), encoding or encodings.UTF_8
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise encodings.other_than_told(source.name, encoding, content, error) from None
    guess = encodings.recognised(b"\n".join(encodings.words(content)))
    try:
        return _text(content, guess, whole), guess
    except UnicodeDecodeError:
        guess = encodings.any_bytes(content)
        return _text(content, guess, whole), guess


def _text(content: bytes, encoding: Encoding, whole: bool) -> str:
    """The text; where it isn't `whole`, without a character that its end cuts."""
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    return encoding.readable(decoder.decode(content, final=whole))


def no_rows(name: str) -> DataRefused:
    """The refusal of a file that has only a header."""
    return DataRefused("empty.no_rows", file=name)


def arranged(content: bytes, wanted: tuple[str, ...], source: Source) -> tuple[bytes, Header]:
    """The text as one character separates its values, and its header.

    That is under the delimiter that shows most of the `wanted` columns.
    """
    content = text_lines.without_rows(content, source.form)
    found = header(content, wanted, source.name)
    if not found.by_blanks:
        return content, found
    content = text_lines.by_tabs(content)
    by_tab = _header_by(_as_file(_head(content)), "\t", wanted)
    return content, replace(by_tab, by_blanks=True)


def header(content: bytes, wanted: tuple[str, ...], name: str) -> Header:
    """The header of a text that begins so.

    Under blanks as delimiters, length and lines aren't those of the text.
    """
    head = _head(content)
    text = _as_file(head)
    said = _SAID.fullmatch(head.lstrip().partition("\n")[0].rstrip("\r"))
    only = [said[1]] if said and said[1] in _DELIMITERS else _DELIMITERS
    candidates = [_header_by(text, delimiter, wanted) for delimiter in only]
    best = max(candidates, key=lambda one: _fitness(one, wanted))
    if best.length >= HEADER_LIMIT - 3:
        raise DataRefused("unreadable_file.endless_line", file=name)
    if _shows(best, wanted) < max(len(wanted), 1) or len(best.names) == 1:
        by_tab = _head(text_lines.by_tabs(head.encode("utf-8"), whole=False))
        blanks = _header_by(_as_file(by_tab), "\t", wanted)
        more = _shows(blanks, wanted) > _shows(best, wanted) or len(best.names) == 1
        if more and len(blanks.names) > 1 and blanks.even:
            return replace(blanks, by_blanks=True)
    return best


def _fitness(header: Header, wanted: tuple[str, ...]) -> tuple[float, ...]:
    """How well a header fits: the columns wanted, then the number of columns.

    Where none is wanted, or there, decimal commas make as many columns as semicolons do: then
    rows of equal length, and a header that stands early, decide.
    """
    shows = _shows(header, wanted)
    fitness = (float(shows), float(len(header.names)))
    return fitness if shows else (*fitness, float(header.even), -float(header.length))


def _head(content: bytes) -> str:
    """What the header is looked for in: less where that surely has all rows that are looked at."""
    short = content[:_SHORT_HEAD]
    enough = b'"' not in short and short.count(b"\n") > headers.LOOKED_AT
    return (short if enough else content[:HEADER_LIMIT]).decode("utf-8", errors="ignore")


def _as_file(text: str) -> TextIO:
    return io.StringIO(text, newline="")


def _shows(header: Header, wanted: tuple[str, ...]) -> int:
    """How many of the `wanted` columns a header has."""
    return sum(bool(find(header.names, one)[0]) for one in wanted)


def _header_by(head: TextIO, delimiter: str, wanted: tuple[str, ...]) -> Header:
    """The header under a delimiter; without names where that isn't one."""
    ends: list[tuple[int, int]] = []
    starts: list[str] = []
    length = 0
    head.seek(0)

    def lines() -> Iterator[str]:
        nonlocal length
        for line in head:
            length += len(line.encode("utf-8"))
            starts.append(line[:1])
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    rows, quoted = [], []
    try:
        for row in islice(reader, headers.LOOKED_AT):
            quoted.append(starts[-1:] == ['"'])
            if not ends and row:
                row[0] = row[0].lstrip("\ufeff")  # a mark that was written twice
            ends.append((length, reader.line_num))
            rows.append([] if _SAID.fullmatch(delimiter.join(row)) else row)
    except csv.Error:
        pass  # of the rows so far; another delimiter fits, or pyarrow names the line
    if 1 < len(rows) < headers.LOOKED_AT and length >= HEADER_LIMIT - 3:
        rows.pop()  # which may not be whole
    place = headers.place(rows, wanted)
    if place is None:
        return Header(delimiter, (), length, reader.line_num)
    below = [row for row in headers.without_notes(rows)[place.first :] if row]
    first = quoted[place.first] if place.first < len(rows) else False
    names = headers.joined(rows, place.names)
    n_names = len(names)
    if below:
        names = headers.completed(names, below, delimiter, first)
    named = len(names) > n_names and not names[0]
    findings = [*headers.dress(rows, place, ends[place.names][1])]
    if named:
        findings.append(note("row_names", n=len(names) - 1))
    return Header(
        delimiter,
        names,
        *ends[place.first - 1 if below else place.names],
        row_names=named,
        even={len(row) for row in rows[place.first :] if row} <= {len(names)},
        findings=tuple(findings),
    )


def _check_row_names(body: memoryview, header: Header, name: str) -> None:
    """Refuse rows of a value too many, which don't begin with names of their own."""
    first = _rows(body, header, (0,), name).column(0)
    if pc.count_distinct(first).as_py() < len(first):
        short = replace(header, names=header.names[1:])
        raise text_lines.ragged(
            _as_lines(body), short, name, ValueError("it has values without a name")
        )


def _rows(body: memoryview, header: Header, places: tuple[int, ...], name: str) -> Any:
    """The columns at `places` as a pyarrow table of text, named by place."""
    if not len(body):
        return pa.table({str(place): pa.array([], pa.string()) for place in places})
    try:
        return pa_csv.read_csv(pa.BufferReader(pa.py_buffer(body)), **csv_options(header, places))
    except pa.ArrowInvalid as error:
        raise text_lines.ragged(_as_lines(body), header, name, error) from error


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
