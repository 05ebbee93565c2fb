"""Files too large for memory: delimited text and Parquet, read batch by batch by pyarrow."""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import IO, Any, TextIO, cast

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from multilevel.configuration.forms import Form
from multilevel.errors import DataRefused
from multilevel.ingest.readers import (
    columnar,
    delimited,
    encodings,
    isolated,
    opening,
    raw,
    text_lines,
)
from multilevel.ingest.readers.encodings import Encoding
from multilevel.ingest.readers.table import Column, Description, LargeFile, Source, Table, resolve
from multilevel.ingest.readers.text_lines import Header
from multilevel.records.reading import ReadFacts

# Above this a text is read in batches: in memory it takes some ten times its size.
BYTES_IN_MEMORY = 64 * 2**20
# What compression commonly makes of a table of numbers.
COMPRESSED_TIMES = 4
# Above this a Parquet file is read in batches.
ROWS_IN_MEMORY = 2_000_000
# A smaller one isn't asked, which takes a process: it fits, or is refused for what it expands to.
_PARQUET_BYTES = 2**20
BATCH_ROWS = 2**19
CHUNK = 2**20
_LINES_AT_ONCE = 10_000
_MANY_WORDS = 2_000  # tell an encoding
_TEXT = (".csv", ".tsv", ".txt", ".dat", ".asc")


def is_large(path: Path, ending: str, compressed: str) -> bool:
    """Whether `source` shall leave the file where it is."""
    try:
        if not path.is_file():
            return False
        size = path.stat().st_size
        path.open("rb").close()
    except OSError:
        return False  # the reader says what is wrong with it
    if ending in _TEXT and compressed in ("", ".gz"):
        return size > BYTES_IN_MEMORY // (COMPRESSED_TIMES if compressed else 1)
    if ending != ".parquet" or compressed or size < _PARQUET_BYTES:
        return False
    return _parquet_rows(path, size) > ROWS_IN_MEMORY


def source(
    path: Path,
    ending: str,
    compressed: str,
    form: Form,
    expected: str | None = None,
    within: Path | None = None,
) -> Source:
    """The file by its digest, without its content; it stays open.

    Parameters and exceptions as of `raw.read`.
    """
    with opening.opened(path, within) as file:
        of_text = ending != ".parquet"
        large: LargeFile = LargeText(path, file, form) if of_text else LargeParquet(path, file)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    opening.check_same(path.name, sha256, expected)
    return Source(
        path=path,
        name=path.name,
        content=b"",
        sha256=sha256,
        bytes=path.stat().st_size,
        compressed=bool(compressed),
        ending=ending,
        form=form,
        in_batches=large,
    )


def _parquet_rows(path: Path, size: int) -> int:
    try:
        rows = isolated.call(
            lambda: str(pq.read_metadata(path).num_rows).encode(), path.name, size, "a Parquet file"
        )
    except DataRefused:
        return 0  # the reader says what is wrong with it
    return int(rows)


class LargeParquet:
    """A Parquet file of many rows."""

    def __init__(self, path: Path, file: io.BufferedReader) -> None:
        self._path, self._place = path, opening.kept(file, path, self)
        self._unchanged = opening.Unchanged(path)

    def describe(self, looked_for: tuple[str, ...]) -> Description:
        """The file's columns."""
        with self._opened() as file:
            return columnar.description(file.schema_arrow, file.metadata.num_rows)

    def batches(self, source: Source, columns: tuple[str, ...]) -> Iterator[Table]:
        """Batches of so many rows, whatever the file's row groups."""
        about = self.describe(columns)
        places, renamed = resolve(about.names, columns, source.name)
        facts = ReadFacts(renamed=renamed)
        found = {name: about.columns[at] for name, at in zip(columns, places, strict=True)}
        names = [column.name for column in found.values()]
        try:
            with self._opened() as file:
                for batch in file.iter_batches(BATCH_ROWS, columns=names, use_threads=False):
                    arrays = {
                        name: columnar.flat(batch.column(column.name), column.name, source)
                        for name, column in found.items()
                    }
                    yield _table(
                        source,
                        arrays,
                        found,
                        facts=facts,
                        decimal_comma=source.form.commas_may_be_decimal(),
                        decimal=source.form.decimal,
                    )
        except (pa.ArrowInvalid, OSError) as error:
            raise DataRefused(
                "unreadable_file.form", file=source.name, form="a Parquet file", error=str(error)
            ) from error
        self._unchanged.check()

    def _opened(self) -> Any:
        # Not a whole column of a row group at once, which may have all rows.
        return pq.ParquetFile(self._place, pre_buffer=False, buffer_size=CHUNK)


