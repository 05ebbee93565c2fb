"""Parquet, Feather and Arrow files, by pyarrow."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from multilevel.errors import DataRefused
from multilevel.ingest.readers import raw, typed
from multilevel.ingest.readers.table import Column, Description, Source

PARQUET_STARTS = (b"PAR1",)
FEATHER_STARTS = (b"ARROW1", b"FEA1")
_CELL = 8  # bytes that a value takes in memory, at least


def describe(source: Source, _: tuple[str, ...] = ()) -> Description:
    """The file's columns."""
    if source.ending == ".parquet":
        file = _parquet(source)
        return description(file.schema_arrow, file.metadata.num_rows)
    if source.content.startswith(b"FEA1"):
        table = _old_feather(source, None)
        return description(table.schema, table.num_rows)
    return description(_opened(source).schema, None)


def columns(
    source: Source, names: tuple[str, ...], found: Description
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of these names as Arrow arrays; `unreadable_file` for lists and the like."""
    if found.n_rows is not None:
        _check_size(source, found.n_rows * len(names) * _CELL)
    table = _table(source, list(dict.fromkeys(names)))
    if source.ending != ".parquet":
        # These are taken from the file as they stand: places beyond its end crash whoever looks.
        table.validate(full=True)
    return {name: flat(table[name].combine_chunks(), name, source) for name in names}, {}


def description(schema: Any, n_rows: int | None) -> Description:
    """What an Arrow schema says of its columns."""
    return Description(
        columns=tuple(
            Column(
                name=field.name,
                label=typed.label(_comment(field.metadata)),
                readable=_readable(field.type),
            )
            for field in schema
        ),
        n_rows=n_rows,
    )


def _readable(kind: Any) -> bool:
    try:
        typed.plain(pa.array([], kind))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def _comment(metadata: Any) -> str:
    for key in (b"label", b"comment", b"description"):
        if metadata and key in metadata:
            return str(metadata[key].decode("utf-8", "replace"))
    return ""


def _table(source: Source, names: list[str]) -> Any:
    if source.ending == ".parquet":
        file = _parquet(source)
        return pa.Table.from_batches(
            _bounded(file.iter_batches(columns=names, use_threads=False), source),
            pa.schema([file.schema_arrow.field(name) for name in names]),
        ).select(names)
    if source.content.startswith(b"FEA1"):
        return _old_feather(source, names)
    places = [place for place, name in enumerate(_opened(source).schema.names) if name in names]
    reader = _opened(source, places)
    return pa.Table.from_batches(_bounded(_batches(reader), source), reader.schema).select(names)


def _parquet(source: Source) -> Any:
    import pyarrow.parquet as pq

    return pq.ParquetFile(pa.BufferReader(source.content))


def _old_feather(source: Source, names: list[str] | None) -> Any:
    import pyarrow.feather as feather

    return feather.read_table(pa.BufferReader(source.content), columns=names, use_threads=False)


def _opened(source: Source, places: list[int] | None = None) -> Any:
    """The file or stream of record batches, with the columns at `places` only."""
    options = pa.ipc.IpcReadOptions(included_fields=places, use_threads=False)
    buffer = pa.BufferReader(source.content)
    if source.content.startswith(b"ARROW1"):
        return pa.ipc.open_file(buffer, options=options)
    return pa.ipc.open_stream(buffer, options=options)


def _batches(reader: Any) -> Iterator[Any]:
    if not hasattr(reader, "num_record_batches"):
        yield from reader
        return
    for place in range(reader.num_record_batches):
        yield reader.get_batch(place)


def _bounded(batches: Iterator[Any], source: Source) -> Iterator[Any]:
    size = 0
    for batch in batches:
        size += batch.nbytes
        _check_size(source, size)
        yield batch


def _check_size(source: Source, size: int) -> None:
    limit = raw.expanded_limit(len(source.content))
    if size > limit:
        raise raw.too_much(source.name, limit)


def flat(column: Any, name: str, source: Source) -> Any:
    """One Arrow array of text or numbers; DataRefused for lists and the like."""
    try:
        return typed.plain(column)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataRefused(
            "unreadable_file.kind_of_values",
            name,
            file=source.name,
            kind=str(column.type),
            n=len(column),
        ) from error
