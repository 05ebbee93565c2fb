"""Statistics of all members, taken up batch by batch in one pass over a file.

A new one is an `Accumulator` and its line in `ACCUMULATORS`, under the name of the field of
`records.students.Students` that it fills; readers and tables know nothing of it.
"""

from collections.abc import Callable

import numpy as np

from multilevel.ingest.statistics.covariates import Covariates
from multilevel.ingest.statistics.factors import Factors
from multilevel.ingest.statistics.moments import Averaged, Values
from multilevel.ingest.statistics.official import Replication, Totals, Zones, half_of
from multilevel.ingest.statistics.rows import Accumulator, Rows
from multilevel.ingest.statistics.subsample import BottomK
from multilevel.ingest.statistics.weighted import Conditional
from multilevel.records.students import Members, Students

__all__ = [
    "ACCUMULATORS",
    "Accumulator",
    "BottomK",
    "Rows",
    "accumulators",
    "half_of",
    "students_of",
]

# Each with whether rows such as these need it.
ACCUMULATORS: dict[str, tuple[Callable[[], Accumulator], Callable[[Rows], bool]]] = {
    "moments": (Values, lambda rows: True),
    "averaged": (Averaged, lambda rows: rows.scores.shape[1] > 1),
    "conditional": (Conditional, lambda rows: rows.total is not None),
    "total": (Totals, lambda rows: rows.total is not None),
    "zones": (Zones, lambda rows: rows.total is not None and rows.zone is not None),
    "covariates": (Covariates, lambda rows: rows.covariates is not None),
    "replicates": (
        Replication,
        lambda rows: rows.total is not None and rows.replicate is not None,
    ),
    "factors": (
        Factors,
        lambda rows: (
            rows.total is not None and (rows.zone is not None or rows.replicate is not None)
        ),
    ),
}


def accumulators(rows: Rows) -> dict[str, Accumulator]:
    """A fresh one of each that rows such as these need."""
    return {name: make() for name, (make, needed) in ACCUMULATORS.items() if needed(rows)}


def students_of(rows: Rows, group_ids: tuple[str, ...]) -> Students:
    """The students whose rows these all are, in groups numbered by the place of their ids."""
    statistics = {}
    for name, accumulator in accumulators(rows).items():
        accumulator.add(rows)
        statistics[name] = accumulator.result(np.arange(len(group_ids)))
    group_weight = None
    if rows.group_weight is not None:
        group_weight = np.ones(len(group_ids))
        group_weight[rows.group] = rows.group_weight
    members = Members(
        group=rows.group.astype(np.int32),
        scores=rows.scores,
        weight=rows.total,
        zone=rows.zone,
        half=None if rows.half is None else half_of(rows.half),
        replicate=rows.replicate,
    )
    return Students(
        group_ids=group_ids,
        members=members,
        group_weight=group_weight,
        **statistics,
    )
