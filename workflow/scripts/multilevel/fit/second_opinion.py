"""The same model by statsmodels' MixedLM: a second opinion, never the source.

statsmodels inverts the joint observed Hessian for its standard error and works in the
scores' own units, so only the log-likelihood and the point estimates are compared.
"""

import math
import warnings
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from multilevel.fit.likelihood import Likelihood
from multilevel.fit.sufficient import Floats, Integers, SufficientStatistics
from multilevel.records.results import CrossCheck, Digits, Model

# MixedLM takes about 6 s a million students; beyond this the report says it wasn't run.
LARGEST_N = 200_000
# Of the deviance, in its own units: what it changes no test or interval would show.
SAME_OPTIMUM = 0.01
# Of the log-likelihood that they print for their own estimates, in the same units.
LOG_LIKELIHOOD_TOLERANCE = 1e-6


@dataclass(frozen=True)
class _Theirs:
    """(gamma00, tau00, sigma2, log-likelihood), None where there is none, and how it went."""

    values: tuple[float, float, float, float] | None
    note: str


def not_checked(model: Model, column: str) -> CrossCheck:
    """What is said of students too many for MixedLM."""
    return _comparison(model, column, _Theirs(None, "too_large"), None)


def cross_check(
    group: Integers,
    score: Floats,
    statistics: SufficientStatistics,
    model: Model,
    column: str,
) -> CrossCheck:
    """Fit the same students with MixedLM and count the digits in which it agrees.

    Of plausible values one is enough: all go through the same code, on the same school sizes,
    and one search of MixedLM takes longer than everything else that is made of five.

    Parameters
    ----------
    group
        School of each student as 0..J-1, shape (N,).
    score
        Shape (N,).
    statistics, model
        The score's sufficient statistics and our fit.
    column
        The score's name.
    """
    if len(group) > LARGEST_N:
        return not_checked(model, column)
    theirs = _mixedlm(group, np.ascontiguousarray(score), model.method == "REML")
    if theirs.values is None:
        return _comparison(model, column, theirs, None)
    gamma00, tau00, sigma2, _ = theirs.values
    likelihood = Likelihood.of(statistics, model.method)
    excess = _deviance_at(likelihood, statistics, gamma00, tau00, sigma2) - model.deviance
    return _comparison(model, column, theirs, excess)


def _mixedlm(group: Integers, score: Floats, reml: bool) -> _Theirs:
    from statsmodels.regression.mixed_linear_model import MixedLM
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            fitted = MixedLM(score, np.ones(len(score)), groups=group).fit(reml=reml)
        except (np.linalg.LinAlgError, ValueError) as error:
            return _Theirs(None, f"failed: {error}")
    values = (
        float(fitted.fe_params[0]),
        float(np.asarray(fitted.cov_re)[0, 0]),
        float(fitted.scale),
        float(fitted.llf),
    )
    if not all(math.isfinite(value) for value in values):
        return _Theirs(None, "failed: not finite")
    unsure = any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
    return _Theirs(values, "converged" if fitted.converged and not unsure else "not_converged")


def _deviance_at(
    likelihood: Likelihood,
    statistics: SufficientStatistics,
    gamma00: float,
    tau00: float,
    sigma2: float,
) -> float:
    """Our deviance at somebody else's three estimates."""
    q = tau00 / sigma2
    at = likelihood.profile(q)
    df = likelihood.n_members - likelihood.p
    offset = gamma00 - statistics.centre
    quadratic = (
        float(at.quadratic[0]) + float(at.total_weight[0]) * (offset - float(at.offset[0])) ** 2
    )
    profiled = float(likelihood.deviance(q)[0])
    at_best_sigma2 = df * (1.0 + math.log(float(at.quadratic[0]) / df))
    excess = df * math.log(sigma2) + quadratic / sigma2 - at_best_sigma2
    return profiled + excess


def _comparison(model: Model, column: str, theirs: _Theirs, excess: float | None) -> CrossCheck:
    gamma00, tau00, sigma2, log_likelihood = theirs.values or (None, None, None, None)
    return CrossCheck(
        engine="statsmodels MixedLM",
        version=version("statsmodels"),
        agrees=_agrees(model, log_likelihood, excess),
        digits=Digits(
            log_likelihood=_digits(log_likelihood, model.log_likelihood),
            gamma00=_digits(gamma00, model.gamma00),
            tau00=_digits(tau00, model.tau00),
            sigma2=_digits(sigma2, model.sigma2),
        ),
        gamma00=gamma00,
        tau00=tau00,
        sigma2=sigma2,
        log_likelihood=log_likelihood,
        deviance_of_theirs=excess,
        note=theirs.note,
        n_values=1 if log_likelihood is not None else 0,
        column=column,
    )


def _agrees(model: Model, log_likelihood: float | None, excess: float | None) -> bool | None:
    """Whether their estimates are our optimum, and their log-likelihood ours there.

    In units of the deviance, so that neither the scale of the scores nor a flat likelihood
    counts as disagreement.
    """
    if log_likelihood is None or excess is None:
        return None
    ours_at_theirs = model.log_likelihood - excess / 2.0
    size = max(1.0, abs(model.log_likelihood))
    same_value = abs(log_likelihood - ours_at_theirs) <= LOG_LIKELIHOOD_TOLERANCE * size
    return same_value and abs(excess) <= SAME_OPTIMUM


def _digits(theirs: float | None, ours: float) -> float | None:
    """-log10 of the relative difference, 16 when equal; None where ours is 0."""
    if theirs is None or ours == 0:
        return None
    difference = abs(theirs - ours) / abs(ours)
    return 16.0 if difference == 0 else min(16.0, max(0.0, -math.log10(difference)))
