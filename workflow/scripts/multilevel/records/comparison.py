"""What comparison.json holds: datasets side by side, and how they differ."""

from dataclasses import dataclass
from typing import Annotated, Literal

from multilevel.records.distribution import Benchmark, Percentile
from multilevel.records.sections import Interval, doc

COMPARISON_VERSION = "2.1"

Statistic = Literal["mean", "icc", "sd_between"]
By = Literal["groups", "cycle"]
RefusalOfComparison = Literal["too_few_datasets", "scales_differ", "shared_groups"]
WhyUntested = Literal["few_groups", "no_variance", "no_interval"]
# The reference that is no dataset: the mean of all.
MEAN = "mean"
# Why a dataset with estimates is left out of a comparison over time.
NO_CYCLE, NO_COUNTRY = "no_cycle", "no_country"
# Why one without is: a stage of it crashed. Else it is the code of its refusal.
FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class ComparedDataset:
    """A dataset of a comparison; weighted estimates where it has them."""

    id: Annotated[str, doc("The dataset's id.")]
    title: str
    country: Annotated[str | None, doc("What changes over cycles are followed within.")]
    cycle: Annotated[str | None, doc("Such as 2023; null where none is given.")]
    n_groups: int
    n_members: int
    weighted: Annotated[bool, doc("By sampling weights: mean and distribution.")]
    variances_weighted: Annotated[bool, doc("By sampling weights of schools: variances and ICC.")]
    mean: Annotated[float, doc("Of the students.")]
    se_mean: Annotated[float | None, doc("null for fewer than three schools.")]
    df_mean: Annotated[float | None, doc("For its interval: zones, replicates or schools - 1.")]
    ci_mean: Interval | None
    between_variance: Annotated[float, doc("tau00.")]
    within_variance: Annotated[float, doc("sigma2.")]
    between_share: Annotated[float, doc("tau00 over average_total_variance; not the ICC.")]
    within_share: Annotated[float, doc("sigma2 over average_total_variance.")]
    icc: float
    ci_icc: Annotated[
        Interval, doc("That its own report leads with; by se_icc where level_differs.")
    ]
    se_icc: Annotated[float | None, doc("null where the weighted model's tau00 = 0.")]
    sd_between: Annotated[float, doc("sqrt(tau00).")]
    se_sd_between: Annotated[float | None, doc("null where the weighted model's tau00 = 0.")]
    percentiles: tuple[Percentile, ...]
    benchmarks: tuple[Benchmark, ...]
    ci_sd_between: Annotated[
        Interval | None, doc("Roots of the interval of tau00 that its own report leads with.")
    ] = None
    level_differs: Annotated[
        bool, doc("Whether its own report's intervals are of another level than `confidence`.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A statistic of `a` less that of `b`."""

    a: Annotated[str, doc("Id of a dataset; of two cycles the later one.")]
    b: Annotated[str, doc('Id, or "mean": of all datasets, but for those untested.')]
    statistic: Statistic
    difference: float
    se: Annotated[float | None, doc("Of independent samples; null where one of them has none.")]
    df: Annotated[float | None, doc("Welch's; null for a normal distribution.")]
    ci: Annotated[Interval | None, doc("At `confidence`, not adjusted for their number.")]
    p: Annotated[float | None, doc("Two-sided p of no difference.")]
    p_holm: Annotated[float | None, doc("Holm's, over all differences that have a p.")]
    link_error: Annotated[
        float | None,
        doc("Of the scale between two cycles, part of `se`; null where none is known."),
    ]


@dataclass(frozen=True, kw_only=True)
class Untested:
    """A statistic of a dataset that has no standard error, and so no tested difference."""

    id: Annotated[str, doc("Of the dataset.")]
    statistic: Statistic
    code: Annotated[
        WhyUntested,
        doc(
            "few_groups: fewer than three for a mean, than five for a spread; no_variance: "
            "tau00 = 0; no_interval: no end to it."
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class UnsharedBenchmark:
    """A benchmark of a dataset at a score where not all the others have one."""

    id: Annotated[str, doc("Of the dataset.")]
    name: str
    cut: float


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A dataset that was asked for and can't be compared."""

    id: str
    title: str
    code: Annotated[str, doc("Why it was refused; no_cycle, no_country over time.")]


@dataclass(frozen=True, kw_only=True)
class ComparisonRefused:
    """Why datasets can't be compared, as values for a sentence."""

    code: RefusalOfComparison
    datasets: Annotated[tuple[str, ...], doc("Ids that don't go together, the first two.")]
    values: Annotated[tuple[str, ...], doc("Their scales, or ids of groups that they share.")]
    n: Annotated[int, doc("Different scales, groups that are shared, or datasets.")]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One comparison's comparison.json."""

    schema_version: str
    id: str
    title: str
    status: Literal["ok", "refused"]
    reason: Annotated[ComparisonRefused | None, doc("Set when refused.")]
    by: By
    reference: Annotated[
        str | None,
        doc('Id of a dataset or "mean"; null where each cycle is held against the one before.'),
    ]
    scale: Annotated[str, doc("That all datasets share.")]
    confidence: Annotated[
        float, doc("Level of all intervals: the members' own, or 0.95 where they differ.")
    ]
    average_total_variance: Annotated[
        float | None, doc("Mean of tau00 + sigma2 over the datasets; null when refused.")
    ]
    datasets: Annotated[
        tuple[ComparedDataset, ...],
        doc("By between_share, the largest first; cycles in the order given."),
    ]
    differences: tuple[Difference, ...]
    left_out: tuple[LeftOut, ...]
    untested: Annotated[
        tuple[Untested, ...],
        doc('Statistics without a standard error; the reference "mean" leaves them out.'),
    ] = ()
    unshared_benchmarks: Annotated[
        tuple[UnsharedBenchmark, ...],
        doc("Not in the figure of benchmarks, which shows those that all datasets have."),
    ] = ()

    @property
    def shared_cuts(self) -> tuple[float, ...]:
        """Scores at which all datasets have a benchmark, the lowest first."""
        cuts = [{level.cut for level in dataset.benchmarks} for dataset in self.datasets]
        return tuple(sorted(set.intersection(*cuts))) if cuts else ()
