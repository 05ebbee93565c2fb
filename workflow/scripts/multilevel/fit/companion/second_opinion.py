"""The fullest model by statsmodels' MixedLM: a second opinion on the coefficients."""

from dataclasses import replace
from importlib.metadata import version

import numpy as np

from multilevel.fit.companion.design import Design
from multilevel.fit.companion.likelihood import CompanionLikelihood, total_products
from multilevel.fit.companion.model import CompanionFit
from multilevel.fit.companion.products import GroupedProducts
from multilevel.fit.likelihood import Method
from multilevel.fit.second_opinion import (
    Estimates,
    Theirs,
    agrees,
    digits,
    mixedlm,
    unprofiled,
)
from multilevel.fit.sufficient import Floats
from multilevel.records.companion import CompanionCheck, CompanionDigits
from multilevel.records.covariates import CompleteRows


def companion_check(
    rows: CompleteRows | None,
    plan: Design,
    statistics: GroupedProducts,
    fit: CompanionFit,
    method: Method,
) -> CompanionCheck:
    """Fit the rows with MixedLM, and say in how many digits it agrees.

    Parameters
    ----------
    rows
        None where they are too many.
    statistics, fit
        Of the fullest model and the first outcome.
    method
        "REML" or "ML".
    """
    if rows is None:
        return _compared(fit, Theirs(None, "too_large"), None)
    centred = statistics.centred()
    # In standard deviations: MixedLM's search knows no units.
    size = np.sqrt(np.diag(total_products(centred))[:-1] / fit.n_members)
    columns = (_columns(rows, plan) - centred.centre[:-1]) / size
    design = np.column_stack([np.ones(len(columns)), columns])
    _, group = np.unique(rows.group, return_inverse=True)
    theirs = mixedlm(group, np.ascontiguousarray(rows.columns[:, 0]), design, method == "REML")
    if theirs.found is None:
        return _compared(fit, theirs, None)
    in_units = _in_units(theirs.found, size, method)
    excess = _excess(CompanionLikelihood.of(centred, method), fit, centred.centre[-1], in_units)
    return _compared(fit, replace(theirs, found=in_units), excess)


def _columns(rows: CompleteRows, plan: Design) -> Floats:
    """The design's columns from the rows themselves, shape (N, p - 1)."""
    n = np.bincount(rows.group)
    made = []
    for column in plan.columns:
        values = rows.columns[:, column.place]
        if column.about_group_mean or column.part == "group_mean":
            total = np.bincount(rows.group, weights=values)
            mean = np.divide(total, n, out=np.zeros(len(n)), where=n > 0)[rows.group]
            values = mean if column.part == "group_mean" else values - mean
        made.append(values)
    return np.column_stack(made)


def _in_units(found: Estimates, size: Floats, method: Method) -> Estimates:
    """Their estimates for columns as they are measured, whose |A| REML takes in."""
    constant, *slopes = found.coefficients
    return replace(
        found,
        coefficients=(constant, *(float(value) for value in np.array(slopes) / size)),
        log_likelihood=found.log_likelihood
        - (float(np.log(size).sum()) if method == "REML" else 0.0),
    )


def _excess(
    likelihood: CompanionLikelihood, fit: CompanionFit, centre: float, found: Estimates
) -> float:
    """Our deviance at their estimates less that at ours."""
    q = found.tau00 / found.sigma2
    at = likelihood.profile(q)
    beta = np.array(found.coefficients)
    beta[0] -= centre
    away = np.linalg.solve(likelihood.basis, beta) + at.contrast[0, :-1]
    least = float(at.quadratic[0])
    quadratic = least + float(away @ np.linalg.solve(at.inverse[0], away))
    gained = unprofiled(likelihood.df, least, quadratic, found.sigma2)
    return float(likelihood.deviance(q)[0]) + gained - fit.deviance


def _compared(fit: CompanionFit, theirs: Theirs, excess: float | None) -> CompanionCheck:
    ours, found = -fit.deviance / 2.0, theirs.found
    se = np.sqrt(np.diag(fit.precision.covariance))
    coefficients = None if found is None else found.coefficients
    log_likelihood = None if found is None else found.log_likelihood
    return CompanionCheck(
        engine="statsmodels MixedLM",
        version=version("statsmodels"),
        agrees=agrees(ours, theirs, excess),
        digits=CompanionDigits(
            log_likelihood=digits(log_likelihood, ours),
            coefficients=_fewest_digits(coefficients, fit.beta, se),
            tau00=digits(found.tau00 if found else None, fit.tau00),
            sigma2=digits(found.sigma2 if found else None, fit.sigma2),
        ),
        coefficients=coefficients,
        deviance_of_theirs=excess,
        note=theirs.note,
    )


def _fewest_digits(theirs: tuple[float, ...] | None, ours: Floats, se: Floats) -> float | None:
    """Of all coefficients: one that is nearly 0 is known as well as its standard error."""
    if theirs is None:
        return None
    sizes = np.maximum(np.abs(ours), se)
    each = [
        digits(one, float(own), float(size))
        for one, own, size in zip(theirs, ours, sizes, strict=True)
    ]
    return min(one for one in each if one is not None)
