"""Datasets of one scale compared: what comparison.json holds."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from multilevel.fit import distributions
from multilevel.records.comparison import (
    COMPARISON_VERSION,
    MEAN,
    NO_COUNTRY,
    NO_CYCLE,
    By,
    ComparedDataset,
    Comparison,
    ComparisonRefused,
    LeftOut,
    Statistic,
    UnsharedBenchmark,
)
from multilevel.records.sections import Interval
from multilevel.summarise.comparison.differences import (
    STATISTICS,
    Contrast,
    differences,
    from_one,
    from_the_mean,
    link_error_of,
    over_cycles,
    untested,
)
from multilevel.summarise.comparison.members import Estimate, Member, on_logit

FEWEST = 2
# Ids of shared schools that a refusal names.
NAMED = 3


def compare(
    members: Sequence[Member | LeftOut],
    *,
    id: str,
    title: str,
    by: By = "groups",
    reference: str | None = MEAN,
    link_errors: Mapping[str, float] | None = None,
    confidence: float = 0.95,
) -> Comparison:
    """Compare datasets, or say why they can't be.

    Parameters
    ----------
    members
        In the order given; for cycles that is their order in time.
    by
        "groups": each is held against the reference; "cycle": against the cycle before.
    reference
        "mean" of the datasets, or an id; by cycle an id holds each against that one, and
        "mean" or None each against the one before.
    link_errors
        "2019-2023" to the standard error of the link between two cycles' scales.
    """
    if by == "cycle":
        members = with_a_place_in_time(members)
    present = [member for member in members if isinstance(member, Member)]
    reason = refusal(present)
    held_against = None if by == "cycle" and reference == MEAN else reference
    empty = Comparison(
        schema_version=COMPARISON_VERSION,
        id=id,
        title=title,
        status="refused",
        reason=reason,
        by=by,
        reference=held_against,
        scale=present[0].scale if present else "",
        confidence=confidence,
        average_total_variance=None,
        datasets=(),
        differences=(),
        left_out=tuple(member for member in members if isinstance(member, LeftOut)),
    )
    if reason is not None:
        return empty
    if by == "groups":
        present.sort(key=lambda member: (-member.variances.tau00, member.id))
    average = math.fsum(member.variances.total for member in present) / len(present)
    contrasts = _contrasts(present, by, held_against, link_errors or {})
    return replace(
        empty,
        status="ok",
        average_total_variance=average,
        datasets=tuple(_dataset(member, average, confidence) for member in present),
        differences=differences(present, contrasts, confidence),
        untested=untested(present),
        unshared_benchmarks=tuple(_unshared(present)),
    )


def _unshared(members: Sequence[Member]) -> Iterator[UnsharedBenchmark]:
    """The same benchmark has the same score, whatever its name."""
    holders = Counter(
        cut for member in members for cut in {b.cut for b in member.distribution.benchmarks}
    )
    for member in members:
        for level in member.distribution.benchmarks:
            if holders[level.cut] < len(members):
                yield UnsharedBenchmark(id=member.id, name=level.name, cut=level.cut)


def _contrasts(
    members: Sequence[Member], by: By, reference: str | None, link_errors: Mapping[str, float]
) -> dict[Statistic, list[Contrast]]:
    return {one: _contrasts_in(members, one, by, reference, link_errors) for one in STATISTICS}


def _contrasts_in(
    members: Sequence[Member],
    statistic: Statistic,
    by: By,
    reference: str | None,
    link_errors: Mapping[str, float],
) -> list[Contrast]:
    if reference is None:
        return over_cycles(members, link_errors)
    if reference == MEAN:
        return from_the_mean(members, statistic)
    if all(member.id != reference for member in members):
        # The reference itself was refused: the mean of the others is no stand-in for it.
        return []
    contrasts = from_one(members, reference)
    if by == "groups":
        return contrasts
    cycles = {member.id: member.cycle for member in members}
    return [
        replace(
            contrast,
            link_error=link_error_of(link_errors, cycles[reference], cycles[contrast.a]),
        )
        for contrast in contrasts
    ]


def with_a_place_in_time(members: Sequence[Member | LeftOut]) -> list[Member | LeftOut]:
    """Left out where nothing says of when a dataset is, or of which country among others."""
    several = any(isinstance(one, Member) and one.country for one in members)
    placed: list[Member | LeftOut] = []
    for one in members:
        if isinstance(one, Member) and not one.cycle:
            placed.append(LeftOut(id=one.id, title=one.title, code=NO_CYCLE))
        elif isinstance(one, Member) and several and not one.country:
            placed.append(LeftOut(id=one.id, title=one.title, code=NO_COUNTRY))
        else:
            placed.append(one)
    return placed


def refusal(members: Sequence[Member]) -> ComparisonRefused | None:
    """Why the datasets don't go together; None when they do."""
    if len(members) < FEWEST:
        return ComparisonRefused(
            code="too_few_datasets",
            datasets=tuple(member.id for member in members),
            values=(),
            n=len(members),
        )
    first = members[0]
    scales = dict.fromkeys(member.scale for member in members)
    other = next((member for member in members if member.scale != first.scale), None)
    if other is not None:
        return ComparisonRefused(
            code="scales_differ",
            datasets=(first.id, other.id),
            values=(first.scale, other.scale),
            n=len(scales),
        )
    return _shared(members)


