"""All local optima of the likelihood, by scan and bracketing root-finder.

Unbalanced data can have an optimum at the boundary q = 0 and one or more
inside at once; an optimiser that walks downhill finds whichever is nearest.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from multilevel.fit.sufficient import Floats

# q from far below any detectable school variance to ICC = 1 - 1e-13.
LOWEST_LOG_Q = math.log(1e-13)
HIGHEST_LOG_Q = math.log(1e13)
SCAN_POINTS = 240
_BEYOND = 100.0


class Sizes(Protocol):
    """Groups by size."""

    @property
    def n(self) -> Floats:
        """Distinct sizes, ascending, shape (K,)."""


class Profiled(Protocol):
    """A likelihood as a function of q alone."""

    @property
    def classes(self) -> Sizes:
        """Groups by size: they say where the score may turn."""

    def deviance(self, q: Floats | float) -> Floats:
        """-2 log-likelihood at each q, shape (M,)."""

    def score(self, q: Floats | float) -> Floats:
        """Its derivative at each q, shape (M,)."""


@dataclass(frozen=True)
class LocalOptimum:
    """A local minimum of the deviance."""

    q: float
    deviance: float


def scan_grid(likelihood: Profiled) -> Floats:
    """Log-spaced log q, dense where 1/q is near the school sizes: there the score turns.

    Returns
    -------
    log q, ascending, shape (M,).
    """
    n = likelihood.classes.n
    low, high = -math.log(n[-1]) - 14.0, -math.log(n[0]) + 14.0
    coarse = np.linspace(LOWEST_LOG_Q, HIGHEST_LOG_Q, SCAN_POINTS // 3)
    return np.unique(np.concatenate([coarse, np.linspace(low, high, SCAN_POINTS)]))


def local_optima(likelihood: Profiled) -> tuple[LocalOptimum, ...]:
    """Every local optimum, by ascending q; q = 0 counts when score(0) >= 0.

    Raises
    ------
    ArithmeticError
        When the scan finds none: the sufficient statistics are not finite.
    """
    log_q = scan_grid(likelihood)
    score = likelihood.score(np.exp(log_q))
    at_zero = float(likelihood.score(0.0)[0])
    found = [0.0] if at_zero >= 0 else []
    if at_zero < 0 < score[0]:
        found.append(_root(likelihood, 0.0, math.exp(log_q[0])))
    log_q, score = _with_hidden_turns(likelihood, log_q, score)
    for i in np.flatnonzero((score[:-1] < 0) & (score[1:] >= 0)):
        found.append(_log_root(likelihood, log_q[i], log_q[i + 1]))
    # One score far from all others, alone in its group.
    beyond = log_q[-1] + _BEYOND
    if not found and score[-1] < 0 <= float(likelihood.score(math.exp(beyond))[0]):
        found.append(_log_root(likelihood, log_q[-1], beyond))
    if not found:
        raise ArithmeticError("the likelihood has no optimum: statistics are not finite")
    deviance = likelihood.deviance(np.array(found))
    return tuple(LocalOptimum(q, float(d)) for q, d in zip(found, deviance, strict=True))


def best(optima: Sequence[LocalOptimum]) -> LocalOptimum:
    """The global optimum: lowest deviance, the smaller q when equal."""
    return min(optima, key=lambda optimum: (optimum.deviance, optimum.q))


def _log_root(likelihood: Profiled, low: float, high: float) -> float:
    root = brentq(
        lambda log_q: float(likelihood.score(math.exp(log_q))[0]), low, high, xtol=1e-15, rtol=1e-15
    )
    return math.exp(root)


def _root(likelihood: Profiled, low: float, high: float) -> float:
    return float(brentq(lambda q: float(likelihood.score(q)[0]), low, high, xtol=1e-300))


def _with_hidden_turns(likelihood: Profiled, log_q: Floats, score: Floats) -> tuple[Floats, Floats]:
    """Add points where the score dips across zero and back between two points of the grid."""
    size = np.abs(score)
    same = (np.sign(score[:-2]) == np.sign(score[1:-1])) & (
        np.sign(score[1:-1]) == np.sign(score[2:])
    )
    dips = 1 + np.flatnonzero(same & (size[1:-1] < size[:-2]) & (size[1:-1] < size[2:]))
    extra = [_nearest_to_zero(likelihood, log_q[i - 1], log_q[i + 1]) for i in dips]
    grid = np.unique(np.concatenate([log_q, np.array(extra)]))
    return grid, likelihood.score(np.exp(grid))


def _nearest_to_zero(likelihood: Profiled, low: float, high: float) -> float:
    side = math.copysign(1.0, float(likelihood.score(math.exp(low))[0]))
    found = minimize_scalar(
        lambda log_q: side * float(likelihood.score(math.exp(log_q))[0]),
        bounds=(low, high),
        method="bounded",
    )
    return float(found.x)
