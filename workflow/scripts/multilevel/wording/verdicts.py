"""What may be said of how much groups differ: one verdict for texts, tables and figures."""

from typing import Literal, TypeVar

from multilevel.records.results import Interval, Leading, Results
from multilevel.wording.phrases import shape_key

T = TypeVar("T")
Verdict = Literal["differ", "supported", "rough", "unsupported", "none", "too_alike", "contested"]
# From so many groups on the variance between them is more than a rough guess.
FEW_GROUPS = 10
# Of fewer groups it says nothing that one of them can be told apart from their mean.
FEWEST_TO_TELL_APART = 4
# An interval this long, of the range that a share can have, says little about its estimate.
WIDE = 0.5
# A share below this is printed as 0% or less than 1%.
PRINTED_AS_0 = 0.01
# The likelihood's best is 0 and the exact test rejects that: with very unequal sizes both can be.
REJECTED = 0.05


def verdict(results: Results) -> Verdict:
    """What can be said of how much groups differ; one for the whole report.

    "too_alike": the lower tail of F rejects the model. "contested": the likelihood is highest at
    0 and the exact test rejects 0. "none": the estimate is 0. "unsupported": the exact test
    does not reject 0. "rough": few groups, a wide interval, or differences that go with size.
    "supported": no interval.
    """
    flags, leader = _of(results.checks).flags, leading(results).icc
    if "means_too_alike" in flags:
        return "too_alike"
    if contested(results):
        return "contested"
    if leader.value == 0:
        return "none"
    if "not_supported" in flags:
        return "unsupported"
    if leader.interval is None:
        return "supported"
    few = _of(results.data).n_groups < FEW_GROUPS
    # Groups of other sizes than the large ones may differ much more or less.
    sized = "informative_sizes" in flags and leader.method == "robust"
    return "rough" if few or sized or wide(_judged(results, leader.interval)) else "differ"


def _judged(results: Results, interval: Interval) -> Interval:
    """The interval of the ICC whose length decides whether the ICC is known roughly only.

    One made for distributions of any kind is long with few groups of any kind, so the exact one
    decides, but where it may not hold or the printed one reaches 0.
    """
    unlike = {"normality_level1", "normality_level2", "influential_group"}
    exact = leading(results).icc.method == "robust" and interval[0] >= PRINTED_AS_0
    holds = exact and not unlike & set(_of(results.checks).flags)
    return _of(results.between).ci_icc if holds else interval


def contested(results: Results) -> bool:
    """Whether the likelihood puts tau00 at 0 and the exact test rejects that."""
    return _of(results.model).boundary and _of(results.tests).f.p < REJECTED


def wide(interval: Interval) -> bool:
    """Whether an interval of a share is longer than half the range of shares."""
    return interval[1] - interval[0] > WIDE


def two_in_three(results: Results) -> bool:
    """Whether "two groups in three average from ... to ..." holds.

    It needs a variance that is known, a distribution near the normal one, and ends that scores
    can reach.
    """
    data, ends = _of(results.data), leading(results)
    low, high = ends.group_minus_1sd, ends.group_plus_1sd
    said = results.publication
    if data.score_min is None or data.score_max is None:
        within = said is not None and bool(said.range_within_scores)
    else:
        within = data.score_min <= low and high <= data.score_max
    return within and near_normal(results) and verdict(results) == "differ"


def near_normal(results: Results) -> bool:
    """Whether groups don't depart from a normal curve by more than chance and a little.

    Tails that are too short, as of two kinds of groups, are no reason to flag a dataset; but two
    groups in three are not where a normal curve would have them.
    """
    checks = _of(results.checks)
    found = checks.level2_normality
    shape = shape_key(found.n, found.skewness, found.excess_kurtosis)
    return "normality_level2" not in checks.flags and shape not in ("some", "clear")


def counts_groups_alike(results: Results) -> bool:
    """Whether the mean of the average group is that of the group means, not the model's."""
    return leading(results).group_mean.quantity == "mean_of_group_means"


def centre(results: Results) -> float:
    """The middle of the true means: the mean of the average group.

    At tau00 = 0 the model has one true mean for all, which is its own, whatever leads.
    """
    ends = leading(results)
    if ends.tau00.value == 0 and counts_groups_alike(results):
        return _of(results.model).gamma00
    return ends.group_mean.value


def told_apart(results: Results) -> bool:
    """Whether it may be said how many groups can be told apart from the model's mean.

    Where the data do not show that groups differ, only that none can: intervals of many groups
    leave the mean out by chance.
    """
    if _of(results.data).n_groups < FEWEST_TO_TELL_APART:
        return False
    if verdict(results) == "unsupported":
        return _of(results.groups).n_above + _of(results.groups).n_below == 0
    return verdict(results) in ("differ", "supported", "rough")


def leading(results: Results) -> Leading:
    """The estimates and intervals that lead, weighted or not."""
    return _of(results.leading)


def _of(part: T | None) -> T:
    if part is None:
        raise ValueError("only a fitted dataset has a verdict")
    return part
