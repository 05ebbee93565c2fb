"""SPSS, Stata and SAS files, by pyreadstat."""

import io
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from multilevel.errors import DataRefused
from multilevel.ingest.readers import typed
from multilevel.ingest.readers.table import Code, Column, Description, Source
from multilevel.records.reading import ReadFacts
from multilevel.wording.numbers import as_typed

SPSS_STARTS = (b"$FL2", b"$FL3")
SAS_STARTS = (bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011"),)
XPORT_STARTS = (b"HEADER RECORD*******",)
STATA_STARTS = (b"<stata_dta>", *(bytes([release]) for release in range(102, 116)))
_FUNCTIONS = {
    ".sav": "read_sav",
    ".zsav": "read_sav",
    ".por": "read_por",
    ".dta": "read_dta",
    ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
}
_XPORT_RECORD = 80  # bytes, of which such a file has a whole number
_KEEPS_CODES = (".sav", ".zsav", ".dta", ".sas7bdat")
_ENCODED = (".sav", ".zsav", ".dta", ".sas7bdat", ".xpt")
# Tried when the text isn't what the file says, or doesn't say, it is.
_FALLBACK = "WINDOWS-1252"


def _call(source: Source, **options: Any) -> tuple[Any, Any, str | None]:
    """pyreadstat's data, its metadata, and the encoding that had to be assumed."""
    import pyreadstat

    function: Callable[..., tuple[Any, Any]] = getattr(pyreadstat, _FUNCTIONS[source.ending])
    try:
        return (*function(io.BytesIO(source.content), **options), None)
    except (UnicodeDecodeError, pyreadstat.ReadstatError) as error:
        encoding = isinstance(error, UnicodeDecodeError) or "convert" in str(error).lower()
        if not encoding or source.ending not in _ENCODED:
            raise
    return (
        *function(io.BytesIO(source.content), encoding=_FALLBACK, **options),
        _FALLBACK,
    )


def _codes_too(source: Source) -> dict[str, bool]:
    return {"user_missing": True} if source.ending in _KEEPS_CODES else {}


def describe(source: Source, _: tuple[str, ...] = ()) -> Description:
    """The file's columns with their labels and missing codes."""
    if source.ending == ".xpt" and len(source.content) % _XPORT_RECORD:
        raise DataRefused("unreadable_file.cut_off", file=source.name)
    _, meta, assumed = _call(source, metadataonly=True, **_codes_too(source))
    if None in meta.column_names:
        place = meta.column_names.index(None) + 1
        raise DataRefused("unreadable_file.nameless_column", file=source.name, place=place)
    rows = meta.number_rows
    return Description(
        columns=tuple(
            Column(
                name=name,
                label=typed.label(label),
                value_labels=_value_labels(meta.variable_value_labels.get(name, {})),
                missing=_codes(
                    meta.missing_ranges.get(name, ()), meta.missing_user_values.get(name, ())
                ),
                measure=_measure(meta.variable_measure.get(name)),
            )
            for name, label in zip(meta.column_names, meta.column_labels, strict=True)
        ),
        n_rows=rows if rows is not None and rows >= 0 else None,
        facts=ReadFacts(encoding=assumed),
    )


def _measure(level: str | None) -> str:
    return level if level in ("nominal", "ordinal", "scale") else ""


def _value_labels(given: Mapping[Any, str]) -> dict[str, str]:
    return {
        as_typed(float(value)) if isinstance(value, int | float) else str(value): (
            typed.label(text)
        )
        for value, text in given.items()
    }


def _codes(ranges: Any, letters: Any) -> tuple[Code, ...]:
    codes = [
        Code(text=one["lo"])
        if isinstance(one["lo"], str)
        else Code(low=float(one["lo"]), high=float(one["hi"]))
        for one in ranges
    ]
    return (*codes, *(Code(text=str(letter)) for letter in letters))


def columns(
    source: Source, names: tuple[str, ...], found: Description
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of these names as Arrow arrays, and why special values are missing.

    Raises
    ------
    DataRefused
        `unreadable_file` when rows are missing, `missing_column`.
    """
    frame, meta, _ = _call(source, usecols=list(dict.fromkeys(names)), **_codes_too(source))
    if found.n_rows is not None and len(frame) != found.n_rows:
        raise DataRefused(
            "unreadable_file.rows_missing", file=source.name, n=found.n_rows, there=len(frame)
        )
    about = {column.name: column for column in found.columns}
    arrays, reasons = {}, {}
    for name in names:
        if name not in frame:
            raise DataRefused("missing_column.unreadable", name, file=source.name)
        is_text = meta.readstat_variable_types[name] == "string"
        arrays[name], why = _array(frame[name], about[name], is_text)
        if why is not None:
            reasons[name] = why
    return arrays, reasons


def _array(series: Any, about: Column, is_text: bool) -> tuple[Any, Any]:
    """The column, and why its special values, such as Stata's .a, are missing."""
    if series.dtype != object:
        return pa.array(series, from_pandas=True), None
    values = [None if value is None or value != value else value for value in series]
    if is_text or not all(isinstance(value, int | float | str | None) for value in values):
        return pa.array([value and str(value) for value in values], pa.large_string()), None
    numbers = [value if isinstance(value, int | float) else None for value in values]
    reasons = [
        typed.reason(about, value, f".{value}") if isinstance(value, str) else None
        for value in values
    ]
    return pa.array(numbers, pa.float64()), pa.array(reasons, pa.large_string())
