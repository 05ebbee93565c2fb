"""Parts of a file that are datasets of their own: a value each of one column."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc

from multilevel.configuration import Dataset, conditions
from multilevel.errors import DataRefused
from multilevel.ingest.readers import Table, parse, read_source
from multilevel.ingest.readers.table import of_rows
from multilevel.ingest.table import missing, rows, values
from multilevel.ingest.verdict import AWAY, PASSING
from multilevel.records.findings import Finding, note
from multilevel.storage.attempts import PassingFault
from multilevel.wording.ordering import natural

MOST = 1_000  # datasets from one file


def split_values(dataset: Dataset, expected: str | None = None) -> Mapping[str, str]:
    """The values of the column that a dataset is split by, with their names for titles.

    Only that column is read, and those that say which rows are taken. Empty where the file
    can't be split, of which `part` gives the reason.

    Parameters
    ----------
    expected
        The file's SHA-256 when the run began, where it has one.

    Raises
    ------
    PassingFault
        When the file is away, or isn't the one that the run began with.
    """
    if dataset.split is None:
        raise ValueError(f"{dataset.id} is not split")
    try:
        table = _of_column(dataset, dataset.split.column, expected)
        return _values(table, dataset.split.column)
    except DataRefused as refused:
        if refused.finding.code in (*AWAY, *PASSING):
            raise PassingFault(refused.reason.message) from refused
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
        raise DataRefused("empty.parts_came_late", column, file=table.name, n=len(found))
    text = values.texts(table.frame[column])
    mine = pc.equal(text, value)
    of_part = of_rows(table, mine)
    if not of_part.n_rows:
        raise DataRefused("empty.no_such_part", column, file=table.name, value=value)
    said = note("part", column, value=value, n=of_part.n_rows, n_rows=table.n_rows)
    return replace(of_part, findings=(*table.findings, said))


def in_no_part(table: Table, column: str) -> tuple[Finding, ...]:
    """A note on rows without a value to split by, which no dataset has."""
    n = pc.sum(pc.equal(values.texts(table.frame[column]), "")).as_py() or 0
    return (note("rows_of_no_part", column, n=n),) if n else ()


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
            "missing_column.countries", column, file=table.name, n=len(found), countries=found
        )
    label = table.columns[column].value_labels.get(found[0]) if found else None
    return replace(
        table,
        frame=table.frame.drop(columns=column),
        reasons={name: why for name, why in table.reasons.items() if name != column},
        findings=(
            *table.findings,
            *([note("one_country", column, code=found[0], country=label)] if label else []),
        ),
    )


def _of_column(dataset: Dataset, column: str, expected: str | None = None) -> Table:
    file, within = Path(dataset.file), dataset.folder_of(dataset.file)
    source = read_source(file, dataset.form, expected=expected, within=within)
    condition = conditions.columns(conditions.parsed(dataset.where)) if dataset.where else ()
    table = parse(source, tuple(dict.fromkeys((column, *condition))))
    return rows.taken(missing.without(table, dataset.missing, {column}), dataset.where)


def _values(table: Table, column: str) -> dict[str, str]:
    """The different values in natural order, each with its label or itself, no two alike."""
    found = different(table, column)
    if len(found) > MOST:
        raise DataRefused(
            "missing_column.too_many_parts", column, file=table.name, n=len(found), most=MOST
        )
    if not found:
        raise DataRefused("empty.no_parts", column, file=table.name)
    labels = table.columns[column].value_labels
    named = {one: labels.get(one) or one for one in found}
    uses = Counter(named.values())
    return {one: name if uses[name] == 1 else f"{name} ({one})" for one, name in named.items()}
