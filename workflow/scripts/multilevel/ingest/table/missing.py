"""Values that mean "missing": found, counted by reason and taken out."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from multilevel.ingest.readers import Column, Table
from multilevel.ingest.readers.typed import reasons_of, value_text
from multilevel.ingest.table import values
from multilevel.records.findings import note
from multilevel.records.sections import MissingCount

EMPTY = "empty"

Codes = Sequence[int | float | str]


def without(
    table: Table, codes: Codes, ids: Collection[str], covariates: Collection[str] = ()
) -> Table:
    """The table with null for each missing value, and the reasons.

    Parameters
    ----------
    codes
        Beyond what the file declares: numbers compare as numbers, texts letter by
        letter with the values and with their labels in the file.
    ids
        Columns that hold ids, of which "." and the like may be one.
    covariates
        Columns of a companion: beside "some" and "many", "none" is a label.
    """
    columns: dict[str, Any] = {}
    reasons = dict(table.reasons)
    findings = []
    for name in table.frame.columns:
        about = table.columns.get(name, Column(name=name))
        array = values.arrow(table.frame[name])
        mask, coded = _missing(array, codes, about, name in ids, table)
        if name in covariates and values.is_text(array):
            mask = pc.and_not(mask, _labels(array, mask, codes))
        columns[name] = array
        if pc.any(mask).as_py():
            trimmed = values.texts(table.frame[name]) if values.is_text(array) else array
            why = reasons_of(trimmed, mask, about)
            reasons[name] = pc.coalesce(reasons[name], why) if name in reasons else why
            columns[name] = pc.if_else(mask, pa.scalar(None, array.type), array)
        if name in ids and coded:
            findings.append(note("id_codes", name, codes=coded))
    return replace(
        table,
        frame=pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype),
        reasons=reasons,
        findings=(*table.findings, *findings),
    )


def counted(table: Table) -> tuple[MissingCount, ...]:
    """How many values of each column are missing for which reason."""
    counts = []
    for name in table.frame.columns:
        n_null = int(table.frame[name].isna().sum())
        found: dict[str, int] = {}
        if name in table.reasons:
            for entry in pc.value_counts(pc.drop_null(table.reasons[name])).to_pylist():
                found[entry["values"] or EMPTY] = entry["counts"]
        found[EMPTY] = found.get(EMPTY, 0) + n_null - sum(found.values())
        counts += [
            MissingCount(column=name, reason=why, n=n) for why, n in sorted(found.items()) if n
        ]
    return tuple(counts)


def _missing(
    array: Any, codes: Codes, about: Column, is_id: bool, table: Table
) -> tuple[Any, list[str]]:
    """Where values are missing, and the configured codes among them."""
    wanted = {code.strip() for code in codes if isinstance(code, str)}
    wanted |= {value for value, label in about.value_labels.items() if label.strip() in wanted}
    numbers = [float(code) for code in codes if not isinstance(code, str)]
    if not values.is_text(array):
        numbers += [number for number in map(_number, wanted) if number is not None]
        coded = _among(array, numbers)
        return coded, _uniques(array.filter(coded))
    if is_id:
        encoded = pc.dictionary_encode(array)
        mask, known = _missing_texts(encoded.dictionary, wanted, numbers, None)
        if not pc.any(mask).as_py():
            return _among(array, ()), known
        return pc.fill_null(mask.take(encoded.indices), False), known
    if not wanted and not numbers and values.plain_numbers(array) is not None:
        return _among(array, ()), []
    return _missing_texts(array, wanted, numbers, (table, about.name))


def _missing_texts(
    array: Any, wanted: Collection[str], numbers: Sequence[float], of: tuple[Table, str] | None
) -> tuple[Any, list[str]]:
    """As `_missing`, of texts; `of` is the column of numbers that they are, None for ids."""
    text = values.texts(array)
    coded = pc.is_in(text, value_set=pa.array(sorted(wanted), pa.large_string()))
    if numbers:
        known = values.Numbers(of[1]).add(of[0]) if of else values.nearest(_plain_numbers(text))
        coded = pc.or_(coded, pa.array(np.isin(known, numbers)))
    if of is None:
        marked = pc.is_in(text, value_set=pa.array(values.MISSING_IDS, pa.large_string()))
    else:
        marked = pc.is_in(
            pc.utf8_lower(text), value_set=pa.array(values.MISSING_NUMBERS, pa.large_string())
        )
    known = pc.and_not(coded, marked)
    mask = pc.and_(pc.or_(coded, marked), pc.is_valid(array))
    return mask, _uniques(text.filter(known))


def _labels(array: Any, mask: Any, codes: Codes) -> Any:
    """Where "none" stands among texts that are no numbers, and is not declared missing."""
    text = values.texts(array)
    others = text.filter(pc.and_(pc.invert(mask), pc.is_valid(array)))
    numbers = pc.or_(
        pc.match_substring_regex(others, values.POINT),
        pc.match_substring_regex(others, values.COMMA),
    )
    declared = {code.strip() for code in codes if isinstance(code, str)}
    is_none = pc.and_not(
        pc.equal(pc.utf8_lower(text), "none"),
        pc.is_in(text, value_set=pa.array(sorted(declared), pa.large_string())),
    )
    return pc.and_(is_none, not pc.all(numbers, min_count=0).as_py())


def _among(array: Any, numbers: Sequence[float]) -> Any:
    if not numbers or array.type == pa.null():
        return pa.array(np.zeros(len(array), dtype=bool))
    return pa.array(np.isin(values.nearest(array), numbers))


def _plain_numbers(text: Any) -> Any:
    """The numbers among texts, null for the others."""
    good = pc.match_substring_regex(text, values.POINT)
    return pc.cast(pc.if_else(good, text, pa.scalar(None, pa.large_string())), pa.float64())


def _uniques(array: Any) -> list[str]:
    return sorted(value_text(value) for value in pc.unique(array).to_pylist())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
