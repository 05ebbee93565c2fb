"""What every stream gives."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from multilevel.errors import DataRefused
from multilevel.records.reading import ReadFacts

CHUNK = 2**20


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a file that was read to its end; see `Table`."""

    sha256: str
    bytes: int
    read: ReadFacts
    first_line: int | None


class Batches(Protocol):
    """One reading of a file."""

    decimal_comma: bool

    def __iter__(self) -> Iterator[tuple[pa.Array, ...]]:
        """The wanted columns, batch by batch; raises DataRefused as a reader does."""

    def close(self) -> None:
        """Close the file."""

    def facts(self) -> Facts:
        """Once all batches were taken; raises DataRefused for what only the end shows."""


class Stream(Protocol):
    """A file that can be read in batches."""

    name: str

    def readings(self, wanted: tuple[str, ...]) -> Iterator[Callable[[], Batches]]:
        """Ways to read it, the likeliest first: the next one after a UnicodeDecodeError."""

    def digest(self) -> tuple[str, int]:
        """SHA-256 and number of the file's bytes."""


class HashedFile:
    """A file read once from start to end, hashed as it is read."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._sha256 = hashlib.sha256()
        self.bytes = 0

    def read(self, size: int = CHUNK) -> bytes:
        """At most `size` further bytes, b"" at the end."""
        content = self._file.read(CHUNK if size < 0 else size)
        self._sha256.update(content)
        self.bytes += len(content)
        return content

    def digest(self) -> tuple[str, int]:
        """SHA-256 and number of bytes, after reading what is left."""
        while self.read():
            pass
        return self._sha256.hexdigest(), self.bytes

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def digest(path: Path) -> tuple[str, int]:
    """SHA-256 and number of a file's bytes."""
    file = HashedFile(path)
    try:
        return file.digest()
    finally:
        file.close()


def state(path: Path) -> tuple[int, int, int]:
    """What changes when a file is written anew."""
    now = path.stat()
    return now.st_size, now.st_mtime_ns, now.st_ino


def changed_meanwhile(name: str) -> DataRefused:
    """The refusal of a file that was written while it was read."""
    return DataRefused("unreadable_file.changed", file=name)
