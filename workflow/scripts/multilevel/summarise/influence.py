"""What single schools do to the estimates: each left out in turn, the model refitted.

A school is taken out of its size class, which is all that the likelihood sees, so that a
refit costs the number of distinct n_j. All refits run together. With many schools only
those are refitted that a one-step formula, O(1) a school, says matter most.
"""

import math
from dataclasses import dataclass

import numpy as np

from multilevel.fit.likelihood import Likelihood
from multilevel.fit.replicates import Replicates, fit_replicates
from multilevel.fit.sufficient import Floats, Integers, SizeClasses, SufficientStatistics
from multilevel.records.fitted import RandomInterceptFit
from multilevel.records.results import Influence, InfluentialGroup
from multilevel.summarise.deletion import one_step_changes

# Up to so many schools, every one is left out exactly.
MOST_REFITS = 1_000
MOST_NAMED = 5
# Of the largest changes that the fitted model gives by itself.
BEYOND_CHANCE = 0.95
# Below this share of the sum of squares within schools only rounding is left.
ROUNDING = 1e-12

# A school that leaves less than this of its class's spread behind is left out by recomputing.
DOMINATED = 0.5


@dataclass(frozen=True)
class LeftOut:
    """Estimates without each of some schools.

    Attributes
    ----------
    school
        Which were left out, shape (M,).
    offset
        gamma00 - centre without it, score units, shape (M,).
    tau00, sigma2, icc
        Without it, shape (M,).
    """

    school: Integers
    offset: Floats
    tau00: Floats
    sigma2: Floats
    icc: Floats


def influence(
    labels: list[str],
    statistics: SufficientStatistics,
    fit: RandomInterceptFit,
    chance: Floats | None = None,
) -> Influence | None:
    """Changes of the estimates when a school is left out; None when nothing can be refitted.

    Parameters
    ----------
    labels
        The schools' ids, shape (J,).
    chance
        Largest changes in datasets of these sizes drawn from the fit, shape (draws,).

    Notes
    -----
    Deletion diagnostics as Snijders & Berkhof (2008), exact instead of one-step.
    """
    possible = _refittable(statistics)
    if len(possible) == 0:
        return None
    model, likelihood = fit.model, Likelihood.of(statistics, fit.model.method)
    out = leave_out(statistics, likelihood, _candidates(statistics, likelihood, fit, possible))
    gamma_change = (out.offset - (model.gamma00 - statistics.centre)) / model.se_gamma00
    icc_change = out.icc - model.tau00 / (model.tau00 + model.sigma2)
    icc_change_in_se = icc_change / icc_standard_error(fit)
    size = np.maximum(np.abs(gamma_change), np.abs(icc_change_in_se))
    named = np.argsort(-size, kind="stable")[:MOST_NAMED]
    return Influence(
        n_refits=len(out.school),
        n_without_fit=statistics.n_groups - len(possible),
        most=tuple(
            InfluentialGroup(
                group=labels[out.school[i]],
                n=int(statistics.n[out.school[i]]),
                mean=float(statistics.mean[out.school[i]]),
                gamma00=statistics.centre + float(out.offset[i]),
                tau00=float(out.tau00[i]),
                sigma2=float(out.sigma2[i]),
                icc=float(out.icc[i]),
                change_gamma00_in_se=float(gamma_change[i]),
                change_icc=float(icc_change[i]),
                change_icc_in_se=float(icc_change_in_se[i]),
            )
            for i in named
        ),
        max_change_icc=float(np.abs(icc_change).max()),
        max_change_gamma00_in_se=float(np.abs(gamma_change).max()),
        n_changing_boundary=int(((out.tau00 == 0.0) != model.boundary).sum()),
        max_change_in_se=largest_change(statistics, fit),
        chance_change_in_se=None if chance is None else float(np.quantile(chance, BEYOND_CHANCE)),
    )


def icc_standard_error(fit: RandomInterceptFit) -> float:
    """Of tau00/(tau00 + sigma2) by the delta method from the expected information."""
    tau00, sigma2 = fit.model.tau00, fit.model.sigma2
    gradient = np.array([sigma2, -tau00]) / (tau00 + sigma2) ** 2
    return math.sqrt(float(gradient @ np.array(fit.covariance) @ gradient))


