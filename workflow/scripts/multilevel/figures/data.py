"""What the figures are drawn from."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from multilevel.records.distribution import Distribution
from multilevel.records.results import (
    Between,
    Checks,
    Data,
    GroupSummary,
    Leading,
    Model,
    Results,
)
from multilevel.records.students import Blurred, Students
from multilevel.wording import verdicts
from multilevel.wording.numbers import ShareFormat

if TYPE_CHECKING:  # pandas takes .35 s to import and is not needed to draw
    import pandas as pd

T = TypeVar("T")

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

SAMPLE_LIMIT = 20_000
SAMPLE_SEED = 20_190_308


@dataclass(frozen=True)
class GroupTable:
    """groups.csv as arrays, one entry a school; `sd` is NaN in schools of one student."""

    group: npt.NDArray[np.object_]
    n: Integers
    mean: Floats
    sd: Floats
    error_variance: Floats
    reliability: Floats
    eb_mean: Floats
    eb_se: Floats
    ci_low: Floats
    ci_high: Floats
    mean_ci_low: Floats
    mean_ci_high: Floats
    note: npt.NDArray[np.object_] | None = None

    def mark(self, j: int) -> str:
        """An asterisk at a row with a note; "" at others."""
        return "*" if self.note is not None and self.note[j] else ""

    def __len__(self) -> int:
        return len(self.n)

    @classmethod
    def of_none(cls) -> "GroupTable":
        """A table without schools, for texts that speak of none."""
        empty = _frozen(np.empty(0))
        names = [field.name for field in fields(cls) if field.name not in ("group", "n", "note")]
        group, n = _frozen(np.empty(0, dtype=object)), _frozen(np.empty(0, dtype=np.int64))
        return cls(group=group, n=n, **dict.fromkeys(names, empty))

    @classmethod
    def from_frame(cls, frame: "pd.DataFrame") -> "GroupTable":
        """From a table with the columns of groups.csv; a missing column is a KeyError."""
        columns: dict[str, npt.NDArray[Any]] = {
            field.name: _frozen(frame[field.name].to_numpy(dtype=np.float64))
            for field in fields(cls)
            if field.name not in ("group", "n", "note")
        }
        if "note" in frame:
            columns["note"] = _frozen(frame["note"].to_numpy(dtype=object))
        columns["group"] = _frozen(frame["group"].astype(str).to_numpy(dtype=object))
        columns["n"] = _frozen(frame["n"].to_numpy(dtype=np.int64))
        return cls(**columns)


@dataclass(frozen=True)
class FigureData:
    """One dataset, ready to be drawn.

    Attributes
    ----------
    results
        Of a dataset that was not refused.
    groups
        All schools.
    group_index, score
        A sample of students: the row of `groups` and the score of each, of plausible values
        the first.
    value_mean
        Mean of all scores of that kind in each school: `groups.mean` pools plausible values.
    blurred
        In place of single students, where these are withheld.
    adjusted
        Means adjusted for a companion's covariates, NaN where a school has none, shape (J,);
        None without a companion.
    """

    results: Results
    groups: GroupTable
    group_index: Integers
    score: Floats
    value_mean: Floats
    blurred: Blurred | None = None
    adjusted: Floats | None = None

    @classmethod
    def build(
        cls,
        results: Results,
        groups: "pd.DataFrame",
        students: Students,
    ) -> "FigureData":
        """Check the parts and sample the students.

        Raises
        ------
        ValueError
            When the dataset was refused, or the students' arrays don't fit each other or
            the table of schools.
        """
        if results.status != "ok":
            raise ValueError("A refused dataset has no figures.")
        index = students.members.group.astype(np.int64)
        scores = students.members.scores[:, 0]
        if index.shape != scores.shape or index.ndim != 1:
            raise ValueError("group and scores must have the same length.")
        if len(index) and not 0 <= index.min() <= index.max() < len(groups):
            raise ValueError("group points outside the table of groups.")
        chosen = sample_students(len(index))
        table = GroupTable.from_frame(groups)
        mean = table.mean
        if results.plausible_values is not None and students.blurred is None:
            first = students.moments[0]
            mean = first.centre + first.unit * first.mean
        adjusted = None
        if "adjusted_mean" in groups:
            adjusted = _frozen(groups["adjusted_mean"].to_numpy(dtype=np.float64))
        return cls(
            results,
            table,
            _frozen(index[chosen]),
            _frozen(scores[chosen]),
            _frozen(mean),
            students.blurred,
            adjusted,
        )

    @property
    def model(self) -> Model:
        """The fitted model."""
        return _present(self.results.model)

    @property
    def between(self) -> Between:
        """How much schools differ."""
        return _present(self.results.between)

    @property
    def leading(self) -> Leading:
        """The estimates that the report leads with."""
        return verdicts.leading(self.results)

    @property
    def verdict(self) -> verdicts.Verdict:
        """How sure it is that schools differ, as the sentences have it."""
        return verdicts.verdict(self.results)

    @property
    def icc(self) -> ShareFormat:
        """The format of intraclass correlations."""
        leader = self.leading.icc
        return ShareFormat.of(leader.value, *(leader.interval or (None, None)))

    @property
    def reliability(self) -> ShareFormat:
        """The format of reliabilities."""
        return ShareFormat.of(self.between.reliability, *self.between.ci_reliability)

    @property
    def counts(self) -> Data:
        """Counts of students and schools."""
        return _present(self.results.data)

    @property
    def distribution(self) -> Distribution:
        """How the scores are spread over students."""
        return _present(self.results.distribution)

    @property
    def standing(self) -> GroupSummary:
        """How schools stand to gamma00."""
        return _present(self.results.groups)

    @property
    def checks(self) -> Checks:
        """Assumption checks."""
        return _present(self.results.checks)

    @property
    def sd_total(self) -> float:
        """SD of all scores."""
        return _present(self.results.naive).sd_total

    @property
    def sampled(self) -> bool:
        """Whether the students drawn are fewer than those analysed."""
        return len(self.score) < self.counts.n_members


def sample_students(
    n: int, limit: int = SAMPLE_LIMIT, seed: int = SAMPLE_SEED
) -> npt.NDArray[np.int64]:
    """Rows of a simple random sample of at most `limit` of `n` students, in ascending order.

    The seed is fixed: the same number of students gives the same rows.
    """
    if n <= limit:
        return np.arange(n, dtype=np.int64)
    chosen = np.random.default_rng(seed).choice(n, size=limit, replace=False)
    return np.sort(chosen).astype(np.int64)


def residuals(data: FigureData) -> Floats:
    """r_ij = Y_ij - observed school mean, times sqrt(n_j/(n_j - 1)), in score units.

    Of single students who are withheld, quantiles that each stand for several.

    A deviation from an observed mean varies by (n_j - 1)/n_j sigma2 only; the factor makes
    it sigma2 in every school. Schools of one student have no residual and are left out.
    """
    if data.blurred is not None:
        return data.blurred.residuals
    n = data.groups.n[data.group_index]
    several = n > 1
    raw = (data.score - data.value_mean[data.group_index])[several]
    return np.asarray(raw * np.sqrt(n[several] / (n[several] - 1.0)))


def _present(section: T | None) -> T:
    if section is None:
        raise ValueError("The results lack a section that the figures need.")
    return section


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    frozen = array.copy()
    frozen.setflags(write=False)
    return frozen
