"""The file's rows for the checks that look at more columns than score and group."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.errors import DataRefused
from multilevel.ingest import vocabulary
from multilevel.ingest.checks import Records
from multilevel.ingest.readers import Table
from multilevel.ingest.readers.table import resolve
from multilevel.ingest.students import Collector, Intake
from multilevel.ingest.table import values
from multilevel.ingest.table.files import Opened, tables

MOST_COLUMNS = 12
FIRST_COLUMNS = 3
# Of larger files the rows of some groups are looked at, of each all.
MOST_ROWS = 1_000_000
_LOOKED_AT, _DECIMAL = 1_000, r"^\s*[+-]?[0-9]*[.,][0-9]+\s*$"
MOST_NUMBERS, _MOSTLY = 12, 0.5  # further columns of numbers, and the share of rows that have any


def columns(files: Opened) -> tuple[str, ...]:
    """The columns of the data file that checks of rows look at.

    They are those that are called ids, units, counts, kinds of members, or what a member may have
    several rows for, and the first few columns, among which ids stand, where none is called an id
    of members.

    Raises
    ------
    DataRefused
        `missing_column` where the configuration names ids of members that aren't there.
    """
    dataset, found = files.layout.dataset, files.found
    taken = {*dataset.outcomes, dataset.group, *dataset.group_columns, files.layout.alone}
    of_use = [
        column.name
        for column in found.columns
        if column.readable and found.names.count(column.name) == 1 and column.name.strip()
    ]
    own = member_id(files)
    further = [name for name in of_use if name not in taken]
    ids_known = own is not None or any(map(vocabulary.is_member_id, of_use))
    first = () if ids_known else further[:FIRST_COLUMNS]
    chosen = (*([own] if own else []), *filter(_telling, further), *first)
    return tuple(name for name in dict.fromkeys(chosen) if name not in taken)[:MOST_COLUMNS]


def member_id(files: Opened) -> str | None:
    """The configured column of members' ids by its name in the file; DataRefused as `columns`."""
    given, names = files.layout.dataset.member_id, files.found.names
    if given is None:
        return None
    (place,), _ = resolve(names, (given,), files.source.name, ("member_id",))
    return names[place]


def _telling(name: str) -> bool:
    return (
        vocabulary.is_member_id(name)
        or vocabulary.is_plain_id(name)
        or vocabulary.level(name) is not None
        or vocabulary.divides(name)
        or vocabulary.is_grade(name)
        or vocabulary.is_count(name)
        or vocabulary.is_kind(name)
    )


class Rows:
    """Takes rows in, batch by batch.

    Parameters
    ----------
    others
        Columns beside those of the analysis; of those that aren't called anything that a check
        knows, measurements are passed over.
    """

    def __init__(self, others: Sequence[str]) -> None:
        self.others = tuple(others)
        self._batches: list[pa.Table] = []
        self._scores: list[NDArray[np.float64]] = []
        self._each = 1  # of so many groups one is kept
        self._n = 0

    def add(self, table: Table, scores: NDArray[np.float64], codes: NDArray[np.int64]) -> None:
        """Take in a batch with its scores, shape (rows, M), and the number of each row's group."""
        self.others = tuple(
            name for name in self.others if _telling(name) or not _has_decimals(table.frame[name])
        )
        kept = {name: _texts(table.frame[name]) for name in self.others}
        self._batches.append(pa.table({"": codes, **kept}))
        self._scores.append(scores)
        self._n += len(codes)
        while self._n > MOST_ROWS and self._each < MOST_ROWS:
            self._each *= 2
            self._thin()

    def records(self, files: Opened, collector: Collector, intake: Intake) -> Records:
        """What checks look at, and how many of all rows were left out.

        Parameters
        ----------
        collector, intake
            What took in the same rows, and what these came to.
        """
        dataset = files.layout.dataset
        rows = self._batches[0]
        if len(self._batches) > 1:
            whole = pa.concat_tables(self._batches, promote_options="permissive")
            rows = whole.unify_dictionaries().combine_chunks()
        return Records(
            file=files.source.name,
            outcomes=dataset.outcomes,
            group=dataset.group,
            group_ids=tuple(collector.groups.ids),
            group_codes=rows[""].to_numpy(),
            scores=np.concatenate(self._scores),
            others={name: _one(rows[name]) for name in self.others},
            member_id=member_id(files),
            preset=dataset.preset,
            n_rows=collector.n_rows,
            n_without_score=intake.n_dropped_outcome,
            n_without_group=intake.n_dropped_group,
            accept_missing=dataset.accept_missing,
            further=lambda: numbers(files, self._n),
        )

    def _thin(self) -> None:
        for place, batch in enumerate(self._batches):
            keep = batch[""].to_numpy() % self._each == 0
            self._batches[place] = batch.filter(pa.array(keep))
            self._scores[place] = self._scores[place][keep]
        self._n = sum(len(scores) for scores in self._scores)


