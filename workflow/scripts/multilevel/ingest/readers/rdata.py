"""R's .rds and .rda files, by pyreadr."""

import io
from typing import Any

import pyarrow as pa

from multilevel.hints import listed, shown
from multilevel.ingest.readers import compression, raw
from multilevel.ingest.readers.table import Column, Description, Source


def describe(source: Source) -> Description:
    """The columns of the file's data frame."""
    return Description(columns=tuple(Column(name=str(name)) for name in _frame(source).columns))


def columns(
    source: Source, names: tuple[str, ...], found: Description
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of these names as Arrow arrays."""
    frame = _frame(source)
    return {name: _array(frame[name]) for name in names}, {}


def _frame(source: Source) -> Any:
    """The only data frame; `unreadable_file` when there is none or more than one."""
    import pyreadr

    content = compression.inner(source.content, source.name)
    found = pyreadr.read_r(io.BytesIO(content))
    frames = {str(name): one for name, one in found.items() if one.columns.size}
    if len(frames) == 1:
        return next(iter(frames.values()))
    if frames:
        raise raw.refused(
            f"The file {shown(source.name)} holds {len(frames)} data frames: {listed(frames)}.",
            "Save the one that is meant by itself, by saveRDS.",
        )
    raise raw.refused(
        f"The file {shown(source.name)} holds no data frame.",
        "Save the students as a data frame, by saveRDS.",
    )


def _array(series: Any) -> Any:
    if isinstance(series.dtype.type, type) and series.dtype.name == "category":
        series = series.astype(object)
    if series.dtype != object:
        return pa.array(series, from_pandas=True)
    texts = [None if value is None or value != value else str(value) for value in series]
    return pa.array(texts, pa.large_string())
