"""R's .rds and .rda files: data frames with labels and missing values of their columns."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from multilevel.errors import DataRefused
from multilevel.ingest.readers import raw, serialization, typed
from multilevel.ingest.readers.serialization import (
    INTEGER,
    LOGICAL,
    REAL,
    STRINGS,
    VECTOR,
    Text,
    Value,
)
from multilevel.ingest.readers.table import Code, Column, Description, Source
from multilevel.wording.numbers import as_typed

# Characters that no keyboard types, and a size that no measurement has in any unit.
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_LARGEST = 1e100
_NA_INTEGER = -(2**31)
_NA_REAL = 1954  # the low half of R's NA among the NaNs; haven's letter stands in the high half
_LATIN_1 = 1 << 2  # R's mark of a text in Latin-1, which is Windows-1252 in fact


def describe(source: Source, _: tuple[str, ...] = ()) -> Description:
    """The columns of the file's data frame with their labels and missing codes."""
    frame = _frame(source)
    columns = tuple(_column(name, value) for name, value in _columns(frame))
    return Description(columns=columns)


def columns(
    source: Source, names: tuple[str, ...], found: Description
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of these names as Arrow arrays, and why tagged values are missing."""
    values = dict(_columns(_frame(source)))
    arrays, reasons = {}, {}
    for name in names:
        about = found.columns[found.names.index(name)]
        if not about.readable:
            raise DataRefused(
                "unreadable_file.kind_of_values",
                name,
                file=source.name,
                kind="list",
                n=len(values[name].data),
            )
        arrays[name], why = _array(values[name], about, source.name)
        _check_sound(arrays[name], name, source.name)
        if why is not None:
            reasons[name] = why
    return arrays, reasons


def _frame(source: Source) -> Value:
    """The only data frame; `unreadable_file` when there is none or more than one."""
    content = raw.inner(source.content, source.name)
    found = [(name, one) for name, one in serialization.objects(content) if _is_frame(one)]
    if len(found) == 1:
        return found[0][1]
    if found:
        names = [name for name, _ in found]
        raise DataRefused(
            "unreadable_file.data_frames", file=source.name, n=len(names), names=names
        )
    raise DataRefused("unreadable_file.no_data_frame", file=source.name)


def _is_frame(value: Value) -> bool:
    return value.kind == VECTOR and "data.frame" in _words(value, "class") and bool(value.data)


def _columns(frame: Value) -> Iterator[tuple[str, Value]]:
    names = _words(frame, "names")
    if len(names) != len(frame.data):
        raise serialization.NotReadable("its data frame has columns without names")
    yield from zip(names, frame.data, strict=True)


def _words(value: Value, name: str) -> list[str]:
    """An attribute of texts."""
    attribute = value.attributes.get(name)
    if attribute is None or attribute.kind != STRINGS:
        return []
    return ["" if one is None else _decoded(one, "replace") for one in attribute.data]


def _decoded(text: Text, errors: str = "strict") -> str:
    if text.marks & _LATIN_1:
        try:
            return text.content.decode("cp1252")
        except UnicodeDecodeError:
            return text.content.decode("latin-1")
    return text.content.decode("utf-8", errors)


def _column(name: str, value: Value) -> Column:
    label = next(iter(_words(value, "label")), "")
    readable = value.kind in (LOGICAL, INTEGER, REAL, STRINGS) and "dim" not in value.attributes
    return Column(
        name=name,
        label=typed.label(label),
        value_labels=_value_labels(value),
        missing=tuple(_codes(value.attributes)),
        readable=readable,
    )


def _value_labels(value: Value) -> dict[str, str]:
    labels = value.attributes.get("labels")
    if labels is None:
        return {}
    names = _words(labels, "names")
    return {one: typed.label(name) for one, name in zip(_plain_texts(labels), names, strict=False)}


def _plain_texts(value: Value) -> list[str]:
    """Values as labels have them: 1 for 1.0, a for the missing value tagged so."""
    if value.kind == STRINGS:
        return ["" if one is None else _decoded(one, "replace") for one in value.data]
    if value.kind == INTEGER:
        return [as_typed(float(one)) for one in value.data]
    if value.kind != REAL:
        return []
    tags = _tags(value.data)
    return [
        chr(tag) if tag else as_typed(float(one)) for one, tag in zip(value.data, tags, strict=True)
    ]


def _codes(attributes: Mapping[str, Value]) -> Iterator[Code]:
    """What haven and labelled declare missing: values, and a range of them."""
    values, ends = attributes.get("na_values"), attributes.get("na_range")
    if values is not None and values.kind == STRINGS:
        yield from (Code(text=text) for text in _plain_texts(values))
    elif values is not None and values.kind in (INTEGER, REAL):
        yield from (Code(low=float(one), high=float(one)) for one in values.data)
    if ends is not None and ends.kind in (INTEGER, REAL) and len(ends.data) == 2:
        low, high = (float(one) for one in ends.data)
        yield Code(low=low, high=high)


def _array(value: Value, about: Column, file: str) -> tuple[Any, Any]:
    if value.kind == STRINGS:
        return _strings(value, about.name, file), None
    if value.kind == REAL:
        return _reals(value, about)
    data = value.data.astype(np.int64)
    absent = data == _NA_INTEGER
    levels = _words(value, "levels")
    if value.kind == LOGICAL:
        return pa.array(data != 0, mask=absent), None
    if not levels:
        return pa.array(data, mask=absent), None
    absent |= (data < 1) | (data > len(levels))
    codes = pa.array(np.where(absent, 1, data) - 1, mask=absent)
    return pa.array(levels, pa.large_string()).take(codes), None


def _strings(value: Value, column: str, file: str) -> Any:
    texts: list[str | None] = []
    for row, text in enumerate(value.data):
        try:
            texts.append(None if text is None else _decoded(text))
        except UnicodeDecodeError as error:
            raise DataRefused(
                "unreadable_file.bad_text",
                column,
                file=file,
                row=row + 1,
                bytes=text.content[error.start : error.start + 4].hex(" "),
            ) from None
    return pa.array(texts, pa.large_string())


def _reals(value: Value, about: Column) -> tuple[Any, Any]:
    kinds, data = _words(value, "class"), value.data.astype("<f8")
    if "integer64" in kinds:  # whole numbers in the bytes of doubles, by bit64
        whole = value.data.astype("<f8").view("<i8")
        return pa.array(whole, mask=whole == np.iinfo(np.int64).min), None
    absent = np.isnan(data)
    if "Date" in kinds:
        days = np.where(absent, 0, data).astype(np.int32)
        return pa.array(days, pa.date32(), mask=absent), None
    if "POSIXct" in kinds:
        seconds = np.where(absent, 0, data).astype(np.int64)
        return pa.array(seconds, pa.timestamp("s"), mask=absent), None
    tags = _tags(value.data)
    if not tags.any():
        return pa.array(data, mask=absent), None
    letters = (chr(tag) if tag else "" for tag in tags)
    why = [typed.reason(about, one, f".{one}") if one else None for one in letters]
    return pa.array(data, mask=absent), pa.array(why, pa.large_string())


def _tags(reals: Any) -> Any:
    """The letters of missing values that haven tags, as numbers; 0 for all others."""
    bits = reals.astype(">f8").view(">u8").astype(np.uint64)
    tagged = np.isnan(reals.astype(np.float64)) & ((bits & np.uint64(0xFFFFFFFF)) == _NA_REAL)
    letters = ((bits >> np.uint64(32)) & np.uint64(0x7F)).astype(np.uint8)
    return np.where(tagged, letters, 0)


def _check_sound(array: Any, column: str, file: str) -> None:
    """Refuse what only damage explains: R's format has no checksum, and any bytes make a value."""
    if pa.types.is_large_string(array.type):
        damaged = pc.match_substring_regex(array, _CONTROL)
    elif pa.types.is_floating(array.type):
        size = pc.abs(array)
        odd = pc.or_(pc.greater(size, _LARGEST), pc.less(size, 1.0 / _LARGEST))
        damaged = pc.and_(odd, pc.and_(pc.not_equal(size, 0.0), pc.is_finite(size)))
    else:
        return
    row = pc.index(pc.fill_null(damaged, False), True).as_py()
    if row >= 0:
        raise DataRefused(
            "unreadable_file.damaged_value",
            column,
            file=file,
            row=row + 1,
            value=str(array[row].as_py()),
        )