def numbers(files: Opened, n_rows: int) -> dict[str, NDArray[np.float64]]:
    """The first further columns of numbers, read anew; none where rows of some groups are kept."""
    taken = {*files.layout.columns, *files.layout.dataset.outcomes}
    names = [
        one.name
        for one in files.found.columns
        if one.readable and files.found.names.count(one.name) == 1 and one.name.strip()
    ]
    names = [name for name in names if name not in taken][:MOST_NUMBERS]
    wanted = replace(files.layout, columns=(*files.layout.columns, *names))
    columns = {name: values.Numbers(name) for name in names}
    found: dict[str, list[NDArray[np.float64]]] = {name: [] for name in names}
    try:
        for table in tables(replace(files, layout=wanted)):
            for name in names:
                if name in table.frame.columns:
                    found[name].append(columns[name].add(table))
    except DataRefused:
        return {}
    whole = {name: np.concatenate(several) for name, several in found.items() if several}
    return {
        name: column
        for name, column in whole.items()
        if len(column) == n_rows and np.isfinite(column).mean() > _MOSTLY
    }


def of_ids(table: Table, group: str, others: Sequence[str]) -> Records:
    """The rows of a table with their groups and those of the others that are called units."""
    ids = _one(_texts(table.frame[group]))
    codes = ids.indices.fill_null(-1).to_numpy().astype(np.int64)
    return Records(
        file=table.name,
        outcomes=(),
        group=group,
        group_ids=tuple(ids.dictionary.to_pylist()),
        group_codes=codes,
        scores=np.zeros((table.n_rows, 0)),
        others={
            name: _one(_texts(table.frame[name]))
            for name in others
            if vocabulary.level(name) is not None
        },
        n_rows=table.n_rows,
    )


def without(table: Table, others: Sequence[str]) -> Table:
    """The table without the columns that only checks look at."""
    return replace(
        table,
        frame=table.frame.drop(columns=list(others)),
        reasons={name: why for name, why in table.reasons.items() if name not in others},
        findings=tuple(
            one
            for one in table.findings
            if not (one.code == "id_codes" and one.columns[0] in others)
        ),
    )


def _texts(column: Any) -> Any:
    """A column as a dictionary of texts without blanks around them, null where it has nothing."""
    encoded = values.arrow(column)
    if not pa.types.is_dictionary(encoded.type):
        encoded = pc.dictionary_encode(encoded)
    texts = values.texts(encoded.dictionary)
    if pc.all(pc.equal(texts, encoded.dictionary.cast(pa.large_string()))).as_py() and (
        not pc.any(pc.equal(texts, "")).as_py()
    ):
        return pa.DictionaryArray.from_arrays(encoded.indices, texts)
    known = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.large_string()), texts)
    return known.take(encoded.indices).dictionary_encode()


def _has_decimals(column: Any) -> bool:
    """Whether a column holds measurements, as its first values tell."""
    first = values.arrow(column[:_LOOKED_AT])
    if pa.types.is_floating(first.type):
        return True
    decimal = values.is_text(first) and pc.any(pc.match_substring_regex(first, _DECIMAL)).as_py()
    return bool(decimal)


def _one(column: Any) -> Any:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
