"""Values of a table's columns: as numbers, as text, and calculated."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.configuration import expressions
from multilevel.errors import DataRefused
from multilevel.hints import shown
from multilevel.ingest.readers import Table
from multilevel.numbers import count

# Without regard to case.
MISSING_NUMBERS = ("", "na", "n/a", "#n/a", "nan", ".", "null", "none")
# As they stand: "na" or "." may well be an id.
MISSING_IDS = ("", "NA", "NaN", "nan")

POINT = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
COMMA = POINT.replace(r"\.", ",")


def texts(column: Any) -> Any:
    """A column as Arrow text without surrounding blanks, "" where it has nothing."""
    values = arrow(column)
    return pc.utf8_trim_whitespace(pc.fill_null(values.cast(pa.large_string()), ""))


def arrow(column: Any) -> Any:
    """A column of a table's frame as one Arrow array, text as large text."""
    values = pa.array(column, from_pandas=True)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.ChunkedArray):  # more than 2 GiB of text in one column
        values = values.cast(pa.large_string()).combine_chunks()
    return values.cast(pa.large_string()) if pa.types.is_string(values.type) else values


def is_text(values: Any) -> bool:
    """Whether an Arrow array holds text."""
    return bool(pa.types.is_large_string(values.type) or pa.types.is_string(values.type))


def numeric(table: Table, column: str) -> NDArray[np.float64]:
    """The numbers of a column, NaN where it has none.

    Raises
    ------
    DataRefused
        `not_numeric` with the first row that holds something else.
    """
    values = arrow(table.frame[column])
    if not is_text(values):
        return np.asarray(
            values.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64
        )
    text = texts(table.frame[column])
    absent = pc.is_in(pc.utf8_lower(text), value_set=pa.array(MISSING_NUMBERS, pa.large_string()))
    text = pc.if_else(absent, pa.scalar(None, pa.large_string()), text)
    comma = table.decimal_comma and mostly_commas(text)
    if comma:
        text = pc.replace_substring(pc.replace_substring(text, ".", "?"), ",", ".")
    good = pc.fill_null(pc.match_substring_regex(text, POINT), True)
    if not pc.all(good).as_py():
        raise _not_numeric(table, column, good)
    return np.asarray(pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False))


def calculated(table: Table, expression: str) -> NDArray[np.float64]:
    """A calculation with columns, such as WGTFAC1*WGTADJ1, in each row; NaN where one is missing.

    Raises
    ------
    DataRefused
        `not_numeric`, as `numeric`.
    """
    return expressions.evaluate(expression, lambda name: numeric(table, name))


def mostly_commas(text: Any) -> bool:
    """Whether more values are numbers with a decimal comma than with a point."""
    commas = pc.and_(pc.match_substring(text, ","), pc.match_substring_regex(text, COMMA))
    points = pc.and_(pc.match_substring(text, "."), pc.match_substring_regex(text, POINT))
    return bool((pc.sum(commas).as_py() or 0) > (pc.sum(points).as_py() or 0))


def _not_numeric(table: Table, column: str, good: Any) -> DataRefused:
    wrong = np.flatnonzero(~good.to_numpy(zero_copy_only=False))
    first = int(wrong[0])
    value = shown(texts(table.frame[column])[first].as_py())
    line = "" if table.first_line is None else f" (line {count(table.first_line + first)})"
    others = f" ({count(len(wrong))} rows are like that)" if len(wrong) > 1 else ""
    return DataRefused(
        "not_numeric",
        f"The column {shown(column)} of {shown(table.name)} should hold numbers, but row "
        f"{count(first + 1)}{line} has {value}{others}.",
        f"Correct it, or if it means that the value is missing, add {value} to the missing codes "
        "(MISSING= of make report; missing in the configuration).",
    )
