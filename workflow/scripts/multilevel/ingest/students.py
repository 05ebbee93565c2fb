"""The students of a file's table, batch by batch: a row is a student, or dropped and counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from multilevel.configuration.datasets import CompanionColumns, Replicates, Weights
from multilevel.ingest import checks
from multilevel.ingest.checks import lost_rows
from multilevel.ingest.covariates import CovariateColumns
from multilevel.ingest.groups import Groups
from multilevel.ingest.readers import Table
from multilevel.ingest.statistics import Accumulator, BottomK, Rows, accumulators, half_of
from multilevel.ingest.statistics.rows import CovariateValues
from multilevel.ingest.survey_design import (
    GroupWeights,
    ReplicateWeights,
    RowWeights,
    Weighting,
    ZoneCodes,
    design_columns,
    weight_roles,
)
from multilevel.ingest.table import missing
from multilevel.ingest.table.values import Numbers
from multilevel.records.companion import no_companion
from multilevel.records.findings import Finding, note
from multilevel.records.reading import ReadFacts
from multilevel.records.sections import MissingCount
from multilevel.records.students import Floats, Integers, Members, Students

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Intake:
    """The students of a file, and what was found on the way.

    Attributes
    ----------
    students
        What is handed on.
    n_dropped_outcome
        Rows without a score, or without one of the plausible values.
    n_dropped_group
        Rows with a score and without a group.
    n_dropped_weight
        Rows with both and without a weight, or with weight 0.
    findings
        Cautions and notes on the values and of all checks of members.
    decimal_commas
        Columns of scores with decimal commas.
    """

    students: Students
    n_dropped_outcome: int = 0
    n_dropped_group: int = 0
    n_dropped_weight: int = 0
    findings: tuple[Finding, ...] = ()
    decimal_commas: tuple[str, ...] = ()

    @classmethod
    def none(cls) -> "Intake":
        """Of a dataset that is refused."""
        return cls(students=Students.none())


def to_students(
    table: Table,
    *,
    outcome: str | Sequence[str],
    group: str,
    weights: Weights | None = None,
    replicates: Replicates | None = None,
) -> Intake:
    """The students of one table; parameters and refusals as of `Collector`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from multilevel.ingest.readers import read_table
    >>> table = read_table(Path("data/hsb82/hsb82.csv"), ("mathach", "school"))
    >>> students = to_students(table, outcome="mathach", group="school").students
    >>> students.n_members, len(students.group_ids)
    (7185, 160)
    """
    collector = Collector(outcome=outcome, group=group, weights=weights, replicates=replicates)
    collector.add(table)
    return collector.intake()


class Collector:
    """Takes a file's rows in, batch by batch.

    Parameters
    ----------
    outcome, group
        Names of the table's columns; several outcomes are plausible values of one score.
    weights, replicates
        How the students were sampled; a row without a weight, or with weight 0, is dropped.
    companion
        Covariates; a row that lacks one stays among the students.

    Attributes
    ----------
    groups
        The ids so far.
    n_rows
        Rows taken in.
    n_left_out
        Rows of the file that a condition left out.
    """

    def __init__(
        self,
        *,
        outcome: str | Sequence[str],
        group: str,
        weights: Weights | None = None,
        replicates: Replicates | None = None,
        companion: CompanionColumns | None = None,
    ) -> None:
        self._outcomes = (outcome,) if isinstance(outcome, str) else tuple(outcome)
        self._weights = weights
        self._scores = [Numbers(name, scores=True) for name in self._outcomes]
        self.groups = Groups(group)
        self._roles = weight_roles(weights)
        self._others = {name: Numbers(name) for name in design_columns(self._roles, replicates)}
        self._weighting = Weighting(weights) if weights is not None else None
        self._group_weights = GroupWeights()
        brr = replicates is not None and replicates.method == "brr-fay"
        self._zones = ZoneCodes(replicates) if replicates is not None and not brr else None
        self._replicate_names = replicates.columns if replicates is not None and brr else ()
        self._replicates = ReplicateWeights(self._replicate_names)
        self._covariates = CovariateColumns(companion) if companion is not None else None
        self._accumulators: dict[str, Accumulator] = {}
        self._subsample = BottomK()
        self._counts: Counter[str] = Counter()
        self._missing: Counter[tuple[str, str]] = Counter()
        self._any_scored = np.zeros(len(self._outcomes), dtype=np.bool_)
        self._sizes = np.zeros(0, dtype=np.int64)
        self._facts = ReadFacts()
        self._findings: list[Finding] = []
        self._names: tuple[str, ...] = ()
        self._file = ""
        self._first_line: int | None = None
        self._signed: str | None = None
        self.n_rows = self.n_left_out = 0

    @property
    def missing(self) -> tuple[MissingCount, ...]:
        """How many values of each column are missing for which reason."""
        place = {name: number for number, name in enumerate(self._names)}
        in_order = sorted(self._missing, key=lambda key: (place[key[0]], key[1]))
        return tuple(
            MissingCount(column=column, reason=reason, n=self._missing[column, reason])
            for column, reason in in_order
        )

    @property
    def _numbers(self) -> tuple[Numbers, ...]:
        return (*self._scores, *self._others.values())

    @property
    def facts(self) -> ReadFacts:
        """The form of the file."""
        return self._facts

    @property
    def table_findings(self) -> tuple[Finding, ...]:
        """What was found and done while the file was read."""
        return tuple(self._findings)

    def add(self, table: Table) -> tuple[Floats, Integers]:
        """Take in a batch; its scores (rows, M), NaN where missing, and groups, -1 for none.

        Raises DataRefused for too many groups.
        """
        first_row = self.n_rows
        self.n_rows += table.n_rows
        self.n_left_out += table.n_left_out
        self._file, self._first_line = table.name, table.first_line
        self._facts, self._signed = table.facts, table.decimal_sign
        self._findings += (one for one in table.findings if one not in self._findings)
        self._names = tuple(table.frame.columns)
        self._missing += Counter(
            {(one.column, one.reason): one.n for one in missing.counted(table)}
        )
        scores = np.column_stack([numbers.add(table, first_row) for numbers in self._scores])
        codes = self.groups.add(table.frame[self.groups.column])
        columns = {name: one.add(table, first_row) for name, one in self._others.items()}
        rows = np.arange(first_row, first_row + len(codes))
        weights = self._weighting.add(columns.__getitem__, rows) if self._weighting else None
        covariates = self._covariates.add(table, first_row) if self._covariates else None
        kept = self._kept(scores, codes, weights)
        self._sizes = np.pad(self._sizes, (0, len(self.groups.ids) - len(self._sizes)))
        if kept.any():
            self._keep(scores, codes, weights, columns, kept, rows, covariates)
        return scores, codes

    def _kept(self, scores: Floats, codes: Integers, weights: RowWeights | None) -> Booleans:
        """Which rows are kept; the others count where the first thing is missing."""
        absent = np.isnan(scores)
        scored, grouped = ~absent.any(axis=1), codes >= 0
        weighted = np.ones_like(scored) if weights is None else weights.usable
        self._any_scored |= (~absent).any(axis=0)
        self._counts += Counter(
            partly=int(np.count_nonzero(~scored & ~absent.all(axis=1))),
            scored=int(np.count_nonzero(scored)),
            grouped=int(np.count_nonzero(grouped)),
            both=int(np.count_nonzero(scored & grouped)),
            kept=int(np.count_nonzero(scored & grouped & weighted)),
        )
        return np.asarray(scored & grouped & weighted)

    def _keep(
        self,
        scores: Floats,
        codes: Integers,
        weights: RowWeights | None,
        columns: dict[str, Floats],
        kept: Booleans,
        places: Integers,
        covariates: tuple[CovariateValues, ...] | None,
    ) -> None:
        """Hand the kept rows to everything that adds them up."""
        if not kept.all():
            scores, codes, places = scores[kept], codes[kept], places[kept]
            columns = {name: column[kept] for name, column in columns.items()}
            covariates = covariates and tuple(one.of_rows(kept) for one in covariates)
        rows = Rows(group=codes, scores=scores, covariates=covariates)
        if weights is not None:
            of_group = self._group_weights.add(codes, weights.group[kept])
            rows = replace(rows, total=weights.member[kept], group_weight=of_group)
        if self._zones is not None:
            zone, half = columns[self._zones.zone], columns[self._zones.code]
            self._zones.add(zone, half, places)
            rows = replace(rows, zone=zone, half=half)
        if self._replicate_names and rows.total is not None:
            replicate = np.column_stack([columns[name] for name in self._replicate_names])
            self._replicates.add(replicate, rows.total, places)
            rows = replace(rows, replicate=replicate)
        self._accumulators = self._accumulators or accumulators(rows)
        for accumulator in self._accumulators.values():
            accumulator.add(rows)
        first = int(self._sizes.sum())
        self._sizes += np.bincount(codes, minlength=len(self._sizes))
        parts = (rows.total, rows.zone, rows.half, rows.replicate)
        factors = [columns[name] for name in self._roles]
        known = [part for part in parts if part is not None]
        self._subsample.add(first, codes, np.column_stack([scores, *known, *factors]))

    def intake(self) -> Intake:
        """What all rows come to.

        Raises
        ------
        DataRefused
            `not_numeric` with the first row whose score is no finite number or beyond 1e100;
            `empty` when no row has both a score and a group; `bad_weights` as
            `ingest.sample` and `ReplicateWeights` say.
        """
        self._check_numbers()
        if not self._counts["kept"]:
            scored = dict(zip(self._outcomes, map(bool, self._any_scored), strict=True))
            raise lost_rows.nothing_left(
                self._file, self.n_rows, scored, self.groups.column, self._counts
            )
        order = self.groups.order(self._sizes > 0)
        group_ids = tuple(self.groups.ids[number] for number in order)
        students, factors = self._students(order, group_ids)
        no_companion = self._no_companion(students)
        if no_companion is not None:
            students = replace(students, covariates=None)
        counts = self._counts
        return Intake(
            students=students,
            n_dropped_outcome=self.n_rows - counts["scored"],
            n_dropped_group=counts["scored"] - counts["both"],
            n_dropped_weight=counts["both"] - counts["kept"],
            findings=(
                *(one for numbers in self._numbers for one in numbers.written.findings),
                *self._partly(),
                *self.groups.findings(len(self.groups.ids) - len(order)),
                *self._sampled(students),
                *checks.of_members(self._members(students, factors, order)),
                *((no_companion,) if no_companion is not None else ()),
            ),
            decimal_commas=self._decimal_commas(),
        )

    def _no_companion(self, students: Students) -> Finding | None:
        """Why the companion that was asked for can't be fitted, as far as the values show."""
        if self._covariates is None:
            return None
        refusal = self._covariates.refusal(self._file, self.n_rows, self._first_line)
        none_left = refusal is None and students.covariates is None
        return no_companion("no_complete_rows") if none_left else refusal

    def _decimal_commas(self) -> tuple[str, ...]:
        covariates = self._covariates.decimal_commas if self._covariates else ()
        return (*(one.column for one in self._scores if one.comma), *covariates)

    def _members(self, students: Students, factors: Floats, order: Integers) -> checks.Members:
        """What the checks of members look at: all of them, or a sample."""
        return checks.Members(
            outcomes=self._outcomes,
            scores=students.members.scores,
            group=self.groups.column,
            group_ids=students.group_ids,
            sizes=self._sizes[order],
            weights={
                name: (role, weight)
                for (name, role), weight in zip(self._roles.items(), factors.T, strict=True)
            },
            separators=self._separators(),
            decimal_sign=self._decimal_sign(),
        )

    def _decimal_sign(self) -> str | None:
        """What is decimal in the file's first rows or in any column that is taken, if one sign."""
        covariates = self._covariates.numbers if self._covariates else ()
        signs = {sign for one in (*self._numbers, *covariates) for sign in one.decimal_signs}
        signs |= {self._signed} if self._signed else set()
        return signs.pop() if len(signs) == 1 else None

    def _separators(self) -> dict[str, checks.Separator]:
        """What the points and commas of the scores may mean; of other columns where it is likely.

        These keep what they say when all of their numbers are divided by a thousand.
        """
        others = (*self._others.values(), *(self._covariates.numbers if self._covariates else ()))
        found = {one.column: one.thousands.separator for one in others}
        found = {name: one for name, one in found.items() if one.verdict == "likely"}
        return found | {one.column: one.thousands.separator for one in self._scores}

    def _students(self, order: Integers, group_ids: tuple[str, ...]) -> tuple[Students, Floats]:
        """The students, and the members' values of each column of `_roles`."""
        weights = self._weights
        place = np.zeros(len(self.groups.ids), dtype=np.int32)
        place[order] = np.arange(len(order))
        group, sampled = self._subsample.rows()
        of_group = None
        if weights is not None:
            of_group = self._group_weights.result(order, group_ids, weights.group or "")
        members = Members(group=place[group], **self._parts(sampled))
        found = {name: one.result(order) for name, one in self._accumulators.items()}
        students = Students(group_ids=group_ids, members=members, group_weight=of_group, **found)
        if self._zones is not None and students.zones is not None:
            self._zones.check(students.zones.n_both)
        self._replicates.check(len(order), self._file)
        return students, sampled[:, sampled.shape[1] - len(self._roles) :]

    def _parts(self, sampled: Floats) -> dict[str, Floats]:
        """The fields of `Members` that stand side by side in the sample, as `_keep` put them."""
        zoned = int(self._zones is not None)
        widths = {
            "scores": len(self._outcomes),
            "weight": int(self._weights is not None),
            "zone": zoned,
            "half": zoned,
            "replicate": len(self._replicate_names),
        }
        columns = np.split(sampled, np.cumsum(list(widths.values())), axis=1)
        parts = {
            name: np.ascontiguousarray(part if name in ("scores", "replicate") else part[:, 0])
            for (name, width), part in zip(widths.items(), columns, strict=False)
            if width
        }
        return parts | ({"half": half_of(parts["half"])} if zoned else {})

    def _check_numbers(self) -> None:
        for numbers in self._numbers:
            numbers.check(self._file, self.n_rows, self._first_line)
        for numbers in self._scores:
            numbers.check_size(self._file)
        if self._weighting is not None:
            self._weighting.check(self._file)

    def _partly(self) -> Iterator[Finding]:
        """A note on rows with some of their plausible values only, which are as rows without.

        That no complete draw is there means that the file is damaged or the codes for missing
        differ.
        """
        if self._counts["partly"]:
            yield note("partial_values", *self._outcomes, n=self._counts["partly"])

    def _sampled(self, students: Students) -> Iterator[Finding]:
        """A note that checks of single values saw a sample, where there are too many members."""
        n, n_members = len(students.members.group), students.n_members
        if not students.complete:
            yield note("subsample", *self._outcomes, n=n, n_members=n_members)
