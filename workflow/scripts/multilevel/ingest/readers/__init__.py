"""Readers: a format each, chosen by the file's ending.

A new format is a module with a `Reader` and its line in `READERS`.
"""

from pathlib import Path

from multilevel.errors import DataRefused
from multilevel.hints import shown
from multilevel.ingest.readers import delimited, raw
from multilevel.ingest.readers.table import Reader, Source, Table

__all__ = [
    "COMPRESSION",
    "READERS",
    "Reader",
    "Source",
    "Table",
    "parse",
    "read_source",
    "read_table",
]

READERS: dict[str, Reader] = {
    ".csv": delimited.read,
    ".tsv": delimited.read,
    ".txt": delimited.read,
}
COMPRESSION = (".gz",)


def read_table(path: Path, columns: tuple[str, ...]) -> Table:
    """The needed `columns` of a file.

    Raises
    ------
    DataRefused
        `unreadable_file`, `missing_column` or `empty`, with file, place and remedy.
    """
    return parse(read_source(path), columns)


def read_source(path: Path) -> Source:
    """A file's content, read once; DataRefused as `read_table`."""
    if _format(path) not in READERS and not path.is_dir():
        raise _unknown(path.name)
    return raw.read(path, path.suffix.lower() in COMPRESSION)


def parse(source: Source, columns: tuple[str, ...]) -> Table:
    """The needed `columns` of what `read_source` read; DataRefused as `read_table`."""
    return READERS[_format(source.path)](source, columns)


def _format(path: Path) -> str:
    compressed = path.suffix.lower() in COMPRESSION
    return Path(path.stem if compressed else path.name).suffix.lower()


def _unknown(name: str) -> DataRefused:
    known = ", ".join(READERS)
    return DataRefused(
        "unreadable_file",
        f"The file {shown(name)} has no ending that says how to read it. Known are {known}, each "
        f"also with {' or '.join(COMPRESSION)} after it.",
        "Save the data as CSV, or give the file the ending of its format.",
    )
