"""The same model by statsmodels' MixedLM: a second opinion, never the source.

statsmodels inverts the joint observed Hessian for its standard error and works in the
scores' own units, so only the log-likelihood and the point estimates are compared.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from importlib.metadata import version
from typing import Any

import numpy as np

from multilevel.fit.likelihood import Likelihood
from multilevel.fit.sufficient import Floats, Integers, SufficientStatistics
from multilevel.results import CrossCheck, Digits, Model

# MixedLM takes about 6 s a million students; beyond this the report says it wasn't run.
LARGEST_N = 200_000
# Of the deviance, in its own units: what it changes no test or interval would show.
SAME_OPTIMUM = 0.01
# Of the log-likelihood that they print for their own estimates, in the same units.
LOG_LIKELIHOOD_TOLERANCE = 1e-6


@dataclass(frozen=True)
class _Theirs:
    """(gamma00, tau00, sigma2, log-likelihood), how it went, and where it ended if it converged."""

    values: tuple[float, float, float, float] | None
    note: str
    start: Any


def not_checked(model: Model) -> CrossCheck:
    """What is said of students too many for MixedLM."""
    return _comparison(model, None, None, version("statsmodels"), "too_large")


def cross_check(
    group: Integers,
    scores: Floats,
    statistics: Sequence[SufficientStatistics],
    models: Sequence[Model],
) -> CrossCheck:
    """Fit the same students with MixedLM and count the digits in which it agrees.

    Of plausible values as many are fitted as LARGEST_N students in all allow. Their search
    starts where their own search for the plausible value before ended. Estimates are means
    over the plausible values that were checked, digits the fewest; `agrees` says whether all
    of them agree.

    Parameters
    ----------
    group
        School of each student as 0..J-1, shape (N,).
    scores
        Plausible values, or the score: shape (N, M).
    statistics, models
        Sufficient statistics and our fit of each, length M.
    """
    if len(group) > LARGEST_N:
        return not_checked(models[0])
    checks: list[CrossCheck] = []
    start = None
    columns = scores.T[: max(1, LARGEST_N // len(group))]
    for score, one, model in zip(columns, statistics, models, strict=False):
        theirs = _mixedlm(group, np.ascontiguousarray(score), model.method == "REML", start)
        start = theirs.start
        checks.append(_checked(theirs, one, model))
    first = checks[0]
    return replace(
        first,
        agrees=_all_agree(checks),
        digits=Digits(**{f.name: _fewest(checks, f.name) for f in fields(Digits)}),
        gamma00=_mean(checks, "gamma00"),
        tau00=_mean(checks, "tau00"),
        sigma2=_mean(checks, "sigma2"),
        log_likelihood=_mean(checks, "log_likelihood"),
        deviance_of_theirs=_mean(checks, "deviance_of_theirs"),
        note=next((check.note for check in checks if check.note != "converged"), first.note),
        n_values=len(checks),
    )


def _checked(theirs: _Theirs, statistics: SufficientStatistics, model: Model) -> CrossCheck:
    if theirs.values is None:
        return _comparison(model, None, None, version("statsmodels"), theirs.note)
    gamma00, tau00, sigma2, _ = theirs.values
    likelihood = Likelihood.of(statistics, model.method)
    excess = _deviance_at(likelihood, statistics, gamma00, tau00, sigma2) - model.deviance
    return _comparison(model, theirs.values, excess, version("statsmodels"), theirs.note)


def _all_agree(checks: Sequence[CrossCheck]) -> bool | None:
    if any(check.agrees is False for check in checks):
        return False
    return None if any(check.agrees is None for check in checks) else True


def _fewest(checks: Sequence[CrossCheck], name: str) -> float | None:
    digits = [getattr(check.digits, name) for check in checks]
    return None if any(one is None for one in digits) else float(min(digits))


def _mean(checks: Sequence[CrossCheck], name: str) -> float | None:
    values = [getattr(check, name) for check in checks]
    return None if any(value is None for value in values) else float(np.mean(values))


def _mixedlm(group: Integers, score: Floats, reml: bool, start: Any = None) -> _Theirs:
    """Their fit; `start` is the `start` of another one, None for their own choice."""
    from statsmodels.regression.mixed_linear_model import MixedLM
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            fitted = MixedLM(score, np.ones(len(score)), groups=group).fit(
                reml=reml, start_params=start
            )
        except (np.linalg.LinAlgError, ValueError) as error:
            return _Theirs(None, f"failed: {error}", None)
    values = (
        float(fitted.fe_params[0]),
        float(np.asarray(fitted.cov_re)[0, 0]),
        float(fitted.scale),
        float(fitted.llf),
    )
    if not all(math.isfinite(value) for value in values):
        return _Theirs(None, "failed: not finite", None)
    unsure = any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
    if not fitted.converged or unsure:
        return _Theirs(values, "not_converged", None)
    return _Theirs(values, "converged", fitted.params_object)


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


def _comparison(
    model: Model,
    theirs: tuple[float, float, float, float] | None,
    excess: float | None,
    version: str,
    note: str,
) -> CrossCheck:
    gamma00, tau00, sigma2, log_likelihood = theirs or (None, None, None, None)
    return CrossCheck(
        engine="statsmodels MixedLM",
        version=version,
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
        note=note,
        n_values=1 if log_likelihood is not None else 0,
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