@dataclass(frozen=True, kw_only=True)
class _Survey:
    """What one pass over a text tells.

    Attributes
    ----------
    encoding
        Its encoding.
    head
        Its first bytes, in UTF-8 without a mark.
    tail
        Its last bytes, likewise.
    lines, quotes, marks
        How many it has; marks are those of encodings within it, where files were put together.
    """

    encoding: Encoding
    head: bytes
    tail: bytes
    lines: int
    quotes: int
    marks: int


class _Stream(io.RawIOBase):
    """Lines of text as a file of UTF-8."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._rest = lines, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = "".join(islice(self._lines, _LINES_AT_ONCE)).encode("utf-8")
        n = min(len(buffer), len(self._rest))
        buffer[:n], self._rest = self._rest[:n], self._rest[n:]
        return n


class LargeText:
    """A delimited text of many rows."""

    def __init__(self, path: Path, file: io.BufferedReader, form: Form) -> None:
        self._path, self._place = path, opening.kept(file, path, self)
        self._form = form
        self._unchanged = opening.Unchanged(path)
        self._gzip = path.suffix.lower() == ".gz"

    def describe(self, looked_for: tuple[str, ...]) -> Description:
        """The columns that the header names, under the delimiter that shows most of them."""
        header = self._header(looked_for)
        return Description(columns=tuple(Column(name=name) for name in header.names))

    def batches(self, source: Source, columns: tuple[str, ...]) -> Iterator[Table]:
        """Batches of text, each of about as many bytes."""
        survey, header = self._survey, self._header(columns)
        places, renamed = resolve(header.names, columns, source.name)
        n_below, below = self._below(header)
        lines = survey.lines - header.lines - n_below
        if not lines:
            raise delimited.no_rows(source.name)
        found, sign = delimited.first_rows_of(survey.head[header.length :], header, places, columns)
        facts = delimited.facts_of(header, survey.encoding, source, renamed, below=bool(below))
        said = text_lines.said_of(below, survey.encoding)
        n_rows = 0
        for batch, is_last in _with_last(self._parsed(header, places)):
            n_rows += batch.num_rows
            yield _table(
                source,
                dict(zip(columns, batch.columns, strict=True)),
                found,
                facts=facts,
                findings=(*header.findings, *said),
                decimal_comma=source.form.commas_may_be_decimal(header.delimiter),
                decimal=source.form.decimal,
                decimal_sign=sign,
                first_line=header.lines + 1 if is_last and n_rows == lines else None,
            )
        marks = survey.quotes - survey.head[: header.length].count(b'"')
        if marks and (n_rows != lines or marks % 2):
            with self._body(header) as body:
                text_lines.check_quotes(body, header, source.name)
        self._unchanged.check()

    def _parsed(self, header: Header, places: tuple[int, ...]) -> Iterator[Any]:
        options = delimited.csv_options(header, places)
        try:
            if self._as_it_is(header):
                options["read_options"].skip_rows = header.lines
                codec = self._survey.encoding.codec
                options["read_options"].encoding = codec.removesuffix("-sig")
                compression = "gzip" if self._gzip else None
                with pa.input_stream(str(self._place), compression=compression) as stream:
                    yield from pa_csv.open_csv(stream, **options)
            else:
                with _Stream(self._lines(header)) as lines:
                    yield from pa_csv.open_csv(pa.PythonFile(lines, "r"), **options)
        except pa.ArrowInvalid as error:
            with self._body(header) as body:
                raise text_lines.ragged(body, header, self._path.name, error) from error

    def _header(self, wanted: tuple[str, ...]) -> Header:
        head = text_lines.without_rows(self._survey.head, self._form)
        return delimited.header(head, wanted, self._path.name)

    def _as_it_is(self, header: Header) -> bool:
        """Whether pyarrow can read the file without its text being rewritten."""
        further = max(self._form.passed_over, default=0) > header.lines or self._survey.marks
        guessed = self._survey.encoding.guess is not None
        return not (header.by_blanks or further or guessed or self._below(header)[0])

    def _below(self, header: Header) -> tuple[int, list[str]]:
        """How many lines stand below the rows, and those of them that say something."""
        tail = self._survey.tail
        if header.by_blanks:
            tail = text_lines.by_tabs(tail)
        end, said = text_lines.below(tail, 0, header.delimiter, len(header.names))
        return len(tail[end:].splitlines()), said

    def _lines(self, header: Header) -> Iterator[str]:
        """The lines after the header as pyarrow can read them."""
        readable = self._survey.encoding.readable
        n = self._survey.lines - header.lines - self._below(header)[0]
        with self._text(header) as body:
            kept = (
                readable("\n" if number in self._form.passed_over else line.removeprefix("\ufeff"))
                for number, line in enumerate(islice(body, n), header.lines + 1)
            )
            yield from text_lines.tabbed(kept) if header.by_blanks else kept

    def _text(self, header: Header) -> TextIO:
        """The text after the header, line by line."""
        codec = self._survey.encoding.codec
        body = io.TextIOWrapper(self._bytes(), encoding=codec, newline="")
        for _ in islice(body, header.lines):
            pass
        return body

    def _body(self, header: Header) -> TextIO:
        """What pyarrow reads, line by line."""
        if self._as_it_is(header):
            return self._text(header)
        rewritten = io.BufferedReader(_Stream(self._lines(header)))
        return io.TextIOWrapper(rewritten, encoding="utf-8", newline="")

    def _bytes(self) -> IO[bytes]:
        opened = gzip.open if self._gzip else open
        return cast(IO[bytes], opened(self._place, "rb"))

    @cached_property
    def _survey(self) -> _Survey:
        """Refuses what is no text, or no complete gzip file."""
        name = self._path.name
        try:
            with self._bytes() as file:
                start = file.read(512)
            kind = raw.looks_like(start)
            if kind:
                raise DataRefused("unreadable_file.not_text", file=name, looks_like=kind)
            return self._recognised(start)
        except (EOFError, OSError, zlib.error) as error:
            with self._place.open("rb") as file:
                raise raw.incomplete(name, "gzip file", file.read(512), error) from error

    def _recognised(self, start: bytes) -> _Survey:
        encoding = encodings.told(start, self._form.encoding, self._path.name)
        try:
            return self._by(encoding or encodings.UTF_8)
        except UnicodeDecodeError as error:
            if encoding is not None:
                raise encodings.other_than_told(
                    self._path.name, encoding, error.object, error
                ) from None
        sample = b"\n".join(self._sample())
        try:
            return self._by(encodings.recognised(sample))
        except UnicodeDecodeError:
            return self._by(encodings.any_bytes(sample))

    def _sample(self) -> Iterator[bytes]:
        """Pieces of the text that aren't ASCII, of its lines from the first that has any."""
        seen: set[bytes] = set()
        with self._bytes() as file:
            for line in file:
                for word in encodings.words(line):
                    if word not in seen:
                        seen.add(word)
                        yield word
                if len(seen) > _MANY_WORDS:
                    return

    def _by(self, encoding: Encoding) -> _Survey:
        decoder = codecs.getincrementaldecoder(encoding.codec)()
        limit = raw.expanded_limit(self._path.stat().st_size)
        head, tail, quotes, marks, feeds, returns, end, size = b"", "", 0, 0, 0, 0, "", 0
        with self._bytes() as file:
            while content := file.read(CHUNK):
                size += len(content)
                if self._gzip and size > limit:
                    raise raw.too_much(self._path.name, limit)
                text = decoder.decode(content)
                if "\0" in text:
                    raise DataRefused("unreadable_file.nul_bytes", file=self._path.name)
                if len(head) < delimited.HEADER_LIMIT:
                    head += encoding.readable(text).encode("utf-8")
                quotes += text.count('"')
                marks += text.count("\ufeff")
                feeds += text.count("\n")
                returns += text.count("\r")
                end = text[-1:] or end
                tail = (tail + text)[-text_lines.TAIL :]
        decoder.decode(b"", final=True)
        if not head.strip():
            raise raw.nothing_in(self._path.name)
        ending, lines = ("\n", feeds) if feeds else ("\r", returns)
        return _Survey(
            encoding=encoding,
            head=head,
            tail=encoding.readable(tail).encode("utf-8"),
            lines=lines + (end != ending),
            quotes=quotes,
            marks=marks,
        )


def _table(source: Source, arrays: dict[str, Any], found: dict[str, Column], **more: Any) -> Table:
    frame = pa.table(arrays).to_pandas(types_mapper=pd.ArrowDtype)
    return Table(
        frame=frame,
        n_rows=len(frame),
        name=source.name,
        sha256=source.sha256,
        bytes=source.bytes,
        columns=found,
        **more,
    )


def _with_last(batches: Iterator[Any]) -> Iterator[tuple[Any, bool]]:
    """Each batch, and whether it is the last."""
    former = None
    for batch in batches:
        if former is not None:
            yield former, False
        former = batch
    if former is not None:
        yield former, True
