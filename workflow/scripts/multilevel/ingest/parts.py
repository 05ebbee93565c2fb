"""Parts of a file that are datasets of their own: a value each of one column."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from multilevel.configuration import Dataset
from multilevel.errors import DataRefused
from multilevel.ingest.readers import Table, parse, read_source
from multilevel.ingest.table import missing, values
from multilevel.wording.numbers import count
from multilevel.wording.ordering import natural
from multilevel.wording.quoting import listed, shown

MOST = 1_000  # datasets from one file


def split_values(dataset: Dataset) -> Mapping[str, str]:
    """The values of the column that a dataset is split by, with their names for titles.

    Only that column is read. Empty where the file can't be split, of which
    `part` gives the reason.
    """
    if dataset.split is None:
        raise ValueError(f"{dataset.id} is not split")
    try:
        table = _of_column(dataset, dataset.split.column)
        return _values(table, dataset.split.column)
    except DataRefused:
        return {}


def part(table: Table, column: str, value: str | None) -> Table:
    """The rows of a table that have this value.

    Raises
    ------
    DataRefused
        When the file couldn't be split (`value` is None), or has no such rows any more.
    """
    if value is None:
        found = _values(table, column)
        raise DataRefused(
            "empty",
            f"The file {shown(table.name)} has {count(len(found))} values in {shown(column)} now, "
            "and none when the run began.",
            "Run it again.",
        )
    text = values.texts(table.frame[column])
    rows = pc.equal(text, value)
    n_rows = pc.sum(rows).as_py() or 0
    if not n_rows:
        raise DataRefused(
            "empty",
            f"No row of {shown(table.name)} has {shown(value)} in {shown(column)}.",
            "Run it again, when the file has it.",
        )
    columns: dict[str, Any] = {
        name: values.arrow(table.frame[name]).filter(rows) for name in table.frame.columns
    }
    return replace(
        table,
        frame=pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype),
        n_rows=n_rows,
        first_line=None,
        reasons={name: why.filter(rows) for name, why in table.reasons.items()},
        notes=(
            *table.notes,
            f"The rows with {shown(value)} in {shown(column)}, {count(n_rows)} of "
            f"{count(table.n_rows)}.",
        ),
    )


def in_no_part(table: Table, column: str) -> tuple[str, ...]:
    """A sentence on rows without a value to split by, which no dataset has."""
    n = pc.sum(pc.equal(values.texts(table.frame[column]), "")).as_py() or 0
    if not n:
        return ()
    return (f"Rows without a value in {shown(column)}, which belong to no part: {count(n)}.",)


def different(table: Table, column: str) -> list[str]:
    """The different values of a column as texts, in natural order."""
    found = pc.unique(values.texts(table.frame[column])).to_pylist()
    return sorted((one for one in found if one), key=natural)


def alone(table: Table, column: str, former: Sequence[str] = ()) -> Table:
    """The table without this column, which must have one value, that of `former` batches.

    Raises
    ------
    DataRefused
        `missing_column` when it has several: whose schools may have the same ids.
    """
    found = sorted({*former, *different(table, column)}, key=natural)
    if len(found) > 1:
        raise DataRefused(
            "missing_column",
            f"The file {shown(table.name)} holds {count(len(found))} countries, {listed(found, 3)} "
            f"in {shown(column)}, and their schools may have the same ids.",
            f"Add split_by: {column} to the configuration for a report of each.",
        )
    return replace(
        table,
        frame=table.frame.drop(columns=column),
        reasons={name: why for name, why in table.reasons.items() if name != column},
    )


def _of_column(dataset: Dataset, column: str) -> Table:
    source = read_source(Path(dataset.file), dataset.sheet)
    table = parse(source, (column,))
    return missing.without(table, dataset.missing, {column})


def _values(table: Table, column: str) -> dict[str, str]:
    """The different values in natural order, each with its label or itself, no two alike."""
    found = different(table, column)
    if len(found) > MOST:
        raise DataRefused(
            "missing_column",
            f"The column {shown(column)} of {shown(table.name)} has {count(len(found))} different "
            f"values; a file can be split into {count(MOST)} datasets at most.",
            "Name a column that says to which part a row belongs, such as the country.",
        )
    if not found:
        raise DataRefused(
            "empty",
            f"The column {shown(column)} of {shown(table.name)} has no values to split by.",
            "Name another column under split_by.",
        )
    labels = table.columns[column].value_labels
    named = {one: labels.get(one) or one for one in found}
    uses = Counter(named.values())
    return {one: name if uses[name] == 1 else f"{name} ({one})" for one, name in named.items()}
