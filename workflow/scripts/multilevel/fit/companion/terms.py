"""Coefficients with their inference, pooled over plausible values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np

from multilevel.fit import distributions
from multilevel.fit.companion.design import Design, DesignColumn
from multilevel.fit.companion.model import CompanionFit
from multilevel.fit.companion.weighted import WeightedCompanionFit
from multilevel.fit.rubin import Pooled, pool
from multilevel.fit.sufficient import Floats
from multilevel.records.companion import Inference, Part, Term
from multilevel.records.covariates import Level


@dataclass(frozen=True, eq=False)
class Combination:
    """What a term says: contrast' beta.

    Attributes
    ----------
    name, column, part, label
        As in results.json.
    level
        "group" of columns constant within groups; None of the constant.
    contrast
        Shape (p,), on the constant at the covariates' means and their slopes.
    """

    name: str
    column: str | None
    part: Part
    label: str | None
    level: Level | None
    contrast: Floats


@dataclass(frozen=True)
class _Used:
    """What t, p and the interval rest on."""

    se: float
    df: float
    inference: Inference


def combinations(columns: Sequence[DesignColumn], contrasts: Floats) -> tuple[Combination, ...]:
    """The terms of a model, the constant first.

    Parameters
    ----------
    columns
        Of the model, p - 1.
    contrasts
        As `Design.contrasts`, shape (p, p).
    """
    constant = Combination("constant", None, "constant", None, None, contrasts[0])
    return (
        constant,
        *(
            Combination(c.name, c.column, c.part, c.label, c.level, row)
            for c, row in zip(columns, contrasts[1:], strict=True)
        ),
    )


def contextual_combinations(plan: Design) -> tuple[Combination, ...]:
    """Coefficient of each group mean less that of the value, in the fullest model."""
    combined = []
    for name, value, group_mean in plan.contextual:
        contrast = np.zeros(len(plan.columns) + 1)
        contrast[1 + group_mean], contrast[1 + value] = 1.0, -1.0
        combined.append(Combination(name, name, "contextual", None, "group", contrast))
    return tuple(combined)


def term(what: Combination, fits: Sequence[CompanionFit], confidence: float) -> Term:
    """A term of the fits of M plausible values, or of the only one.

    Satterthwaite's degrees of freedom, and Kenward and Roger's with their standard error where
    tau00 = 0 or the observed information is not positive definite in one of the fits.
    """
    estimates = [float(what.contrast @ fit.beta) for fit in fits]
    of_fits = [fit.precision for fit in fits]
    plain = _pooled(estimates, what.contrast, [p.covariance for p in of_fits])
    adjusted = _pooled(estimates, what.contrast, [p.kenward_roger for p in of_fits])
    satterthwaite = _mean_or_none([p.df_satterthwaite(what.contrast) for p in of_fits])
    df_satterthwaite = None if satterthwaite is None else plain.df_with(satterthwaite)
    df_kenward_roger = adjusted.df_with(mean(p.df_kenward_roger(what.contrast) for p in of_fits))
    usable = df_satterthwaite is not None and not any(fit.boundary for fit in fits)
    used = _Used(adjusted.se, df_kenward_roger, "kenward_roger")
    if usable and df_satterthwaite is not None:
        used = _Used(plain.se, df_satterthwaite, "satterthwaite")
    return _term(
        what,
        plain,
        used,
        confidence,
        df_satterthwaite=df_satterthwaite,
        se_kenward_roger=adjusted.se,
        df_kenward_roger=df_kenward_roger,
    )


def weighted_term(
    what: Combination, fits: Sequence[WeightedCompanionFit], n_group_columns: int, confidence: float
) -> Term:
    """A term under weights: sandwich times sqrt(J/(J-1)), t on J - 1 less the group columns.

    Parameters
    ----------
    n_group_columns
        Of the model.
    """
    estimates = [float(what.contrast @ fit.beta) for fit in fits]
    n_groups = fits[0].n_groups
    factor = n_groups / (n_groups - 1.0)
    plain = _pooled(estimates, what.contrast, [fit.covariance for fit in fits])
    corrected = _pooled(estimates, what.contrast, [factor * fit.covariance for fit in fits])
    df = corrected.df_with(n_groups - 1.0 - n_group_columns)
    used = _Used(corrected.se, df, "sandwich")
    return _term(what, plain, used, confidence, se_corrected=corrected.se)


def _term(
    what: Combination,
    plain: Pooled,
    used: _Used,
    confidence: float,
    *,
    df_satterthwaite: float | None = None,
    se_kenward_roger: float | None = None,
    df_kenward_roger: float | None = None,
    se_corrected: float | None = None,
) -> Term:
    estimate = plain.estimate
    half_width = distributions.t_quantile(0.5 + confidence / 2.0, used.df) * used.se
    return Term(
        name=what.name,
        column=what.column,
        part=what.part,
        label=what.label,
        estimate=estimate,
        se=plain.se,
        df=used.df,
        t=estimate / used.se,
        p=distributions.t_two_sided_p(estimate / used.se, used.df),
        ci=(estimate - half_width, estimate + half_width),
        inference=used.inference,
        df_satterthwaite=df_satterthwaite,
        se_kenward_roger=se_kenward_roger,
        df_kenward_roger=df_kenward_roger,
        se_corrected=se_corrected,
    )


def _pooled(estimates: Sequence[float], contrast: Floats, covariances: Sequence[Floats]) -> Pooled:
    """Rubin's rules; of a single fit, itself."""
    variances = [float(contrast @ covariance @ contrast) for covariance in covariances]
    if len(estimates) > 1:
        return pool(estimates, variances)
    return Pooled(
        estimate=estimates[0],
        within=variances[0],
        between=0.0,
        total=variances[0],
        increase=0.0,
        df=math.inf,
        missing_information=0.0,
    )


def _mean_or_none(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return mean(known) if len(known) == len(values) else None
