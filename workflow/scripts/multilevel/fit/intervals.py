"""Intervals for the variance components and the ICC."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import lambertw

from multilevel.fit import distributions
from multilevel.fit.likelihood import Likelihood
from multilevel.fit.optima import LocalOptimum, best, scan_grid
from multilevel.fit.sufficient import Floats

# Grids by which an extreme is found, each over two cells of the one before: a range of 80 in
# log q comes down to 1e-7, at whose square a smooth maximum is missed.
GRIDS, GRID_POINTS = 7, 41
# Of the four ends of intervals: below (-1) or above the estimate, of tau00 or of sigma2.
_SIDE, _IS_TAU = np.array([-1.0, -1.0, 1.0, 1.0]), np.array([1.0, 0.0, 1.0, 0.0])
# Beyond it exp leaves double precision.
LARGEST_LOG = 700.0

Interval = tuple[float, float]


@dataclass(frozen=True)
class ParameterIntervals:
    """An interval for each variance and for the ICC."""

    tau00: Interval
    sigma2: Interval
    icc: Interval


@dataclass(frozen=True)
class ProfileIntervals:
    """Profile-likelihood intervals, REML or ML by the likelihood they were made from.

    Attributes
    ----------
    main
        From the lower end of the confidence set to the end of the piece that holds the best
        optimum.
    hull
        Of the whole set; as `main` where it is one piece.
    n_pieces
        Pieces of the set.
    """

    main: ParameterIntervals
    hull: ParameterIntervals
    n_pieces: int


@dataclass(frozen=True)
class LogF:
    """log(1 + n0 ICC/(1 - ICC)), the logarithm of the expected F ratio.

    Its sampling variance, about 2/(J-1), does not depend on the ICC, and it is finite where the
    ICC is 0.

    Attributes
    ----------
    typical
        n0.
    """

    typical: float

    def of_icc(self, rho: float) -> float:
        """Infinite at an ICC of 1."""
        return math.inf if rho >= 1.0 else math.log1p(self.typical * rho / (1.0 - rho))

    def icc(self, value: float) -> float:
        """The ICC of a value, 0 below 0."""
        ratio = math.inf if value > LARGEST_LOG else math.expm1(value)
        return icc_from_ratio(max(ratio / self.typical, 0.0))


def icc_from_ratio(q: float) -> float:
    """ICC = q/(1 + q), q = tau00/sigma2."""
    return 1.0 if math.isinf(q) else q / (1.0 + q)


def exact_icc_interval(likelihood: Likelihood, confidence: float) -> Interval:
    """Exact interval of the ICC for any school sizes (Wald 1940; Harville & Fenech 1985).

    H(q) = [sum w_j (m_j - g)^2/(J-1)]/[SSW/(N-J)] follows F(J-1, N-J) at the true q and
    decreases strictly in q; both quantiles are solved for and cut at 0. Balanced data
    give Searle's interval.
    """
    alpha = 1.0 - confidence
    quantiles = [
        distributions.f_quantile(probability, *variance_ratio_df(likelihood))
        for probability in (1.0 - alpha / 2.0, alpha / 2.0)
    ]
    low, high = (icc_from_ratio(ratio_where(likelihood, f)) for f in quantiles)
    return low, high


def variance_ratio(likelihood: Likelihood, q: float) -> float:
    """H(q); H(0) is the F statistic of the one-way analysis of variance."""
    df1, df2 = variance_ratio_df(likelihood)
    at = likelihood.profile(q)
    return float((at.w * at.between).sum()) / df1 / (likelihood.ssw / df2)


def variance_ratio_df(likelihood: Likelihood) -> tuple[int, int]:
    """J-1 and N-J."""
    return likelihood.n_groups - 1, round(likelihood.n_members) - likelihood.n_groups


def exact_sigma2_interval(likelihood: Likelihood, confidence: float) -> Interval:
    """SSW over chi-square quantiles with N-J degrees of freedom."""
    alpha = 1.0 - confidence
    _, df = variance_ratio_df(likelihood)
    return (
        likelihood.ssw / distributions.chi2_quantile(1.0 - alpha / 2.0, df),
        likelihood.ssw / distributions.chi2_quantile(alpha / 2.0, df),
    )


def profile_intervals(
    likelihood: Likelihood, optima: Sequence[LocalOptimum], confidence: float
) -> ProfileIntervals:
    """All parameters whose deviance is within the chi-square quantile of the best one.

    Where the likelihood has several optima these may be several pieces.

    For each q the deviance in sigma2 has the closed form
    dev(q, s) = dev(q) + (N-p) [log x + 1/x - 1], x = s/sigma2(q), whose solutions are
    Lambert's W; the extremes of tau00 and sigma2 over each piece are the ends of their
    profile intervals.

    Parameters
    ----------
    optima
        All local optima of the likelihood.
    confidence
        In (0, 1).
    """
    cut = distributions.normal_quantile(0.5 + confidence / 2.0) ** 2
    limit = best(optima).deviance + cut
    pieces = _ratio_pieces(likelihood, optima, limit)
    ends = np.array([_extremes(likelihood, low, high, limit) for low, high in pieces])
    n_main = next(i for i, (_, high) in enumerate(pieces, 1) if best(optima).q <= high)
    return ProfileIntervals(
        main=_hull(pieces[:n_main], ends), hull=_hull(pieces, ends), n_pieces=len(pieces)
    )


def _hull(pieces: Sequence[Interval], ends: Floats) -> ParameterIntervals:
    """The shortest intervals that hold these pieces, `ends` by row those of each piece."""
    q_low, q_high = pieces[0][0], pieces[-1][1]
    ends = ends[: len(pieces)]
    return ParameterIntervals(
        tau00=(0.0 if q_low == 0 else float(ends[:, 0].min()), float(ends[:, 2].max())),
        sigma2=(float(ends[:, 1].min()), float(ends[:, 3].max())),
        icc=(icc_from_ratio(q_low), icc_from_ratio(q_high)),
    )


def ratio_where(likelihood: Likelihood, f: float) -> float:
    """q >= 0 with H(q) = f, or 0 where H is below f already."""
    if variance_ratio(likelihood, 0.0) <= f:
        return 0.0
    if f <= 0.0:
        return math.inf

    def gap(log_q: float) -> float:
        return math.log(variance_ratio(likelihood, math.exp(log_q)) / f)

    low = _widen(gap, -math.log(likelihood.classes.n[-1]), -2.0, wanted=1.0)
    if low is None:
        return 0.0
    high = _widen(gap, low, 2.0, wanted=-1.0)
    return math.inf if high is None else _solve(gap, low, high)


def _widen(
    function: Callable[[float], float], start: float, step: float, wanted: float
) -> float | None:
    """First point from `start` in growing steps where the function has the wanted sign."""
    at = start
    for _ in range(60):
        if abs(at) > 600.0:
            return None
        if function(at) * wanted > 0:
            return at
        at, step = at + step, step * 1.3
    return None


def _ratio_pieces(
    likelihood: Likelihood, optima: Sequence[LocalOptimum], limit: float
) -> list[Interval]:
    """The stretches of q, ascending, in which the profiled deviance is within the limit."""

    def excess(log_q: float) -> float:
        return float(likelihood.deviance(math.exp(log_q))[0]) - limit

    inner = [math.log(o.q) for o in optima if o.q > 0]
    log_q = np.unique(np.concatenate([scan_grid(likelihood), inner]))
    inside = likelihood.deviance(np.exp(log_q)) <= limit
    at_zero = float(likelihood.deviance(0.0)[0]) <= limit
    turns = np.flatnonzero(inside[1:] != inside[:-1])
    ends = [_solve(excess, float(log_q[i]), float(log_q[i + 1])) for i in turns]
    if inside[0]:
        ends.insert(0, 0.0)
    elif at_zero:
        ends = [0.0, math.exp(float(log_q[0])), *ends]
    if inside[-1]:
        outer = _widen(excess, float(log_q[-1]), 2.0, wanted=1.0)
        ends.append(math.inf if outer is None else _solve(excess, float(log_q[-1]), outer))
    return list(zip(ends[::2], ends[1::2], strict=True))


def _solve(function: Callable[[float], float], low: float, high: float) -> float:
    """exp of the root of a function of log q."""
    return math.exp(brentq(function, low, high, xtol=1e-14, rtol=1e-15))


def _log_sigma2_at_limit(likelihood: Likelihood, log_q: Floats, limit: float) -> Floats:
    """log sigma2 where the deviance at each q meets the limit, below and above sigma2(q).

    Parameters
    ----------
    log_q
        Shape (4, G): the two first rows are wanted below, the others above.
    """
    at = likelihood.profile(np.exp(log_q).ravel())
    df = likelihood.n_members - likelihood.p
    slack = np.maximum(limit - likelihood.deviance_at(at), 0.0).reshape(log_q.shape) / df
    # y = 1/x solves y - log y = 1 + slack; at its branch point Lambert's W loses its digits.
    z = -np.exp(-1.0 - np.maximum(slack, 1e-12))
    far = np.log(-np.concatenate([lambertw(z[:2], -1).real, lambertw(z[2:], 0).real]))
    near = _SIDE[:, None] * -np.sqrt(2.0 * slack)
    log_y = np.where(slack < 1e-12, near, far)
    return np.asarray(np.log(at.quadratic / df).reshape(log_q.shape) - log_y)


def _extremes(
    likelihood: Likelihood, q_low: float, q_high: float, limit: float
) -> tuple[float, float, float, float]:
    """Least tau00 and sigma2, then largest, over q in [q_low, q_high], searched in log q."""
    top = math.log(q_high)
    low = np.full(4, math.log(q_low) if q_low > 0 else min(top, 0.0) - 40.0)
    high, row, found = np.full(4, top), np.arange(4), np.full(4, -math.inf)
    for _ in range(GRIDS):
        grid = np.linspace(low, high, GRID_POINTS, axis=1)
        log_end = _log_sigma2_at_limit(likelihood, grid, limit) + _IS_TAU[:, None] * grid
        values = _SIDE[:, None] * log_end
        i = values.argmax(axis=1)
        found = np.fmax(found, values[row, i])
        low, high = grid[row, np.maximum(i - 1, 0)], grid[row, np.minimum(i + 1, GRID_POINTS - 1)]
    tau_low, sigma_low, tau_high, sigma_high = np.exp(_SIDE * found).tolist()
    return tau_low, sigma_low, tau_high, sigma_high
