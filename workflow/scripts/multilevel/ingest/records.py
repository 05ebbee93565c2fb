"""The file's rows for the checks that look at more columns than score and group."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.configuration import Dataset
from multilevel.ingest import vocabulary
from multilevel.ingest.checks import Records
from multilevel.ingest.readers import Column, Table
from multilevel.ingest.students import Collector, Intake
from multilevel.ingest.table import values

MOST_COLUMNS = 12
# Of larger files the rows of some groups are looked at, of each all.
MOST_ROWS = 1_000_000


def columns(dataset: Dataset, found: Sequence[Column]) -> tuple[str, ...]:
    """The columns of a file that checks of rows look at: ids, units, counts, what divides rows.

    Parameters
    ----------
    dataset
        By the file's own names.
    found
        All columns of the file.
    """
    names = [column.name for column in found]
    of_use = [
        column.name
        for column in found
        if column.readable and names.count(column.name) == 1 and column.name.strip()
    ]
    taken = {*dataset.outcomes, dataset.group}
    looked_at = [name for name in of_use if name not in taken and _telling(name)]
    first = [name for name in of_use[:1] if name not in taken]
    own = [dataset.member_id] if dataset.member_id else []
    return tuple(dict.fromkeys((*own, *first, *looked_at)))[:MOST_COLUMNS]


def _telling(name: str) -> bool:
    return (
        vocabulary.is_member_id(name)
        or vocabulary.is_plain_id(name)
        or vocabulary.level(name) is not None
        or vocabulary.divides(name)
        or vocabulary.is_count(name)
        or vocabulary.is_kind(name)
    )


class Rows:
    """Takes rows in, batch by batch.

    Parameters
    ----------
    others
        Columns beside those of the analysis.
    """

    def __init__(self, others: Sequence[str]) -> None:
        self._others = tuple(others)
        self._batches: list[pa.Table] = []
        self._scores: list[NDArray[np.float64]] = []
        self._each = 1  # of so many groups one is kept
        self._n = 0

    def add(self, table: Table, scores: NDArray[np.float64], codes: NDArray[np.int64]) -> None:
        """Take in a batch with its scores, shape (rows, M), and the number of each row's group."""
        kept = {name: _texts(table.frame[name]) for name in self._others}
        self._batches.append(pa.table({"": codes, **kept}))
        self._scores.append(scores)
        self._n += len(codes)
        while self._n > MOST_ROWS and self._each < MOST_ROWS:
            self._each *= 2
            self._thin()

    def records(self, dataset: Dataset, file: str, collector: Collector, intake: Intake) -> Records:
        """What checks look at, and how many of all rows were left out.

        Parameters
        ----------
        dataset
            By the file's own names.
        collector, intake
            What took in the same rows, and what these came to.
        """
        whole = pa.concat_tables(self._batches, promote_options="permissive").unify_dictionaries()
        rows = whole.combine_chunks()
        return Records(
            file=file,
            outcomes=dataset.outcomes,
            group=dataset.group,
            group_ids=collector.group_ids,
            group_codes=rows[""].to_numpy(),
            scores=np.concatenate(self._scores),
            others={name: _one(rows[name]) for name in self._others},
            member_id=dataset.member_id,
            preset=dataset.preset,
            n_rows=collector.n_rows,
            n_without_score=intake.n_dropped_outcome,
            n_without_group=intake.n_dropped_group,
            accept_missing=dataset.accept_missing,
        )

    def _thin(self) -> None:
        for place, batch in enumerate(self._batches):
            keep = batch[""].to_numpy() % self._each == 0
            self._batches[place] = batch.filter(pa.array(keep))
            self._scores[place] = self._scores[place][keep]
        self._n = sum(len(scores) for scores in self._scores)


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
    known = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.large_string()), texts)
    return known.take(encoded.indices).dictionary_encode()


def _one(column: Any) -> Any:
    array = column.combine_chunks()
    return array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
