"""Frozen records of arrays as Parquet: one row, a column for each array or number."""

import io
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import count, takewhile
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

T = TypeVar("T")
_SHAPE = b"shape"


def to_parquet(record: Any) -> bytes:
    """Write a dataclass of arrays, numbers, tuples of text, and dataclasses or tuples of those.

    Columns are named by their way through the record, such as moments.0.mean; what is None
    has none. The same record gives the same bytes.
    """
    columns = dict(_columns(record, ""))
    schema = pa.schema([field for field, _ in columns.values()])
    table = pa.table([array for _, array in columns.values()], schema=schema)
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def from_parquet(path: Path, kind: type[T]) -> T:
    """The record of this kind that `to_parquet` wrote, its arrays read-only."""
    record: T = _record(kind, pq.read_table(path), "")
    return record


def _columns(value: Any, way: str) -> Iterator[tuple[str, tuple[pa.Field, pa.Array]]]:
    """Each column's name, and its field with its one value."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _columns(getattr(value, field.name), f"{way}.{field.name}".lstrip("."))
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        for place, part in enumerate(value):
            yield from _columns(part, f"{way}.{place}")
    elif isinstance(value, np.ndarray):
        flat = pa.array(np.ascontiguousarray(value).reshape(-1))
        array = pa.LargeListArray.from_arrays(pa.array([0, len(flat)], pa.int64()), flat)
        shape = {_SHAPE: json.dumps(value.shape)}
        yield way, (pa.field(way, array.type, metadata=shape), array)
    elif value is not None:
        array = pa.array([value], pa.list_(pa.string()) if isinstance(value, tuple) else None)
        yield way, (pa.field(way, array.type), array)


def _record(kind: Any, table: pa.Table, way: str) -> Any:
    parts = {}
    for name, hint in get_type_hints(kind).items():
        parts[name] = _value(hint, table, f"{way}.{name}".lstrip("."))
    return kind(**parts)


def _value(hint: Any, table: pa.Table, way: str) -> Any:
    if get_origin(hint) is UnionType:
        (hint,) = (kind for kind in get_args(hint) if kind is not NoneType)
    if is_dataclass(hint):
        return _record(hint, table, way) if _has(table, way) else None
    if get_origin(hint) is tuple and is_dataclass(get_args(hint)[0]):
        ways = takewhile(lambda part: _has(table, part), (f"{way}.{place}" for place in count()))
        return tuple(_record(get_args(hint)[0], table, part) for part in ways)
    if way not in table.column_names:
        return None
    column = table[way].combine_chunks()
    about = table.schema.field(way).metadata or {}
    if _SHAPE in about:
        return column.flatten().to_numpy().reshape(json.loads(about[_SHAPE]))
    value = column[0].as_py()
    return tuple(value) if isinstance(value, list) else value


def _has(table: pa.Table, way: str) -> bool:
    return any(name.startswith(f"{way}.") for name in table.column_names)
