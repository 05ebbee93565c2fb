"""The section of results.json that says which estimate and interval a report leads with."""

from dataclasses import dataclass
from typing import Annotated, Literal

from multilevel.records.sections import Interval, doc

Reason = Literal[
    "usual",
    "weighted",
    "informative_sizes",
    "dominant_group",
    "few_groups",
    "few_df",
    "boundary",
    "no_information",
    "any_distribution",
    "normality_level1",
    "normality_level2",
    "unequal_variances",
    "spread_goes_with_size",
    "several_pieces",
]


@dataclass(frozen=True, kw_only=True)
class Leader:
    """An estimate with the one interval that stands beside it."""

    quantity: Annotated[
        str,
        doc(
            "official_mean, mean_of_group_means, gamma00, icc, tau00, sigma2 or reliability; of "
            "the weighted fit where weighted is true."
        ),
    ]
    value: float
    se: Annotated[float | None, doc("Standard error; null where the interval has none.")] = None
    df: Annotated[float | None, doc("Degrees of freedom of its t; null without.")] = None
    interval: Annotated[Interval | None, doc("null where there is none.")] = None
    method: Annotated[
        str | None,
        doc(
            "Of the interval: satterthwaite, kenward_roger, hartung_knapp, group_means (t on J-1 "
            "from the spread of the means), replication, jackknife (over schools), sandwich, exact "
            "(pooled, for plausible values), profile or robust (jackknife over schools)."
        ),
    ] = None
    reasons: Annotated[
        tuple[Reason, ...], doc("Why this estimate and this interval, in the order they decided.")
    ] = ("usual",)


@dataclass(frozen=True, kw_only=True)
class Leading:
    """What a report leads with: one estimate and one interval for each quantity."""

    weighted: Annotated[bool, doc("Whether ICC, variances and reliability are the weighted ones.")]
    mean: Annotated[Leader, doc("The mean that leads, with what it is the mean of.")]
    group_mean: Annotated[Leader, doc("The mean of the average school.")]
    icc: Leader
    tau00: Leader
    sigma2: Leader
    reliability: Leader
    group_minus_1sd: Annotated[float, doc("group_mean - sqrt(tau00), the leading ones.")]
    group_plus_1sd: Annotated[float, doc("group_mean + sqrt(tau00).")]
    group_minus_196sd: Annotated[float, doc("group_mean - 1.96 sqrt(tau00).")]
    group_plus_196sd: Annotated[float, doc("group_mean + 1.96 sqrt(tau00).")]
    share_above_at_minus_1sd: Annotated[
        float,
        doc(
            "Share of the students of a school at group_minus_1sd that lie above group_mean, by "
            "normal distributions: Phi(-sqrt(tau00/sigma2)). At group_plus_1sd it is 1 minus that."
        ),
    ] = 0.5
