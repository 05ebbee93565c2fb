"""CSV and its kin of many rows: read once, hashed and checked as they are read."""

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

from multilevel.errors import DataRefused
from multilevel.ingest.readers import columns, delimited, raw
from multilevel.ingest.readers.raw import looks_like
from multilevel.ingest.streams.stream import (
    CHUNK,
    Batches,
    Facts,
    HashedFile,
    changed_meanwhile,
    digest,
    state,
)
from multilevel.records.reading import ReadFacts

# Above this a file is streamed: in memory it takes some ten times its size.
BYTES_IN_MEMORY = 64 * 2**20
# What compression commonly makes of a table of numbers.
COMPRESSED_TIMES = 4


class DelimitedStream:
    """A delimited text in batches."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path

    def readings(self, wanted: tuple[str, ...]) -> Iterator[Callable[[], Batches]]:
        """By each encoding that its first bytes allow."""
        for codec in delimited.encodings(_start(self._path)):
            yield partial(_Batches, self._path, codec, wanted)

    def digest(self) -> tuple[str, int]:
        """SHA-256 and number of the file's bytes."""
        return digest(self._path)


class _Batches:
    def __init__(self, path: Path, codec: str, wanted: tuple[str, ...]) -> None:
        self._path, self._codec = path, codec
        self._state = state(path)
        kind = looks_like(_start(path))
        if kind:
            raise DataRefused("unreadable_file.not_text", file=path.name, looks_like=kind)
        self._text = _Text(path, codec)
        head = self._text.head
        if not head.strip():
            raise raw.nothing_in(path.name)
        self._header = delimited.header(head, wanted, path.name)
        self._places, self._renamed = columns.resolve(
            self._header.names, wanted, path.name, columns.OUTCOME_AND_GROUP
        )
        self._text.skip(self._header.length)
        self.decimal_comma = self._header.delimiter != ","
        self._n_rows = 0

    def __iter__(self) -> Iterator[tuple[pa.Array, ...]]:
        """Batches of text."""
        if self._text.at_end:
            raise delimited.no_rows(self._path.name)
        try:
            for batch in self._opened():
                self._n_rows += batch.num_rows
                yield tuple(batch.columns)
        except pa.ArrowInvalid as error:
            raise self._ragged(error) from error

    def _opened(self) -> Any:
        return pa_csv.open_csv(self._text, **delimited.csv_options(self._header, self._places))

    def close(self) -> None:
        self._text.close()

    def facts(self) -> Facts:
        lines = self._text.lines
        if self._text.quotes and (self._text.quotes % 2 or lines != self._n_rows):
            self._check_quotes()
        sha256, size = self._text.digest()
        if state(self._path) != self._state:
            raise changed_meanwhile(self._path.name)
        return Facts(
            sha256=sha256,
            bytes=size,
            read=ReadFacts(
                encoding=self._codec, delimiter=self._header.delimiter, renamed=self._renamed
            ),
            first_line=self._header.lines + 1 if lines == self._n_rows else None,
        )

    def _ragged(self, error: Exception) -> DataRefused:
        with _Text(self._path, self._codec) as text:
            text.skip(self._header.length)
            return delimited.ragged(text.as_lines(), self._header, self._path.name, error)

    def _check_quotes(self) -> None:
        with _Text(self._path, self._codec) as text:
            text.skip(self._header.length)
            delimited.check_quotes(text.as_lines(), self._header, self._path.name)


class _Text(io.RawIOBase):
    """A file's text in UTF-8, decompressed; its lines and quotation marks are counted.

    Attributes
    ----------
    head
        The first bytes of the text, as they are in the file where no codec is given.
    lines, quotes
        Counted in what was read after `skip`.
    """

    def __init__(self, path: Path, codec: str | None = None) -> None:
        super().__init__()
        self._name = path.name
        self._file = HashedFile(path)
        self._size = path.stat().st_size
        compressed = _compressed(path)
        self._source: Any = gzip.GzipFile(fileobj=self._file) if compressed else self._file  # type: ignore[call-overload]
        with path.open("rb") as file:
            self._start = file.read(512)
        self._compressed, self._expanded = compressed, 0
        self._decoder = None if codec is None else codecs.getincrementaldecoder(codec)()
        self._verbatim = codec in ("utf-8", None)
        self.quotes = self._feeds = self._returns = 0
        self._ends_in = b""
        self._ended = False
        head = b""
        while len(head) < delimited.HEADER_LIMIT and not self._ended:
            head += self._next()
        self.head = self._waiting = head

    def skip(self, length: int) -> None:
        """Pass over the header's `length` bytes."""
        self._waiting = self.head[length:]

    @property
    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self._ended and not self._waiting

    @property
    def lines(self) -> int:
        """Lines so far, the last one with or without an ending."""
        ending, n = (b"\n", self._feeds) if self._feeds else (b"\r", self._returns)
        return n + (self._ends_in != ending)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """`size` bytes, fewer only at the end; UnicodeDecodeError for another encoding."""
        # A short block would look to pyarrow like a row that is too long.
        parts, wanted = [self._waiting], CHUNK if size < 0 else size
        length = len(self._waiting)
        while length < wanted and (more := self._next()):
            parts.append(more)
            length += len(more)
        content = b"".join(parts)
        content, self._waiting = content[:wanted], content[wanted:]
        self.quotes += content.count(b'"')
        self._feeds += content.count(b"\n")
        self._returns += content.count(b"\r")
        self._ends_in = content[-1:] or self._ends_in
        return content

    def readinto(self, buffer: Any) -> int:
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def as_lines(self) -> io.TextIOWrapper:
        """The text from here on, line by line."""
        return io.TextIOWrapper(io.BufferedReader(self, CHUNK), encoding="utf-8", newline="")

    def digest(self) -> tuple[str, int]:
        """SHA-256 and number of the bytes in the file."""
        return self._file.digest()

    def close(self) -> None:
        self._file.close()
        super().close()

    def _next(self) -> bytes:
        """Further bytes of the text; b"" at the end and only there."""
        while not self._ended:
            content = self._expand()
            self._ended = not content
            if self._decoder is None:
                return content
            text = self._decoder.decode(content, final=self._ended)
            if "\0" in text:
                raise DataRefused("unreadable_file.nul_bytes", file=self._name)
            if text:
                return content if self._verbatim and text.isascii() else text.encode("utf-8")
        return b""

    def _expand(self) -> bytes:
        try:
            content: bytes = self._source.read(CHUNK)
        except (EOFError, OSError, zlib.error) as error:
            raise raw.incomplete(self._name, "gzip file", self._start, error) from error
        self._expanded += len(content)
        if self._compressed and self._expanded > raw.expanded_limit(self._size):
            raise raw.too_much(self._name, raw.expanded_limit(self._size))
        return content


def _start(path: Path) -> bytes:
    """The first bytes, decompressed; none where that isn't possible, which reading will tell."""
    try:
        with path.open("rb") as file:
            opened: Any = gzip.GzipFile(fileobj=file) if _compressed(path) else file
            start: bytes = opened.read(512)
    except (EOFError, OSError, zlib.error):
        return b""
    return start


def _compressed(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def stream_of(path: Path) -> DelimitedStream | None:
    """A stream over a text of more than BYTES_IN_MEMORY."""
    limit = BYTES_IN_MEMORY // (COMPRESSED_TIMES if _compressed(path) else 1)
    try:
        large = path.is_file() and path.stat().st_size > limit
        if large:
            path.open("rb").close()
    except OSError:
        return None  # the reader says what is wrong with it
    return DelimitedStream(path) if large else None
