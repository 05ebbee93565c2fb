"""The columns that a split file's datasets need, kept once for each to take its rows from.

Without this a file of 40 countries would be read 40 times.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from multilevel.configuration import Dataset
from multilevel.configuration.forms import DecimalSign, Form
from multilevel.errors import DataRefused
from multilevel.ingest import averages, records
from multilevel.ingest.readers import Column, Description, Source, Table, read_source
from multilevel.ingest.readers.opening import check_same
from multilevel.ingest.table import files as reading
from multilevel.ingest.table import values
from multilevel.ingest.table.files import Opened
from multilevel.ingest.table.layout import layout
from multilevel.records.findings import Finding
from multilevel.records.reading import ReadFacts
from multilevel.storage.files import write_whole

_ABOUT = b"kept"


@dataclass(frozen=True, kw_only=True)
class _File:
    """A file that was read: `Source` without its content, and its columns."""

    path: str
    sha256: str
    bytes: int
    compressed: bool
    ending: str
    form: Form
    found: Description

    @classmethod
    def of(cls, source: Source, found: Description) -> "_File":
        return cls(
            path=str(source.path),
            sha256=source.sha256,
            bytes=source.bytes,
            compressed=source.compressed,
            ending=source.ending,
            form=source.form,
            found=found,
        )

    @property
    def source(self) -> Source:
        return Source(
            path=Path(self.path),
            name=Path(self.path).name,
            content=b"",
            sha256=self.sha256,
            bytes=self.bytes,
            compressed=self.compressed,
            ending=self.ending,
            form=self.form,
        )


@dataclass(frozen=True, kw_only=True)
class _About:
    """All but the rows.

    Attributes
    ----------
    frame, reasons
        Names of the Parquet file's columns, in its order: first those of the table, then
        those that say why a value is missing. Any name may occur twice.
    places
        The row group of each value.
    """

    file: _File
    other: _File | None
    n_rows: int
    n_left_out: int
    decimal_comma: bool
    decimal: DecimalSign | None
    facts: ReadFacts
    findings: tuple[Finding, ...]
    columns: Mapping[str, Column]
    frame: tuple[str, ...]
    reasons: tuple[str, ...]
    places: Mapping[str, int]


def run(whole: Path, kept: Path) -> None:
    """whole.json, the settings that the parts share, to the columns that they need."""
    described = json.loads(whole.read_bytes())
    dataset, expected = Dataset.from_settings(described["settings"]), described.get("inputs", {})
    try:
        source = read_source(
            Path(dataset.file),
            dataset.form,
            expected=expected.get(dataset.file),
            within=dataset.folder_of(dataset.file),
        )
        files = reading.opened(dataset, source, expected=expected)
        table = reading.whole(files, (*averages.candidates(files), *records.columns(files)))
    except DataRefused:
        # Each part meets the same when it reads the file itself, and says it.
        write_whole(kept, _parquet(pa.table({}), {}, ()))
        return
    write_whole(kept, to_parquet(files, table))


def to_parquet(files: Opened, table: Table) -> bytes:
    """The whole table, the rows of each part together, in the order of the file."""
    split = files.layout.dataset.split
    if split is None:
        raise ValueError("only a file that is split is kept")
    part = values.texts(table.frame[split.column]).dictionary_encode()
    index = part.indices.to_numpy()
    columns = [values.arrow(table.frame[name]) for name in table.frame.columns]
    columns += table.reasons.values()
    numbered = {str(number): column for number, column in enumerate(columns)}
    rows = pa.table(numbered).take(np.argsort(index, kind="stable"))
    about = _About(
        file=_File.of(files.source, files.found),
        other=_File.of(files.other, files.other_found)
        if files.other and files.other_found
        else None,
        n_rows=table.n_rows,
        n_left_out=table.n_left_out,
        decimal_comma=table.decimal_comma,
        decimal=table.decimal,
        facts=table.facts,
        findings=table.findings,
        columns=table.columns,
        frame=tuple(table.frame.columns),
        reasons=tuple(table.reasons),
        places={name: place for place, name in enumerate(part.dictionary.to_pylist())},
    )
    return _parquet(rows, {_ABOUT: msgspec.json.encode(about)}, np.bincount(index).tolist())


def opened(
    kept: Path, dataset: Dataset, expected: Mapping[str, str] | None = None
) -> Opened | None:
    """A part's files as `reading.opened` has them, with its rows; None where nothing was kept.

    Raises
    ------
    DataRefused
        As `reading.opened`.
    PassingFault
        When what was kept is of other files than the run began with.
    """
    file = pq.ParquetFile(kept)
    known = file.schema_arrow.metadata or {}
    if _ABOUT not in known or dataset.split is None or dataset.split.value is None:
        return None
    about = msgspec.json.decode(known[_ABOUT], type=_About)
    for one in filter(None, (about.file, about.other)):
        check_same(Path(one.path).name, one.sha256, (expected or {}).get(one.path))
    place = about.places.get(dataset.split.value)
    rows = file.schema_arrow.empty_table() if place is None else file.read_row_group(place)
    mine, other = about.file, about.other
    found, other_found = mine.found, other.found if other is not None else None
    other_name = Path(other.path).name if other is not None else ""
    return Opened(
        source=mine.source,
        found=found,
        other=other.source if other is not None else None,
        other_found=other_found,
        layout=layout(dataset, found, other_found, Path(mine.path).name, other_name),
        kept=_table(about, rows),
    )


def _table(about: _About, rows: pa.Table) -> Table:
    """A table of some of the file's rows, `n_rows` those of all."""
    columns = [column.combine_chunks() for column in rows.columns]
    frame = dict(zip(about.frame, columns, strict=False))
    return Table(
        frame=pa.table(frame).to_pandas(types_mapper=pd.ArrowDtype),
        n_rows=about.n_rows,
        n_left_out=about.n_left_out,
        name=Path(about.file.path).name,
        sha256=about.file.sha256,
        bytes=about.file.bytes,
        decimal_comma=about.decimal_comma,
        decimal=about.decimal,
        facts=about.facts,
        findings=about.findings,
        columns=about.columns,
        reasons=dict(zip(about.reasons, columns[len(frame) :], strict=True)),
    )


def _parquet(rows: pa.Table, about: Mapping[bytes, bytes], sizes: Sequence[int]) -> bytes:
    """A row group for each of `sizes`."""
    buffer, start = io.BytesIO(), 0
    with pq.ParquetWriter(buffer, rows.schema.with_metadata(about), compression="zstd") as writer:
        for size in sizes:
            piece = rows.slice(start, size).replace_schema_metadata(about)
            writer.write_table(piece, row_group_size=max(size, 1))
            start += size
    return buffer.getvalue()
