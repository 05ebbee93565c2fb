"""The section `distribution` of results.json, from the students and the fitted model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from multilevel.fit.rubin import pool_columns
from multilevel.fit.sufficient import Floats, Integers
from multilevel.records.distribution import (
    AboveOverallMean,
    Benchmark,
    Distribution,
    ErroredValue,
    ErrorsBy,
    Percentile,
)
from multilevel.summarise.distribution.ordered import PERCENTS, Ordered
from multilevel.summarise.distribution.replication import (
    BalancedReplicates,
    Replication,
    sampling_variance,
)
from multilevel.summarise.distribution.schools import (
    DRAWS,
    FEWEST_SCHOOLS,
    SchoolSums,
    draws_of_schools,
    jackknife_variance,
    percentile_variance,
)
from multilevel.summarise.distribution.students import (
    ModelParameters,
    shares_above_mean,
    shares_at_or_above,
)

_N_PERCENTS = len(PERCENTS)


@dataclass(frozen=True, eq=False)
class Scores:
    """The students whose scores are described.

    Attributes
    ----------
    scores
        Plausible values, or the only score: shape (N, M), finite.
    group
        School of each student as 0..J-1, each of which occurs, shape (N,).
    weight
        Total student weights, > 0, shape (N,); None for none.
    replication
        The study's replicates; None for none.
    """

    scores: Floats
    group: Integers
    weight: Floats | None = None
    replication: Replication | None = None

    def __post_init__(self) -> None:
        if self.replication is not None and self.weight is None:
            raise ValueError("replicates change weights: without weights there are none")

    @property
    def n_schools(self) -> int:
        """J."""
        return int(self.group.max()) + 1


@dataclass(frozen=True)
class _Estimates:
    """Mean, SD, percentiles and shares: pooled values and standard errors (NaN for none)."""

    value: Floats
    se: Floats


def distribution(
    students: Scores,
    benchmarks: Mapping[str, float],
    model: Sequence[ModelParameters],
    model_weighted: bool = False,
) -> Distribution:
    """Mean, SD, percentiles and shares at benchmarks, pooled over plausible values.

    Each plausible value gives its estimates and sampling variances; Rubin's rules join them as
    they do for the official mean (`multilevel.fit.official`).

    Parameters
    ----------
    benchmarks
        Name to cut.
    model
        The fit of each plausible value, for shares in schools.
    model_weighted
        Whether that is the weighted fit.
    """
    named = sorted(benchmarks.items(), key=lambda pair: pair[1])
    cuts = np.array([cut for _, cut in named], dtype=np.float64)
    estimates = _pooled(students, cuts)
    errors_by = _errors_by(students)
    values = [
        ErroredValue(value=float(value), se=None if np.isnan(se) else float(se))
        for value, se in zip(estimates.value, estimates.se, strict=True)
    ]
    mean, sd, *rest = values
    above = shares_above_mean(model)
    return Distribution(
        n_members=len(students.group),
        weighted=students.weight is not None,
        model_weighted=model_weighted,
        errors_by=errors_by,
        df=None if errors_by is None else _df(students),
        n_draws=DRAWS if errors_by == "schools" else 0,
        mean=mean,
        sd=sd,
        percentiles=tuple(
            Percentile(p=p, value=score.value, se=score.se)
            for p, score in zip(PERCENTS, rest[:_N_PERCENTS], strict=True)
        ),
        benchmarks=_benchmarks(named, rest[_N_PERCENTS:], shares_at_or_above(model, cuts)),
        above_overall_mean=AboveOverallMean(
            share_in_school_minus_1sd=float(above[0]),
            share_in_average_school=float(above[1]),
            share_in_school_plus_1sd=float(above[2]),
        ),
    )


def _benchmarks(
    named: Sequence[tuple[str, float]], shares: Sequence[ErroredValue], in_schools: Floats
) -> tuple[Benchmark, ...]:
    return tuple(
        Benchmark(
            name=name,
            cut=float(cut),
            share_at_or_above=share.value,
            se=share.se,
            share_in_school_minus_1sd=float(low),
            share_in_average_school=float(middle),
            share_in_school_plus_1sd=float(high),
        )
        for (name, cut), share, (low, middle, high) in zip(named, shares, in_schools, strict=True)
    )


def _errors_by(students: Scores) -> ErrorsBy | None:
    if students.replication is None:
        return "schools" if students.n_schools >= FEWEST_SCHOOLS else None
    if isinstance(students.replication, BalancedReplicates):
        return "brr-fay"
    return "jk2" if students.replication.both_halves else "jk2-half"


def _df(students: Scores) -> float:
    if students.replication is None:
        return students.n_schools - 1.0
    return students.replication.df


def _pooled(students: Scores, cuts: Floats) -> _Estimates:
    weight = students.weight
    if weight is None:
        weight = np.ones(len(students.group))
    replication, estimates, variances = students.replication, [], []
    draws = draws_of_schools(students.n_schools) if replication is None else None
    for m, score in enumerate(students.scores.T):
        ordered = Ordered.of(np.ascontiguousarray(score), cuts)
        estimates.append(ordered.statistics(weight[ordered.order][None, :])[0])
        if replication is None:
            variances.append(_by_schools(ordered, score, students, weight, draws))
        elif m and replication.first_value_only:
            variances.append(variances[0])
        else:
            variances.append(sampling_variance(ordered, weight, replication, estimates[-1]))
    if len(estimates) == 1:
        return _Estimates(estimates[0], np.sqrt(variances[0]))
    value, total, _ = pool_columns(np.stack(estimates), np.stack(variances))
    return _Estimates(value, np.sqrt(total))


def _by_schools(
    ordered: Ordered, score: Floats, students: Scores, weight: Floats, draws: Integers | None
) -> Floats:
    """Sampling variances in the order of `Ordered.statistics`; NaN for too few schools."""
    if draws is None or students.n_schools < FEWEST_SCHOOLS:
        return np.full(2 + _N_PERCENTS + len(ordered.cuts), np.nan)
    smooth = jackknife_variance(SchoolSums.of(score, students.group, weight, ordered.cuts))
    percentiles = percentile_variance(ordered, students.group, weight, draws)
    return np.concatenate([smooth[:2], percentiles, smooth[2:]])
