"""Which rows of a table are taken: those for which a condition holds."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.configuration import conditions, expressions
from multilevel.configuration.conditions import Calculation, Comparison, Condition, Negation
from multilevel.ingest.readers import Column, Table
from multilevel.ingest.readers.table import of_rows
from multilevel.ingest.table import values

_SAME = {"=": pc.equal, "!=": pc.not_equal}
_NUMBERS = {
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}


def taken(table: Table, condition: str | None) -> Table:
    """The rows of a table for which the condition holds, by the columns' own names.

    Missing values must be null. A comparison with a missing value neither holds nor doesn't, so
    "not" doesn't make it hold.
    """
    if condition is None:
        return table
    holds = pc.fill_null(_holds(table, conditions.parsed(condition)), False)
    found = of_rows(table, holds)
    return replace(found, n_left_out=table.n_left_out + table.n_rows - found.n_rows)


def _holds(table: Table, condition: Condition) -> Any:
    if isinstance(condition, Comparison):
        return _compared(table, condition)
    if isinstance(condition, Calculation):
        return _calculated(table, condition)
    if isinstance(condition, Negation):
        return pc.invert(_holds(table, condition.part))
    join = pc.and_kleene if condition.word == "and" else pc.or_kleene
    first, *others = (_holds(table, part) for part in condition.parts)
    for other in others:
        first = join(first, other)
    return first


def _calculated(table: Table, one: Calculation) -> Any:
    """Null where there is no number, also for what is divided by zero."""

    def column(name: str) -> NDArray[np.float64]:
        return values.Numbers(name).add(table)

    numbers = expressions.evaluate(one.text, column)
    known = pa.array(numbers, mask=~np.isfinite(numbers))
    return {**_SAME, **_NUMBERS}[one.sign](known, 0.0)


def _compared(table: Table, one: Comparison) -> Any:
    array = values.arrow(table.frame[one.column])
    if one.sign in _NUMBERS:
        return _NUMBERS[one.sign](_numbers(table, one.column), one.values[0])
    same = _among(table, one, array)
    same = pc.if_else(pc.is_valid(array), same, pa.scalar(None, pa.bool_()))
    return pc.invert(same) if one.sign in ("!=", "not in") else same


def _among(table: Table, one: Comparison, array: Any) -> Any:
    """Where the value, or its label in the file, is one of those compared with."""
    about = table.columns.get(one.column, Column(name=one.column))
    words = {value for value in one.values if isinstance(value, str)}
    words |= {value for value, label in about.value_labels.items() if label.strip() in words}
    text = values.texts(array)
    if not values.is_text(array):
        text = pc.replace_substring_regex(text, r"\.0$", "")  # 1 for 1.0, as labels have it
    same = pc.is_in(text, value_set=pa.array(sorted(words), pa.large_string()))
    numbers = [value for value in one.values if not isinstance(value, str)]
    if not numbers:
        return same
    equal = pc.is_in(_numbers(table, one.column), value_set=pa.array(numbers, pa.float64()))
    return pc.or_(same, equal)


def _numbers(table: Table, column: str) -> Any:
    """A column's numbers, null where it has none."""
    return pa.array(values.Numbers(column).add(table), from_pandas=True)
