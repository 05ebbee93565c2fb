"""What every reader gets and gives."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file's content.

    Attributes
    ----------
    path
        Where it is, for libraries that read files only.
    name
        The file's name, for messages.
    content
        Its bytes, decompressed.
    sha256, bytes
        Digest and number of the bytes as they are in the file.
    compressed
        Whether `content` was compressed in the file.
    """

    path: Path
    name: str
    content: bytes
    sha256: str
    bytes: int
    compressed: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """The needed columns of a file, as text.

    Attributes
    ----------
    frame
        Columns by the names that were asked for, rows in file order, all text.
    n_rows
        Rows read.
    name
        The file's name, for messages.
    sha256, bytes
        Of the bytes that were read.
    decimal_comma
        Whether "5,2" may be a number here.
    first_line
        The file's line of the first row where every row is one line, else None.
    notes
        What the reader found, in sentences.
    """

    frame: pd.DataFrame
    n_rows: int
    name: str
    sha256: str
    bytes: int
    decimal_comma: bool = False
    first_line: int | None = None
    notes: tuple[str, ...] = ()


Reader = Callable[[Source, tuple[str, ...]], Table]
