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
    brr_fay_mean,
    jackknife_mean,
    weighted_means,
)
from multilevel.fit.rubin import pool
from multilevel.fit.sufficient import Floats
from multilevel.fit.weight_checks import MemberIs, doubts
from multilevel.fit.weighted import ESTIMATOR, WeightedFit, WeightedStatistics, fit_weighted
from multilevel.fit.weighted_inference import official_inference, weighted_inference
from multilevel.fit.weighted_intervals import corrected_se, mean_interval
from multilevel.records.results import Weighted, WeightedReading, WeightedValue
from multilevel.records.students import Students, TotalSums, WeightedMoments, ZoneSums

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
    students: Students,
    weights: Weights,
    replicates: Replicates | None,
    columns: Sequence[str],
    confidence: float,
) -> Weighted | None:
    """Pseudo maximum likelihood and the official figure, pooled over plausible values.

    Parameters
    ----------
    students
        None comes of students without weights.
    weights, replicates
        As configured.
    columns
        Names of the plausible values, length M.
    confidence
        Of the interval of gamma00.
    """
    group_weight, moments = students.group_weight, students.conditional
    total = students.total
    if group_weight is None or moments is None or total is None:
        return None
    values = WeightedStatistics.of(moments)
    fits = _fits(values, group_weight, weights)
    means = weighted_means(total)
    official, lacking = _official(students, total, replicates)
    used = students.zones if official else None
    doubtful = _reading_flags(students, group_weight, weights)
    misread = bool(set(doubtful) & set(MISREAD))
    return Weighted(
        scaling=weights.scaling,
        estimator=ESTIMATOR,
        member_is=weights.member_is,
        **_model(fits, len(group_weight), confidence),
        **weighted_inference(
            values,
            fits,
            group_weight,
            weights,
            replicates,
            students.factors if official else None,
            confidence,
        ),
        **official_inference(official, _n_units(students), confidence),
        **_official_fields(official, means, replicates, used),
        n_effective=total.weight**2 / total.weight2,
        sum_of_weights=total.weight,
        flags=(*doubtful, *lacking, *(_zone_flags(used) if used else ())),
        other_reading=_other_reading(moments, group_weight, weights) if misread else None,
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
    used: ZoneSums | None,
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
        "n_zones": len(used.weight) if used else 0,
        "n_zones_one_half": len(used.weight) - used.n_both if used else 0,
        "n_zones_one_group": used.n_one_group if used else 0,
    }


def _n_units(students: Students) -> int:
    """Degrees of freedom of a replication: zones of the jackknife, or replicates."""
    if students.zones is not None:
        return len(students.zones.weight)
    return 0 if students.replicates is None else len(students.replicates.weight)


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


def _fits(
    statistics: Sequence[WeightedStatistics], group_weight: Floats, weights: Weights
) -> list[WeightedFit]:
    return [fit_weighted(one, group_weight, weights.scaling) for one in statistics]


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


def _reading_flags(students: Students, group_weight: Floats, weights: Weights) -> tuple[str, ...]:
    """Doubts by the members, or by the sample of them."""
    if weights.group is None:
        return ("no_group_weights",)
    if weights.member is None:
        return ("no_member_weights",)
    members = students.members
    if members.weight is None:
        return ()
    conditional = weights.member_is == "conditional"
    member = members.weight / group_weight[members.group] if conditional else members.weight
    return doubts(member, members.group.astype(np.int64), group_weight, weights.member_is)


def _other_reading(
    moments: WeightedMoments, group_weight: Floats, weights: Weights
) -> WeightedReading:
    """What the student weights would give if they were the other kind."""
    other: MemberIs = "conditional" if weights.member_is == "total" else "total"
    factor = group_weight if other == "conditional" else 1.0 / group_weight
    read = [one.times(factor) for one in WeightedStatistics.of(moments)]
    fits = _fits(read, group_weight, weights)
    total = group_weight * read[0].weight
    means = [one.centre + float(total @ one.offset) / float(total.sum()) for one in read]
    return WeightedReading(
        member_is=other,
        gamma00=mean(f.gamma00 for f in fits),
        tau00=mean(f.tau00 for f in fits),
        sigma2=mean(f.sigma2 for f in fits),
        icc=mean(f.icc for f in fits),
        official_mean=float(np.mean(means)),
    )


def _official(
    students: Students, total: TotalSums, replicates: Replicates | None
) -> tuple[OfficialMean | None, tuple[str, ...]]:
    """The weighted mean with its standard error, None where replicates are lacking."""
    if replicates is None:
        return None, ()
    sums, zones = students.replicates, students.zones
    if replicates.method == "brr-fay":
        if sums is None or np.isnan(sums.weight).any():
            return None, ("incomplete_replicates",)
        return brr_fay_mean(total, sums, replicates.fay), ()
    if zones is None or zones.n_without:
        return None, ("incomplete_replicates",)
    return jackknife_mean(total, zones, replicates.method), ()


def _zone_flags(used: ZoneSums) -> tuple[str, ...]:
    """What keeps the zones from telling the whole sampling error."""
    holds = {
        "one_half_zones": used.n_both < len(used.weight),
        "one_group_zones": used.n_one_group > 0,
        "few_zones": len(used.weight) < FEW_ZONES,
    }
    return tuple(name for name, so in holds.items() if so)
