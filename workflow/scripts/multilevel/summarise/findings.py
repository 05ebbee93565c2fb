"""Findings of the model and the weights, and what results.json has of those of reading."""

import math
from collections.abc import Iterable, Iterator
from typing import get_args

from multilevel.records.findings import Finding, caution
from multilevel.records.results import (
    Checks,
    Doubt,
    PlausibleValues,
    Results,
    SlopeTest,
    Suspect,
    UnlikeValue,
)
from multilevel.records.sections import DoubtKind


def suspects(findings: Iterable[Finding]) -> tuple[Suspect, ...]:
    """Values that look like codes for missing."""
    return tuple(
        Suspect(
            column=one.columns[0],
            role=one.values["role"],
            value=one.values["value"],
            n=one.values["n"],
            low=one.values["low"],
            high=one.values["high"],
        )
        for one in findings
        if one.code == "suspects"
    )


def thousands(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Columns whose points or commas are decimal or separate thousands."""
    return tuple(one.columns[0] for one in findings if one.code == "thousands")


def doubts(findings: Iterable[Finding]) -> tuple[Doubt, ...]:
    """Sets of columns that hint at a mistake."""
    kinds: tuple[DoubtKind, ...] = get_args(DoubtKind)
    return tuple(
        Doubt(kind=kind, columns=one.columns, n=one.values["n"])
        for one in findings
        for kind in kinds
        if one.code == kind
    )


def unlike(findings: Iterable[Finding]) -> tuple[UnlikeValue, ...]:
    """Plausible values that are no draws of the same score as the others."""
    return tuple(
        UnlikeValue(column=one.columns[0], **one.values) for one in findings if one.code == "unlike"
    )


def cautions(results: Results) -> Iterator[Finding]:
    """What bears on whether the numbers of a fitted dataset can be believed."""
    if results.weighted is None and results.provenance.config.get("replicates"):
        yield caution("replicates_unused")
    yield from _of_model(results)
    yield from _of_averages(results)
    yield from _of_weights(results)


def _of_model(results: Results) -> Iterator[Finding]:
    """The flags of the checks, each with its numbers."""
    model, between, data = results.model, results.between, results.data
    if model is None or between is None or data is None or results.checks is None:
        return
    best = min(model.optima, key=lambda optimum: optimum.deviance)
    others = [one.q / (1.0 + one.q) for one in model.optima if one is not best]
    f_p = results.tests.f.p if results.tests else None
    known = (
        caution("not_supported", f_p=f_p),
        caution("few_groups", n_groups=data.n_groups, interval=_spread_interval(results)),
        caution("dominant_group", mean=_mean_of_group_means(results)),
        _few_degrees_of_freedom(model.df, model.df_hlm, data.n_groups, results.plausible_values),
        caution("several_optima", n_optima=model.n_optima, deviance=model.deviance, others=others),
        caution("boundary"),
        caution("means_too_alike"),
        caution("icc_near_one", icc=between.icc),
        caution("normality_level1"),
        caution("normality_level2"),
        caution("unequal_variances"),
        *_outside(results, results.checks),
    )
    by_code = {one.code: one for one in known}
    yield from (by_code[flag] for flag in results.checks.flags)


def _outside(results: Results, checks: Checks) -> Iterator[Finding]:
    """Flags of what lies outside the model, with which way and how surely."""
    values = results.plausible_values
    means, spread = (checks.mean_by_size, checks.mean_by_size_squared), checks.spread_by_size
    yield from _means_by_size(means, _mean_of_group_means(results))
    if spread is not None:
        case = "up" if spread.slope > 0 else "down"
        yield caution("spread_goes_with_size", case=case, slope=spread.slope, slope_p=spread.p)
    few = "two" if checks.n_distinct == 2 else "few"
    yield caution("few_valued", case=few, n_distinct=checks.n_distinct)
    yield caution("conditioning_unknown", m=values.m if values else 1)
    yield caution("influential_group")


def _means_by_size(
    tests: tuple[SlopeTest | None, SlopeTest | None], mean: float | None
) -> Iterator[Finding]:
    """By the line where it is the surer one, else by the curve."""
    line, curve = tests
    if line is None:
        return
    surer = curve if curve is not None and curve.p < line.p else line
    case = "curved" if surer is curve else "up" if line.slope > 0 else "down"
    yield caution("informative_sizes", case=case, slope=surer.slope, slope_p=surer.p, mean=mean)


def _mean_of_group_means(results: Results) -> float | None:
    """Where it leads; with weights another mean does."""
    leader = results.leading.mean if results.leading else None
    return leader.value if leader and leader.quantity == "mean_of_group_means" else None


def _spread_interval(results: Results) -> list[float] | None:
    """The interval of the standard deviation of true means with which the report leads."""
    interval = results.leading.tau00.interval if results.leading else None
    return None if interval is None else [math.sqrt(max(end, 0.0)) for end in interval]


def _few_degrees_of_freedom(
    df: float, df_groups: int, n_groups: int, values: PlausibleValues | None
) -> Finding:
    """They are few for few groups, or for what plausible values lack."""
    lacking = values is not None and values.df is not None and values.df < df_groups >= 3
    return caution(
        "df_below_3",
        case="values" if lacking else "groups",
        df=df,
        n_groups=n_groups,
        m=values.m if values else 1,
        missing=values.lambda_ if values else 0.0,
    )


def _of_averages(results: Results) -> Iterator[Finding]:
    averaged, model, between = results.averaged, results.model, results.between
    if averaged is None or model is None or between is None:
        return
    yield caution(
        "averaged",
        *averaged.columns,
        sigma2=averaged.sigma2,
        averaged_sigma2=model.sigma2,
        icc=averaged.icc,
        averaged_icc=between.icc,
    )


def _of_weights(results: Results) -> Iterator[Finding]:
    """The flags of the weights, each with its numbers, and whether weights move the mean."""
    weighted, model = results.weighted, results.model
    if weighted is None or model is None:
        return
    other = weighted.other_reading
    icc, mean = (other.icc, other.official_mean) if other else (None, None)
    n_zones = weighted.n_zones
    known = (
        caution("total_looks_conditional", icc=icc, mean=mean),
        caution("conditional_looks_total", icc=icc, mean=mean),
        caution("total_rescaled"),
        caution("no_group_weights"),
        caution("no_member_weights"),
        caution("incomplete_replicates"),
        caution("one_half_zones", n_zones=n_zones, n_one_half=weighted.n_zones_one_half),
        caution("one_group_zones", n_zones=n_zones, n_one_group=weighted.n_zones_one_group),
        caution("few_zones", n_zones=n_zones),
    )
    by_code = {one.code: one for one in known}
    yield from (by_code[flag] for flag in weighted.flags)
    low, high = model.ci_gamma00
    if not low <= weighted.gamma00 <= high:
        yield caution(
            "weighted_apart",
            weighted=weighted.gamma00,
            se=weighted.se_gamma00_corrected,
            gamma00=model.gamma00,
            interval=[low, high],
        )