def leave_out(
    statistics: SufficientStatistics, likelihood: Likelihood, school: Integers
) -> LeftOut:
    """Exact refits without each of the schools, all of which must leave a model to fit."""
    fits = fit_replicates(_without(statistics, likelihood, school))
    return LeftOut(school, fits.offset, fits.tau00, fits.sigma2, fits.icc)


def _refittable(statistics: SufficientStatistics) -> Integers:
    """Schools without which there are two schools or more, and variation within them."""
    if statistics.n_groups < 3:
        return np.empty(0, dtype=np.int64)
    rest = statistics.ssw - statistics.ss
    return np.flatnonzero(rest > ROUNDING * statistics.ssw)


def _without(
    statistics: SufficientStatistics, likelihood: Likelihood, school: Integers
) -> Replicates:
    """The dataset without each of the schools: its size class updated, shape (M, K)."""
    k: SizeClasses = likelihood.classes
    row, column = np.arange(len(school)), np.searchsorted(k.n, statistics.n[school])
    shape = (len(school), len(k.n))
    count, offset, between_ss = (
        np.broadcast_to(values, shape).copy() for values in (k.count, k.offset, k.between_ss)
    )
    left = k.count[column] - 1.0
    distance = statistics.offset[school] - k.offset[column]
    count[row, column] = left
    offset[row, column] -= distance / np.maximum(left, 1.0)
    # One mean has no spread: what is left then is rounding.
    rest = k.between_ss[column] - distance**2 * k.count[column] / np.maximum(left, 1.0)
    between_ss[row, column] = np.where(left > 1, np.maximum(rest, 0.0), 0.0)
    # Beside a school that holds most of its class's spread the difference has no digits left.
    for i in np.flatnonzero((left > 1) & (rest < DOMINATED * k.between_ss[column])):
        others = statistics.offset[statistics.n == statistics.n[school[i]]]
        others = np.delete(others, np.argmin(np.abs(others - statistics.offset[school[i]])))
        offset[i, column[i]] = others.mean()
        between_ss[i, column[i]] = float(((others - others.mean()) ** 2).sum())
    return Replicates(
        n=k.n,
        count=count,
        offset=offset,
        between_ss=between_ss,
        ssw=statistics.ssw - statistics.ss[school],
        n_members=likelihood.n_members - statistics.n[school].astype(np.float64),
        p=likelihood.p,
    )


def _candidates(
    statistics: SufficientStatistics,
    likelihood: Likelihood,
    fit: RandomInterceptFit,
    possible: Integers,
) -> Integers:
    """All schools, or those with the largest changes after one Newton step from the estimate."""
    if len(possible) <= MOST_REFITS:
        return possible
    gamma_change, icc_change = one_step(statistics, likelihood, fit)
    size = np.maximum(np.abs(gamma_change), np.abs(icc_change))[possible]
    return np.sort(possible[np.argsort(-size, kind="stable")[:MOST_REFITS]])


def one_step(
    statistics: SufficientStatistics, likelihood: Likelihood, fit: RandomInterceptFit
) -> tuple[Floats, Floats]:
    """`one_step_changes` of one dataset, shape (J,)."""
    gamma, icc = one_step_changes(
        statistics.n,
        statistics.offset[None, :],
        statistics.ss[None, :],
        np.array([fit.model.tau00 / fit.model.sigma2]),
        likelihood.p,
    )
    return gamma[0], icc[0]


def largest_change(statistics: SufficientStatistics, fit: RandomInterceptFit) -> float | None:
    """Largest one-step change of gamma00 or the ICC; None when nothing can be refitted."""
    possible = _refittable(statistics)
    if len(possible) == 0:
        return None
    likelihood = Likelihood.of(statistics, fit.model.method)
    changes = one_step(statistics, likelihood, fit)
    return float(np.max(np.abs(np.stack(changes)[:, possible])))
