"""R's .rds and .rda files, by pyreadr."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from multilevel.errors import DataRefused
from multilevel.ingest.readers import raw
from multilevel.ingest.readers.table import Column, Description, Source

# Characters that no keyboard types, and a size that no measurement has in any unit.
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_LARGEST = 1e100


def describe(source: Source, _: tuple[str, ...] = ()) -> Description:
    """The columns of the file's data frame."""
    return Description(columns=tuple(Column(name=str(name)) for name in _frame(source).columns))


def columns(
    source: Source, names: tuple[str, ...], found: Description
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of these names as Arrow arrays."""
    frame = _frame(source)
    arrays = {name: _array(frame[name]) for name in names}
    for name, array in arrays.items():
        _check_sound(array, name, source.name)
    return arrays, {}


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


def _frame(source: Source) -> Any:
    """The only data frame; `unreadable_file` when there is none or more than one."""
    import pyreadr

    content = raw.inner(source.content, source.name)
    found = pyreadr.read_r(io.BytesIO(content))
    frames = {str(name): one for name, one in found.items() if one.columns.size}
    if len(frames) == 1:
        return next(iter(frames.values()))
    if frames:
        raise DataRefused(
            "unreadable_file.data_frames", file=source.name, n=len(frames), names=list(frames)
        )
    raise DataRefused("unreadable_file.no_data_frame", file=source.name)


def _array(series: Any) -> Any:
    if isinstance(series.dtype.type, type) and series.dtype.name == "category":
        series = series.astype(object)
    if series.dtype != object:
        return pa.array(series, from_pandas=True)
    texts = [None if value is None or value != value else str(value) for value in series]
    return pa.array(texts, pa.large_string())
