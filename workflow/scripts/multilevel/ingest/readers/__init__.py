"""Readers: a format each, chosen by the file's ending.

A new format is a module with a `Reader` and its line in `READERS`.
"""

from collections.abc import Iterator
from pathlib import Path

from multilevel.configuration.forms import Form
from multilevel.errors import DataRefused
from multilevel.ingest.readers import (
    columnar,
    delimited,
    isolated,
    large,
    raw,
    rdata,
    statistical,
    workbooks,
)
from multilevel.ingest.readers.table import (
    Column,
    Description,
    Reader,
    Source,
    Table,
    without_names,
)

__all__ = [
    "COMPRESSION",
    "READERS",
    "Column",
    "Description",
    "Reader",
    "Source",
    "Table",
    "batches",
    "describe",
    "parse",
    "read_source",
    "read_table",
]

_PLAIN = Form()
_TEXT = Reader(form="a table of text", describe=delimited.describe, read=delimited.read)


def _statistical(form: str, *starts: bytes) -> Reader:
    return isolated.reader(form, statistical.describe, statistical.columns, starts)


def _columnar(form: str, *starts: bytes) -> Reader:
    return isolated.reader(form, columnar.describe, columnar.columns, starts)


_SPSS = _statistical("an SPSS file", *statistical.SPSS_STARTS)
_R = isolated.reader("an R file", rdata.describe, rdata.columns)


def _workbook(form: str, *starts: bytes) -> Reader:
    return isolated.reader(form, workbooks.describe, workbooks.columns, starts)


_EXCEL = _workbook("an Excel workbook", *workbooks.ZIPPED)

READERS: dict[str, Reader] = {
    ".csv": _TEXT,
    ".tsv": _TEXT,
    ".txt": _TEXT,
    ".dat": _TEXT,
    ".asc": _TEXT,
    ".xlsx": _EXCEL,
    ".xlsm": _EXCEL,
    ".xlsb": _EXCEL,
    # Programs write tables of other forms under this ending too.
    ".xls": _workbook("an old Excel workbook", *workbooks.OLD, *workbooks.ZIPPED),
    ".ods": _workbook("an OpenDocument workbook", *workbooks.ZIPPED),
    ".sav": _SPSS,
    ".zsav": _SPSS,
    ".por": _statistical("a portable SPSS file"),
    ".dta": _statistical("a Stata file", *statistical.STATA_STARTS),
    ".sas7bdat": _statistical("a SAS file", *statistical.SAS_STARTS),
    ".xpt": _statistical("a SAS transport file", *statistical.XPORT_STARTS),
    ".rds": _R,
    ".rda": _R,
    ".rdata": _R,
    ".parquet": _columnar("a Parquet file", *columnar.PARQUET_STARTS),
    ".feather": _columnar("a Feather file", *columnar.FEATHER_STARTS),
    ".arrow": _columnar("an Arrow file"),
}
COMPRESSION = raw.ENDINGS


def read_table(path: Path, columns: tuple[str, ...]) -> Table:
    """The needed `columns` of a file.

    Raises
    ------
    DataRefused
        `unreadable_file`, `missing_column` or `empty`, with file, place and remedy.

    Examples
    --------
    >>> table = read_table(Path("data/hsb82/hsb82.csv"), ("mathach", "school"))
    >>> table.n_rows, list(table.frame)
    (7185, ['mathach', 'school'])
    >>> read_table(Path("data/hsb82/hsb82.csv"), ("maths", "school"))
    Traceback (most recent call last):
    multilevel.errors.DataRefused: ...
    """
    return parse(read_source(path), columns)


def read_source(
    path: Path,
    form: Form = _PLAIN,
    *,
    whole: bool = True,
    expected: str | None = None,
    within: Path | None = None,
) -> Source:
    """A file's content, read once.

    Parameters
    ----------
    form
        What is said of its form.
    whole
        Else a large one of a kind that can be read in batches is left where it is.
    expected, within
        See `raw.read`.

    Raises
    ------
    DataRefused, PassingFault
        As `read_table`, and as `raw.read`.
    """
    ending, compressed = _format(path.name)
    if not whole and large.is_large(path, ending, compressed):
        return large.source(path, ending, compressed, form, expected, within)
    if ending not in READERS and compressed != ".zip" and not path.is_dir():
        raise _unknown(path.name)
    stored, sha256 = raw.read(path, expected, within)
    content = stored
    if compressed == ".zip":
        member, content = raw.unzipped(stored, path.name)
        ending = ending if ending in READERS else _format(member)[0]
        if ending not in READERS:
            raise _unknown(member)
    elif compressed:
        content = raw.expanded(stored, compressed, path.name)
    return Source(
        path=path,
        name=path.name,
        content=content,
        sha256=sha256,
        bytes=len(stored),
        compressed=bool(compressed),
        ending=ending,
        form=form,
    )


def describe(source: Source, looked_for: tuple[str, ...] = ()) -> Description:
    """What the file says of its columns; DataRefused as `read_table`."""
    if source.in_batches:
        return source.in_batches.describe(looked_for)
    return READERS[source.ending].describe(source, looked_for)


def parse(source: Source, columns: tuple[str, ...]) -> Table:
    """The needed `columns` of what `read_source` read; DataRefused as `read_table`."""
    return without_names(READERS[source.ending].read(source, columns))


def batches(source: Source, columns: tuple[str, ...]) -> Iterator[Table]:
    """The needed `columns`, in one table or batch by batch; DataRefused as `read_table`."""
    if source.in_batches:
        yield from map(without_names, source.in_batches.batches(source, columns))
    else:
        yield parse(source, columns)


def _format(name: str) -> tuple[str, str]:
    """Ending of the format and of the compression, which is "" where there is none."""
    path = Path(name)
    outer = path.suffix.lower()
    if outer not in COMPRESSION:
        return outer, ""
    return Path(path.stem).suffix.lower(), outer


def _unknown(name: str) -> DataRefused:
    return DataRefused(
        "unreadable_file.no_ending", file=name, endings=list(READERS), compressed=list(COMPRESSION)
    )
