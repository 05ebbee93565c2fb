"""The weighted model and the official figure of a sample: the section `weighted`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

import numpy as np

from multilevel.configuration.datasets import Replicates, Weights
from multilevel.fit.official import (
    OfficialMean,
    ZoneSums,
    brr_fay_mean,
    jackknife_mean,
    weighted_means,
)
from multilevel.fit.replication import jackknife_factors, replicate_weight_factors
from multilevel.fit.rubin import pool
from multilevel.fit.sufficient import Floats, Integers
from multilevel.fit.weight_checks import MemberIs, doubts
from multilevel.fit.weighted import ESTIMATOR, WeightedFit, WeightedStatistics, fit_weighted
from multilevel.fit.weighted_inference import official_inference, weighted_inference
from multilevel.fit.weighted_intervals import corrected_se, mean_interval
from multilevel.ingest.sample import NO_ZONE, Sample, Zones, zones
from multilevel.records.results import Weighted, WeightedReading, WeightedValue

# Fewer zones give the standard error of the official figure about as few degrees of freedom.
FEW_ZONES = 10
MISREAD = ("total_looks_conditional", "conditional_looks_total")


@dataclass(frozen=True)
class _Estimate:
    """An estimate pooled over plausible values, with its standard error and df."""

    value: float
    se: float
    df: float


def weighted_section(
    group: Integers,
    scores: Floats,
    sample: Sample,
    weights: Weights,
    replicates: Replicates | None,
    columns: Sequence[str],
    confidence: float,
) -> Weighted:
    """Pseudo maximum likelihood and the official figure, pooled over plausible values.

    Parameters
    ----------
    group, scores
        School (0..J-1) of each student, shape (N,), and plausible values, shape (N, M).
    sample
        Weights and replicates of these students.
    weights, replicates
        As configured.
    columns
        Names of the plausible values, length M.
    confidence
        Of the interval of gamma00.
    """
    values = _statistics(group, scores, sample.total / sample.group[group])
    fits = [fit_weighted(one, sample.group, weights.scaling) for one in values]
    means = weighted_means(scores, sample.total)
    official, lacking = _official(scores, sample, replicates)
    used = _zones(group, sample) if official else None
    doubtful = _reading_flags(group, sample, weights)
    misread = bool(set(doubtful) & set(MISREAD))
    return Weighted(
        scaling=weights.scaling,
        estimator=ESTIMATOR,
        member_is=weights.member_is,
        **_model(fits, len(sample.group), confidence),
        **weighted_inference(
            values,
            fits,
            sample.group,
            weights,
            replicates,
            _factors(group, sample, replicates) if official else None,
            confidence,
        ),
        **official_inference(official, used.n if used else _n_replicates(sample), confidence),
        **_official_fields(official, means, replicates, used),
        n_effective=float(sample.total.sum()) ** 2 / float(np.sum(sample.total**2)),
        sum_of_weights=float(sample.total.sum()),
        flags=(*doubtful, *lacking, *(_zone_flags(used) if used else ())),
        other_reading=_other_reading(group, scores, sample, weights) if misread else None,
        per_value=tuple(
            _value(column, fit, float(value))
            for column, fit, value in zip(columns, fits, means, strict=True)
        ),
    )


def _model(fits: Sequence[WeightedFit], n_groups: int, confidence: float) -> dict[str, Any]:
    """The fields of `Weighted` that say what was estimated, pooled over plausible values."""
    df = n_groups - 1.0
    errors = [fit.se_gamma00 for fit in fits]
    gamma00 = _pooled([f.gamma00 for f in fits], errors, df)
    corrected = _pooled(
        [f.gamma00 for f in fits], [corrected_se(error, n_groups) for error in errors], df
    )
    return {
        "gamma00": gamma00.value,
        "se_gamma00": gamma00.se,
        "se_gamma00_corrected": corrected.se,
        "df": corrected.df,
        "ci_gamma00": mean_interval(gamma00.value, corrected.se, corrected.df, confidence),
        "tau00": mean(f.tau00 for f in fits),
        "se_tau00": _se_of(fits, "tau00"),
        "sigma2": mean(f.sigma2 for f in fits),
        "se_sigma2": _se_of(fits, "sigma2"),
        "icc": mean(f.icc for f in fits),
        "se_icc": _se_of(fits, "icc"),
        "log_likelihood": mean(f.log_likelihood for f in fits),
        "n_optima": max(f.n_optima for f in fits),
    }


def _official_fields(
    official: OfficialMean | None,
    means: Floats,
    replicates: Replicates | None,
    used: Zones | None,
) -> dict[str, Any]:
    """The fields of `Weighted` on the weighted mean and what its error rests on."""
    if official is None:
        return {
            "official_mean": float(np.mean(means)),
            "official_se": None,
            "official_method": None,
            "official_sampling_variance": None,
            "official_imputation_variance": None,
            "n_replicates": 0,
        }
    return {
        "official_mean": official.mean,
        "official_se": official.se,
        "official_method": None if replicates is None else replicates.method,
        "official_sampling_variance": official.sampling,
        "official_imputation_variance": official.imputation,
        "n_replicates": official.n_replicates,
        "n_zones": used.n if used else 0,
        "n_zones_one_half": used.n - used.n_both if used else 0,
        "n_zones_one_group": used.n_one_group if used else 0,
    }


def _value(column: str, fit: WeightedFit, official_mean: float) -> WeightedValue:
    return WeightedValue(
        column=column,
        gamma00=fit.gamma00,
        se_gamma00=fit.se_gamma00,
        tau00=fit.tau00,
        sigma2=fit.sigma2,
        icc=fit.icc,
        log_likelihood=fit.log_likelihood,
        official_mean=official_mean,
    )


def _statistics(group: Integers, scores: Floats, conditional: Floats) -> list[WeightedStatistics]:
    """Of each plausible value, with conditional weights as they are."""
    return [
        WeightedStatistics.from_members(group, np.ascontiguousarray(column), conditional)
        for column in scores.T
    ]


def _pooled(values: Sequence[float], errors: Sequence[float], df: float) -> _Estimate:
    if len(values) == 1:
        return _Estimate(values[0], errors[0], df)
    pooled = pool(values, [error**2 for error in errors])
    return _Estimate(pooled.estimate, pooled.se, pooled.df_with(df))


def _se_of(fits: Sequence[WeightedFit], name: str) -> float | None:
    """Pooled standard error of a variance or the ICC; None where one of the fits has none."""
    errors = [getattr(fit, f"se_{name}") for fit in fits]
    if any(error is None for error in errors):
        return None
    return _pooled([getattr(fit, name) for fit in fits], errors, math.inf).se


def _reading_flags(group: Integers, sample: Sample, weights: Weights) -> tuple[str, ...]:
    if weights.group is None:
        return ("no_group_weights",)
    if weights.member is None:
        return ("no_member_weights",)
    member = _configured(group, sample, weights.member_is)
    return doubts(member, group, sample.group, weights.member_is)


def _configured(group: Integers, sample: Sample, member_is: MemberIs) -> Floats:
    """The student weights as the configuration names them."""
    return sample.total if member_is == "total" else sample.total / sample.group[group]


def _other_reading(
    group: Integers, scores: Floats, sample: Sample, weights: Weights
) -> WeightedReading:
    """What the student weights would give if they were the other kind."""
    member = _configured(group, sample, weights.member_is)
    of_group = sample.group[group]
    other: MemberIs = "conditional" if weights.member_is == "total" else "total"
    conditional, total = (
        (member, member * of_group) if other == "conditional" else (member / of_group, member)
    )
    fits = [
        fit_weighted(one, sample.group, weights.scaling)
        for one in _statistics(group, scores, conditional)
    ]
    return WeightedReading(
        member_is=other,
        gamma00=mean(f.gamma00 for f in fits),
        tau00=mean(f.tau00 for f in fits),
        sigma2=mean(f.sigma2 for f in fits),
        icc=mean(f.icc for f in fits),
        official_mean=float(np.mean(weighted_means(scores, total))),
    )


def _official(
    scores: Floats, sample: Sample, replicates: Replicates | None
) -> tuple[OfficialMean | None, tuple[str, ...]]:
    """The weighted mean with its standard error, None where replicates are lacking."""
    if replicates is None:
        return None, ()
    if replicates.method == "brr-fay":
        if sample.replicate is None or np.isnan(sample.replicate).any():
            return None, ("incomplete_replicates",)
        return brr_fay_mean(scores, sample.total, sample.replicate, replicates.fay), ()
    if sample.zone is None or sample.half is None or bool((sample.zone == NO_ZONE).any()):
        return None, ("incomplete_replicates",)
    zone, half = sample.zone.astype(np.int64), sample.half.astype(np.int64)
    sums = ZoneSums.from_members(scores, sample.total, zone, half)
    return jackknife_mean(sums, replicates.method), ()


def _factors(group: Integers, sample: Sample, replicates: Replicates | None) -> Floats | None:
    """What each replicate multiplies the schools' weights by; None without replicates."""
    n_groups = len(sample.group)
    if replicates is None:
        return None
    if replicates.method == "brr-fay":
        if sample.replicate is None:
            return None
        return replicate_weight_factors(group, sample.total, sample.replicate, n_groups)
    if sample.zone is None or sample.half is None:
        return None
    zone, half = sample.zone.astype(np.int64), sample.half.astype(np.int64)
    return jackknife_factors(group, sample.total, zone, half, n_groups)


def _n_replicates(sample: Sample) -> int:
    return 0 if sample.replicate is None else sample.replicate.shape[1]


def _zones(group: Integers, sample: Sample) -> Zones | None:
    """What the jackknife rests on; None without one."""
    if sample.zone is None or sample.half is None:
        return None
    return zones(sample.zone, sample.half, group)


def _zone_flags(used: Zones) -> tuple[str, ...]:
    """What keeps the zones from telling the whole sampling error."""
    holds = {
        "one_half_zones": used.n_both < used.n,
        "one_group_zones": used.n_one_group > 0,
        "few_zones": used.n < FEW_ZONES,
    }
    return tuple(name for name, so in holds.items() if so)
