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
# Their warning of a tau00 near 0, which is where the optimum may be.
_AT_ZERO = "on the boundary"


@dataclass(frozen=True)
class Estimates:
    """What MixedLM estimates: coefficients, variances and its log-likelihood there."""

    coefficients: tuple[float, ...]
    tau00: float
    sigma2: float
    log_likelihood: float


@dataclass(frozen=True)
class Theirs:
    """MixedLM's estimates, None where there are none, and how it went."""

    found: Estimates | None
    note: str


def not_checked(model: Model, column: str) -> CrossCheck:
    """What is said of students too many for MixedLM."""
    return _comparison(model, column, Theirs(None, "too_large"), None)


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
    constant = np.ones((len(score), 1))
    theirs = mixedlm(group, np.ascontiguousarray(score), constant, model.method == "REML")
    if theirs.found is None:
        return _comparison(model, column, theirs, None)
    likelihood = Likelihood.of(statistics, model.method)
    excess = _deviance_at(likelihood, statistics, theirs.found) - model.deviance
    return _comparison(model, column, theirs, excess)


def mixedlm(group: Integers, score: Floats, design: Floats, reml: bool) -> Theirs:
    """MixedLM's random intercept of groups beside the columns of a design.

    Parameters
    ----------
    group, score
        Shape (N,).
    design
        Shape (N, p), the constant among the columns.
    """
    first = _searched(group, score, design, reml, "bfgs")
    if first.note == "converged":
        return first
    # Near tau00 = 0 gradients lead nowhere; a search without them is slower and gets there.
    second = _searched(group, score, design, reml, "powell")
    known = [one for one in (second, first) if one.found is not None]
    return max(known, key=_rank) if known else second


def _rank(theirs: Theirs) -> tuple[bool, float]:
    found = theirs.found
    return theirs.note == "converged", -math.inf if found is None else found.log_likelihood


def _searched(group: Integers, score: Floats, design: Floats, reml: bool, method: str) -> Theirs:
    from statsmodels.regression.mixed_linear_model import MixedLM
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            fitted = MixedLM(score, design, groups=group).fit(reml=reml, method=[method])
        except (np.linalg.LinAlgError, ValueError) as error:
            return Theirs(None, f"failed: {error}")
    found = Estimates(
        coefficients=tuple(float(value) for value in fitted.fe_params),
        tau00=float(np.asarray(fitted.cov_re)[0, 0]),
        sigma2=float(fitted.scale),
        log_likelihood=float(fitted.llf),
    )
    values = (*found.coefficients, found.tau00, found.sigma2, found.log_likelihood)
    if not all(math.isfinite(value) for value in values):
        return Theirs(None, "failed: not finite")
    unsure = any(
        issubclass(warning.category, ConvergenceWarning) and _AT_ZERO not in str(warning.message)
        for warning in caught
    )
    return Theirs(found, "converged" if fitted.converged and not unsure else "not_converged")


def _deviance_at(
    likelihood: Likelihood, statistics: SufficientStatistics, found: Estimates
) -> float:
    """Our deviance at somebody else's three estimates."""
    q = found.tau00 / found.sigma2
    at = likelihood.profile(q)
    offset = found.coefficients[0] - statistics.centre - float(at.offset[0])
    least = float(at.quadratic[0])
    quadratic = least + float(at.total_weight[0]) * offset**2
    df = likelihood.n_members - likelihood.p
    return float(likelihood.deviance(q)[0]) + unprofiled(df, least, quadratic, found.sigma2)


def unprofiled(df: float, least: float, quadratic: float, sigma2: float) -> float:
    """What a deviance gains by coefficients and a sigma2 that don't minimise it at its q.

    Parameters
    ----------
    df
        Divisor of the sigma2 that does.
    least, quadratic
        Q where it is least, and where it is evaluated.
    """
    return df * math.log(sigma2) + quadratic / sigma2 - df * (1.0 + math.log(least / df))


def _comparison(model: Model, column: str, theirs: Theirs, excess: float | None) -> CrossCheck:
    found = theirs.found
    gamma00 = tau00 = sigma2 = log_likelihood = None
    if found is not None:
        (gamma00,), tau00, sigma2 = found.coefficients, found.tau00, found.sigma2
        log_likelihood = found.log_likelihood
    return CrossCheck(
        engine="statsmodels MixedLM",
        version=version("statsmodels"),
        agrees=agrees(model.log_likelihood, theirs, excess),
        digits=Digits(
            log_likelihood=digits(log_likelihood, model.log_likelihood),
            gamma00=digits(gamma00, model.gamma00),
            tau00=digits(tau00, model.tau00),
            sigma2=digits(sigma2, model.sigma2),
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


def agrees(ours: float, theirs: Theirs, excess: float | None) -> bool | None:
    """Whether their estimates are our optimum, and their log-likelihood ours there.

    In units of the deviance, so that neither the scale of the scores nor a flat likelihood
    counts as disagreement. None where there is no answer, or none that says more than ours: a
    search that stopped on its way, as it says itself, where both likelihoods are the same.

    Parameters
    ----------
    ours
        Our log-likelihood at our estimates.
    excess
        Our deviance at their estimates less that at ours.
    """
    if theirs.found is None or excess is None:
        return None
    ours_at_theirs = ours - excess / 2.0
    size = max(1.0, abs(ours))
    difference = abs(theirs.found.log_likelihood - ours_at_theirs)
    same_value = difference <= LOG_LIKELIHOOD_TOLERANCE * size
    if same_value and excess > SAME_OPTIMUM and theirs.note == "not_converged":
        return None
    return same_value and abs(excess) <= SAME_OPTIMUM


def digits(theirs: float | None, ours: float, size: float | None = None) -> float | None:
    """-log10 of the difference in sizes of ours, 16 when equal; None for a size of 0."""
    size = abs(ours) if size is None else size
    if theirs is None or size == 0:
        return None
    difference = abs(theirs - ours) / size
    return 16.0 if difference == 0 else min(16.0, max(0.0, -math.log10(difference)))
