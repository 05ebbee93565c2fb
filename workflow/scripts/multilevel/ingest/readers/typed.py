"""Columns with types and codes, as binary formats have them, to a `Table`."""

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from multilevel.errors import DataRefused
from multilevel.ingest.readers.table import Code, Column, Description, Source, Table
from multilevel.wording.numbers import as_typed
from multilevel.wording.quoting import one_line

LABEL_LENGTH = 300
_FOUND = b"found"
_BYTES = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
_LONGEST_BYTES = 64
_FEW = 1_000
_EXACT = 2.0**53  # up to here doubles are whole numbers without gaps


def packed(found: Description, columns: Mapping[str, Any], reasons: Mapping[str, Any]) -> bytes:
    """What a file says, its columns and why values are missing, as bytes for another process."""
    arrays = {f"{place}": array for place, array in enumerate(columns.values())}
    arrays |= {
        f"{place} why": reasons[name] for place, name in enumerate(columns) if name in reasons
    }
    table = pa.table(arrays).replace_schema_metadata({_FOUND: msgspec.msgpack.encode(found)})
    buffer = io.BytesIO()
    with pa.ipc.new_stream(buffer, table.schema) as writer:
        writer.write_table(table)
    return buffer.getvalue()


def unpacked(source: Source, names: Sequence[str], content: bytes) -> Table:
    """The table that `packed` was given, with null for what the file declares missing."""
    arrays = pa.ipc.open_stream(pa.py_buffer(content)).read_all()
    found = msgspec.msgpack.decode(arrays.schema.metadata[_FOUND], type=Description)
    if not arrays.num_rows:
        raise DataRefused("empty.no_rows", file=source.name)
    columns, reasons = {}, {}
    for place, (name, about) in enumerate(zip(names, found.columns, strict=True)):
        array, why = _without_declared(plain(arrays[f"{place}"].combine_chunks()), about)
        columns[name] = array
        if why is None and f"{place} why" in arrays.column_names:
            why = arrays[f"{place} why"].combine_chunks()
        if why is not None:
            reasons[name] = why
    return Table(
        frame=pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype),
        n_rows=arrays.num_rows,
        name=source.name,
        sha256=source.sha256,
        bytes=source.bytes,
        decimal_comma=source.form.commas_may_be_decimal(),
        decimal=source.form.decimal,
        facts=found.facts,
        findings=found.findings,
        columns=dict(zip(names, found.columns, strict=True)),
        reasons=reasons,
    )


def plain(array: Any) -> Any:
    """An Arrow array as text, whole numbers or doubles, NaN as null.

    Whole numbers of more than 63 bits, such as ids made by hashing, become text, as do bytes:
    by hexadecimal digits where they are no UTF-8.

    Raises
    ------
    pa.ArrowInvalid, pa.ArrowNotImplementedError
        When its values are lists or the like.
    """
    kind = array.type
    if pa.types.is_dictionary(kind):
        return plain(array.cast(kind.value_type))
    if pa.types.is_floating(kind):
        doubles = array.cast(pa.float64())
        return _whole(pc.if_else(pc.is_nan(doubles), pa.scalar(None, pa.float64()), doubles))
    if pa.types.is_integer(kind):
        wide = pa.types.is_uint64(kind) and (pc.max(array).as_py() or 0) >= 2**63
        return array.cast(pa.large_string() if wide else pa.int64())
    if pa.types.is_decimal(kind):
        return array.cast(pa.float64())
    if any(test(kind) for test in _BYTES):
        return _text_of_bytes(array)
    return array.cast(pa.large_string())


def _text_of_bytes(array: Any) -> Any:
    try:
        return array.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        longest = pc.max(pc.binary_length(array)).as_py()
        if longest > _LONGEST_BYTES:  # pictures and the like, no ids
            raise
    hexadecimal = [None if value is None else value.hex() for value in array.to_pylist()]
    return pa.array(hexadecimal, pa.large_string())


def _whole(doubles: Any) -> Any:
    """Doubles as whole numbers where all are: ids, of which formats keep doubles only."""
    values = np.asarray(pc.drop_null(doubles))
    if (values[:_FEW] != np.floor(values[:_FEW])).any():  # nearly all columns of scores
        return doubles
    if len(values) and (np.abs(values) <= _EXACT).all() and (values == np.floor(values)).all():
        return doubles.cast(pa.int64())
    return doubles


def label(text: object) -> str:
    """A label on one line, of bounded length."""
    return one_line(str(text or ""), LABEL_LENGTH)


def reason(about: Column, code: str, text: str = "") -> str:
    """Why a value is missing: its label in the file with the code, else the code alone."""
    found = about.value_labels.get(code)
    return f"{found} ({text or code})" if found else text or code


def _without_declared(array: Any, about: Column) -> tuple[Any, Any]:
    """The values with null for those declared missing, and why, None where none is."""
    declared = np.zeros(len(array), dtype=bool)
    for code in about.missing:
        declared |= _is(array, code)
    if not declared.any():
        return array, None
    mask = pa.array(declared)
    why = reasons_of(array, mask, about)
    return pc.if_else(mask, pa.scalar(None, array.type), array), why


def reasons_of(array: Any, mask: Any, about: Column) -> Any:
    """The reason for each value where `mask`, null elsewhere."""
    encoded = pc.dictionary_encode(pc.if_else(mask, array, pa.scalar(None, array.type)))
    words = [reason(about, value_text(code)) for code in encoded.dictionary.to_pylist()]
    return pa.array(words, pa.large_string()).take(encoded.indices)


def _is(array: Any, code: Code) -> Any:
    if pa.types.is_large_string(array.type):
        if code.text is None:
            return False
        same = pc.equal(pc.utf8_rtrim_whitespace(array), code.text.rstrip())
        return np.asarray(pc.fill_null(same, False).to_numpy(zero_copy_only=False))
    if code.low is None or code.high is None:
        return False
    values = np.asarray(pc.fill_null(array.cast(pa.float64()), math.nan))
    with np.errstate(invalid="ignore"):
        return (values >= code.low) & (values <= code.high)


def value_text(value: object) -> str:
    """A value as text, 1 for 1.0."""
    return as_typed(float(value)) if isinstance(value, int | float) else str(value)
