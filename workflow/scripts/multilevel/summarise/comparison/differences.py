"""Differences between independent samples, with standard errors and Holm's correction."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from multilevel.fit import distributions
from multilevel.fit.robust import FEWEST_GROUPS
from multilevel.records.comparison import (
    MEAN,
    Difference,
    Statistic,
    Untested,
    WhyUntested,
)
from multilevel.summarise.comparison.members import Estimate, Member

# Below this share of the estimates only rounding is left of their difference.
ROUNDING = 1e-14
STATISTICS: tuple[Statistic, ...] = ("mean", "icc", "sd_between")


@dataclass(frozen=True)
class Contrast:
    """A sum of independent estimates, each times its factor.

    Attributes
    ----------
    a, b
        What it is called: `a` less `b`.
    factors
        Place of a member to its factor; those not named have 0.
    link_error
        Standard error of the link between two scales, which enters means alone.
    """

    a: str
    b: str
    factors: Mapping[int, float]
    link_error: float | None = None


def from_the_mean(members: Sequence[Member], statistic: Statistic) -> list[Contrast]:
    """Each dataset less the mean of the K that have a standard error, itself among them.

    Its own factor is 1 - 1/K and that of each other -1/K, so that what dataset and mean have in
    common counts once: variance (1 - 1/K)^2 s_k^2 + sum of the others' s_i^2 / K^2. A dataset
    without a standard error would take it from all the others' differences; with fewer than two
    that have one the mean is that of all.
    """
    every = range(len(members))
    known = [i for i in every if _estimate(members[i], statistic).se is not None]
    of = known if len(known) > 1 else every
    share = dict.fromkeys(of, -1.0 / len(of))
    return [
        Contrast(member.id, MEAN, share | {k: 1.0 + share.get(k, 0.0)})
        for k, member in enumerate(members)
    ]


def from_one(members: Sequence[Member], reference: str) -> list[Contrast]:
    """Each other dataset less the one whose id is `reference`."""
    at = next(i for i, member in enumerate(members) if member.id == reference)
    return [
        Contrast(member.id, reference, {k: 1.0, at: -1.0})
        for k, member in enumerate(members)
        if k != at
    ]


def over_cycles(members: Sequence[Member], link_errors: Mapping[str, float]) -> list[Contrast]:
    """Within each country each cycle less the one before, and the last less the first.

    Parameters
    ----------
    members
        In the order of the cycles.
    link_errors
        "2019-2023" to the standard error of that link, in score units.
    """
    contrasts = []
    for country in dict.fromkeys(member.country for member in members):
        series = [i for i, member in enumerate(members) if member.country == country]
        pairs = list(pairwise(series))
        if len(series) > 2:
            pairs.append((series[0], series[-1]))
        for earlier, later in pairs:
            old, new = members[earlier], members[later]
            contrasts.append(
                Contrast(
                    new.id,
                    old.id,
                    {later: 1.0, earlier: -1.0},
                    link_error_of(link_errors, old.cycle, new.cycle),
                )
            )
    return contrasts


def link_error_of(
    link_errors: Mapping[str, float], one: str | None, other: str | None
) -> float | None:
    """The error of the link between two cycles' scales, in whichever order it is named."""
    return link_errors.get(f"{one}-{other}", link_errors.get(f"{other}-{one}"))


def untested(members: Sequence[Member]) -> tuple[Untested, ...]:
    """What has no standard error, and why."""
    return tuple(
        Untested(id=member.id, statistic=statistic, code=_why(member, statistic))
        for statistic in STATISTICS
        for member in members
        if _estimate(member, statistic).se is None
    )


def _why(member: Member, statistic: Statistic) -> WhyUntested:
    if statistic == "mean" or member.n_groups < FEWEST_GROUPS:
        return "few_groups"
    return "no_variance" if member.variances.tau00 == 0 else "no_interval"


def differences(
    members: Sequence[Member],
    contrasts: Mapping[Statistic, Sequence[Contrast]],
    confidence: float,
) -> tuple[Difference, ...]:
    """All contrasts of all statistics, Holm's p over those that have a p.

    Parameters
    ----------
    contrasts
        Of each statistic.
    confidence
        Of each interval by itself.
    """
    unadjusted = [
        _difference(
            contrast, statistic, [_estimate(member, statistic) for member in members], confidence
        )
        for statistic, some in contrasts.items()
        for contrast in some
    ]
    adjusted = iter(holm([difference.p for difference in unadjusted if difference.p is not None]))
    return tuple(
        difference if difference.p is None else replace(difference, p_holm=next(adjusted))
        for difference in unadjusted
    )


def _estimate(member: Member, statistic: Statistic) -> Estimate:
    """Of a spread without a standard error where schools are too few to tell of one."""
    if statistic == "mean":
        return member.mean
    own = member.variances.icc if statistic == "icc" else member.variances.sd_between
    return own if member.n_groups >= FEWEST_GROUPS else replace(own, se=None)


def _difference(
    contrast: Contrast, statistic: Statistic, estimates: Sequence[Estimate], confidence: float
) -> Difference:
    parts = [(factor, estimates[i]) for i, factor in contrast.factors.items()]
    # About one of them: equal numbers must have no difference, whatever their size.
    base = parts[0][1].value
    value = math.fsum(factor * (estimate.value - base) for factor, estimate in parts)
    if abs(value) <= ROUNDING * max(abs(estimate.value) for _, estimate in parts):
        value = 0.0
    link = contrast.link_error if statistic == "mean" else None
    difference = Difference(
        a=contrast.a,
        b=contrast.b,
        statistic=statistic,
        difference=value,
        se=None,
        df=None,
        ci=None,
        p=None,
        p_holm=None,
        link_error=link,
    )
    variances = [
        (factor**2 * estimate.se**2, estimate.df)
        for factor, estimate in parts
        if estimate.se is not None
    ]
    if len(variances) < len(parts):
        return difference
    variances.append(((link or 0.0) ** 2, math.inf))
    se, df = welch(variances)
    if se == 0:
        return replace(difference, se=0.0)
    reach = distributions.t_quantile(0.5 + confidence / 2.0, df) * se
    return replace(
        difference,
        se=se,
        df=df if math.isfinite(df) else None,
        ci=(value - reach, value + reach),
        p=distributions.t_two_sided_p(value / se, df),
    )


def welch(variances: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Standard error and degrees of freedom of a sum of independent estimates.

    (sum v_i)^2 / sum(v_i^2/df_i), infinite where all are (Satterthwaite 1946; Welch 1947).

    Parameters
    ----------
    variances
        Pairs of variance and degrees of freedom.

    Examples
    --------
    >>> welch([(9.0, 10.0), (16.0, 10.0)])[0]
    5.0
    """
    total = math.fsum(variance for variance, _ in variances)
    # In shares: squares of variances of a large scale leave double precision.
    doubt = math.fsum((variance / total) ** 2 / df for variance, df in variances) if total else 0.0
    return math.sqrt(total), 1.0 / doubt if doubt > 0 else math.inf


def holm(p: Sequence[float]) -> list[float]:
    """Holm's (1979) adjusted p values, in the order given.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted, highest = [0.0] * len(p), 0.0
    for rank, i in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        highest = max(highest, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = highest
    return adjusted
