"""When a sentence of the report may be printed: one predicate for each kind of claim.

Nothing here makes words or numbers. tests/unit/report/test_page_one.py has for each a dataset in
which its sentence would be false.
"""

from typing import Literal

from multilevel.records.results import Interval, Leader
from multilevel.report.context import Context
from multilevel.wording import verdicts
from multilevel.wording.verdicts import FEW_GROUPS, Verdict

# Below this ratio two standard errors are called close.
ALIKE_RATIO = 1.1
# With fewer a check of sizes misses more than one in ten of the relations that bias the mean
# (docs/validation, "means that go with size").
GROUPS_FOR_SIZES = 60


def verdict(c: Context) -> Verdict:
    """What can be said of how much groups differ; see `multilevel.wording.verdicts`."""
    return verdicts.verdict(c.results)


def two_in_three(c: Context) -> bool:
    """Whether a range holds two groups in three; see `multilevel.wording.verdicts`."""
    return verdicts.two_in_three(c.results)


def near_normal(c: Context) -> bool:
    """Whether observed means look like a normal distribution; see `multilevel.wording.verdicts`."""
    return verdicts.near_normal(c.results)


def members_above(c: Context) -> bool:
    """Whether the share of members above the mean may be worked out from normal distributions."""
    return shares_in_groups(c) and "conditioning_unknown" not in c.checks.flags


def few_valued(c: Context) -> bool:
    """Whether scores take so few values that shares of members by a normal curve are false."""
    return "few_valued" in c.checks.flags


def told_apart(c: Context) -> bool:
    """Whether it may be said how many groups can be told apart from the model's mean."""
    return verdicts.told_apart(c.results)


def few_marks_wrong(c: Context) -> bool:
    """Whether of a hundred marks of groups at most about two stand on the wrong side.

    That is what simulations of the model give where groups differ. Where they hardly do, few
    groups are marked and half of the marks are wrong; where the model's assumptions don't hold,
    nobody knows.
    """
    unlike = {
        "normality_level1",
        "normality_level2",
        "informative_sizes",
        "spread_goes_with_size",
        "unequal_variances",
        "few_valued",
        "conditioning_unknown",
    }
    return told_apart(c) and verdict(c) == "differ" and not unlike & set(c.checks.flags)


def shares_in_groups(c: Context) -> bool:
    """Whether shares of members in groups 1 SD from the average follow from normal curves."""
    unlike = {"normality_level1", "few_valued", "spread_goes_with_size"}
    return two_in_three(c) and not unlike & set(c.checks.flags)


def differences_shown(c: Context) -> bool:
    """Whether the data show that members of one group are more alike than others."""
    return verdict(c) in ("differ", "supported", "rough")


def whole_classes(c: Context) -> str:
    """The study that samples whole classes, mostly one of a school; "" for others."""
    preset = str(c.results.provenance.config.get("preset"))
    return {"timss": "TIMSS", "pirls": "PIRLS"}.get(preset, "")


def size_check(c: Context) -> Literal["tested", "tested_by_few", "untested"]:
    """Whether a check could have shown that means go with the sizes of groups, and how surely."""
    if c.checks.mean_by_size is None or c.data.n_groups < FEW_GROUPS:
        return "untested"
    return "tested" if c.data.n_groups >= GROUPS_FOR_SIZES else "tested_by_few"


def fewer_than_they_are(c: Context) -> bool:
    """Whether members tell less of gamma00 than as many independent ones would.

    The design effect of gamma00 belongs to the standard error of the model, so that must be the
    one that is printed.
    """
    leader = c.leading.mean
    plain = leader.quantity == "gamma00" and leader.method == "satterthwaite"
    ratio = c.standard_error / c.naive.se_grand_mean
    return plain and differences_shown(c) and ratio >= ALIKE_RATIO


def exact_interval(leader: Leader) -> Interval | None:
    """An interval that has a length; one without is no interval."""
    ends = leader.interval
    return None if ends is None or ends[0] == ends[1] else ends