def _shared(members: Sequence[Member]) -> ComparisonRefused | None:
    """The first two datasets that have schools in common: they are no independent samples.

    Named are such schools as both of their reports name. The schools of a whole file are in each
    of its parts; two parts share none.
    """
    owner: dict[tuple[str, str], dict[str, int]] = {}
    for place, member in enumerate(members):
        met: dict[int, list[str]] = {}
        for key in member.groups:
            source, part, group = key.split("\n", 2)
            parts = owner.setdefault((source, group), {})
            for other, earlier in parts.items():
                if earlier != place and (part == other or "" in (part, other)):
                    met.setdefault(earlier, []).append(group)
            parts.setdefault(part, place)
        if met:
            one, shared = members[min(met)], met[min(met)]
            named = sorted(one.named_groups & member.named_groups & set(shared))
            return ComparisonRefused(
                code="shared_groups",
                datasets=(one.id, member.id),
                values=tuple(named[:NAMED]),
                n=len(shared),
            )
    return None


def _dataset(member: Member, average: float, confidence: float) -> ComparedDataset:
    mean, se, variances = member.mean, member.mean.se, member.variances
    anew = member.confidence != confidence
    by_error = _interval(variances.sd_between, confidence)
    ci_sd = None if by_error is None else (max(by_error[0], 0.0), by_error[1])
    return ComparedDataset(
        id=member.id,
        title=member.title,
        country=member.country,
        cycle=member.cycle,
        n_groups=member.n_groups,
        n_members=member.n_members,
        weighted=member.weighted,
        variances_weighted=member.variances_weighted,
        mean=mean.value,
        se_mean=se,
        df_mean=mean.df if se is not None and math.isfinite(mean.df) else None,
        ci_mean=_interval(mean, confidence),
        between_variance=variances.tau00,
        within_variance=variances.sigma2,
        between_share=variances.tau00 / average,
        within_share=variances.sigma2 / average,
        icc=variances.icc.value,
        ci_icc=on_logit(variances.icc, confidence) if anew else variances.ci_icc,
        se_icc=variances.icc.se,
        sd_between=variances.sd_between.value,
        se_sd_between=variances.sd_between.se,
        ci_sd_between=ci_sd if anew else variances.ci_sd_between or ci_sd,
        level_differs=anew,
        percentiles=member.distribution.percentiles,
        benchmarks=member.distribution.benchmarks,
    )


def _interval(estimate: Estimate, confidence: float) -> Interval | None:
    if estimate.se is None:
        return None
    reach = distributions.t_quantile(0.5 + confidence / 2.0, estimate.df) * estimate.se
    return estimate.value - reach, estimate.value + reach
