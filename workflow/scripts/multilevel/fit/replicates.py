"""Many fits at once: datasets whose schools come in the same sizes.

The bootstrap and the refits without one school solve thousands of one-parameter
problems. Each is the likelihood of `fit.likelihood`; here all are evaluated together,
a row a replicate, a column a size class.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from multilevel.fit.likelihood import Likelihood
from multilevel.fit.optima import HIGHEST_LOG_Q, LOWEST_LOG_Q
from multilevel.fit.sufficient import Floats, Integers

# log q so small that the score there is that of q = 0.
LOG_ZERO = 2.0 * LOWEST_LOG_Q
# Cells of an array of replicates by size classes: what fits into the processor's cache.
CHUNK_CELLS = 250_000
MOST_STEPS = 100
# Multiplications up to which OpenBLAS stays in one thread.
UNTHREADED = 250_000


@dataclass(frozen=True)
class Replicates:
    """Sufficient statistics of M datasets by size class.

    Attributes
    ----------
    n
        School sizes, ascending, shape (K,).
    count
        Schools of each size, 0 where a replicate has none, shape (M, K).
    offset
        Mean of their m_j - centre, shape (M, K), score units.
    between_ss
        Sum of squares of their means about that mean, shape (M, K).
    ssw
        Sums of squares within schools, > 0, shape (M,).
    n_members
        N, shape (M,).
    p
        1 for REML, 0 for ML.
    """

    n: Floats
    count: Floats
    offset: Floats
    between_ss: Floats
    ssw: Floats
    n_members: Floats
    p: int

    @classmethod
    def of(cls, likelihood: Likelihood) -> "Replicates":
        """One replicate: the dataset itself."""
        k = likelihood.classes
        return cls(
            n=k.n,
            count=k.count[None, :],
            offset=k.offset[None, :],
            between_ss=k.between_ss[None, :],
            ssw=np.array([likelihood.ssw]),
            n_members=np.array([float(likelihood.n_members)]),
            p=likelihood.p,
        )

    def __len__(self) -> int:
        return len(self.ssw)

    @property
    def df(self) -> Floats:
        """N - p, shape (M,)."""
        return self.n_members - self.p

    def rows(self, index: Integers | slice) -> "Replicates":
        """Some of the replicates, in the order of `index`."""
        return replace(
            self,
            count=self.count[index],
            offset=self.offset[index],
            between_ss=self.between_ss[index],
            ssw=self.ssw[index],
            n_members=self.n_members[index],
        )


@dataclass(frozen=True)
class Fits:
    """Estimates of each replicate, all of shape (M,).

    Attributes
    ----------
    q
        tau00/sigma2 at the best optimum.
    offset
        gamma00 - centre, score units.
    sigma2
        Squared score units.
    """

    q: Floats
    offset: Floats
    sigma2: Floats

    @property
    def tau00(self) -> Floats:
        """Squared score units."""
        return self.q * self.sigma2

    @property
    def icc(self) -> Floats:
        """tau00/(tau00 + sigma2)."""
        return self.q / (1.0 + self.q)


def fit_replicates(replicates: Replicates) -> Fits:
    """The best optimum of every replicate by REML or ML, the boundary q = 0 among them.

    Notes
    -----
    As `fit.optima`, on a coarser scan: every sign change of the score on a common grid of q
    is solved for by Newton's method kept inside its bracket, and the lowest deviance wins.
    """
    return joined(_fit_chunk(replicates.rows(rows)) for rows in _chunks(replicates))


def joined(parts: Iterable[Fits]) -> Fits:
    """Fits of several lots as one."""
    fits = list(parts)
    return Fits(
        q=np.concatenate([fit.q for fit in fits]),
        offset=np.concatenate([fit.offset for fit in fits]),
        sigma2=np.concatenate([fit.sigma2 for fit in fits]),
    )


def _chunks(replicates: Replicates) -> Iterator[slice]:
    size = max(1, CHUNK_CELLS // max(len(replicates.n), 200))
    for start in range(0, len(replicates), size):
        yield slice(start, start + size)


def _fit_chunk(replicates: Replicates) -> Fits:
    row, low, high = _brackets(replicates)
    q = np.exp(_roots(replicates.rows(row), low, high))
    at_zero, _ = _score(replicates, np.zeros(len(replicates)))
    boundary = np.flatnonzero(at_zero >= 0)
    row, q = np.concatenate([boundary, row]), np.concatenate([np.zeros(len(boundary)), q])
    order = np.lexsort((q, _deviance(replicates.rows(row), q), row))
    found, first = np.unique(row[order], return_index=True)
    # A replicate without any bracket has its optimum too close to 0 to tell apart.
    best = np.zeros(len(replicates))
    best[found] = q[order][first]
    at = _at(replicates, best)
    return Fits(q=best, offset=at.offset, sigma2=at.quadratic / replicates.df)


def _grid(n: Floats) -> Floats:
    """log q, ascending, as `fit.optima.scan_grid`, a third as dense."""
    low, high = -math.log(n[-1]) - 14.0, -math.log(n[0]) + 14.0
    coarse = np.linspace(LOWEST_LOG_Q, HIGHEST_LOG_Q, 30)
    return np.unique(np.concatenate([[LOG_ZERO], coarse, np.linspace(low, high, 90)]))


def _brackets(replicates: Replicates) -> tuple[Integers, Floats, Floats]:
    """Rows and ends in log q of every stretch over which the score turns from - to +."""
    log_q = _grid(replicates.n)
    score = _scan(replicates, np.exp(log_q))
    # No spread within schools to speak of: the end of the grid is as good as the optimum.
    score[:, -1] = np.inf
    row, column = np.nonzero((score[:, :-1] < 0) & (score[:, 1:] >= 0))
    return row, log_q[column], log_q[column + 1]


def _scan(replicates: Replicates, q: Floats) -> Floats:
    """Score of all replicates at the same q, shape (M, G)."""
    # Products small enough for BLAS to start no threads, which would wait longer than work.
    size = max(1, UNTHREADED // (len(replicates.n) * len(q)))
    blocks = (slice(start, start + size) for start in range(0, len(replicates), size))
    return np.concatenate([_scan_block(replicates.rows(block), q) for block in blocks])


def _scan_block(replicates: Replicates, q: Floats) -> Floats:
    """The same of some rows, by matrix products.

    Sums of squares about g are taken apart here, which costs digits that a bracket doesn't
    need: `_roots` evaluates them whole.
    """
    w = (replicates.n / (1.0 + np.multiply.outer(q, replicates.n))).T
    w2 = w**2
    count, first = replicates.count, replicates.count * replicates.offset
    second = replicates.between_ss + first * replicates.offset
    s1, s2 = count @ w, count @ w2
    g = (first @ w) / s1
    q1 = second @ w - g**2 * s1
    q2 = second @ w2 - 2.0 * g * (first @ w2) + g**2 * s2
    quadratic = replicates.ssw[:, None] + q1
    return np.asarray(s1 - replicates.df[:, None] * q2 / quadratic - replicates.p * s2 / s1)


@dataclass(frozen=True)
class _Profile:
    """As `fit.likelihood.Profile`, each replicate at its own q."""

    w: Floats
    total_weight: Floats
    offset: Floats
    deviation: Floats
    between: Floats
    quadratic: Floats


def _at(replicates: Replicates, q: Floats) -> _Profile:
    w = replicates.n / (1.0 + np.multiply.outer(q, replicates.n))
    weight = w * replicates.count
    total = weight.sum(axis=1)
    offset = _dot(weight, replicates.offset) / total
    deviation = replicates.offset - offset[:, None]
    between = replicates.between_ss + replicates.count * deviation**2
    return _Profile(w, total, offset, deviation, between, replicates.ssw + _dot(w, between))


def _dot(left: Floats, right: Floats) -> Floats:
    return np.asarray(np.einsum("mk,mk->m", left, right))


def _score(replicates: Replicates, q: Floats) -> tuple[Floats, Floats]:
    """Derivative of the deviance with respect to q, and its own derivative."""
    at, p, df = _at(replicates, q), replicates.p, replicates.df
    w2 = at.w**2
    s1, s2 = at.total_weight, _dot(w2, replicates.count)
    s3 = _dot(w2 * at.w, replicates.count)
    b2, b3 = _dot(w2, at.between), _dot(w2 * at.w, at.between)
    # How sum w^2 (m_j - g)^2 moves when g does.
    pull = _dot(w2 * replicates.count, at.deviation)
    b2_slope = -2.0 * b3 + 2.0 * pull**2 / s1
    gain = b2 / at.quadratic
    score = s1 - df * gain - p * s2 / s1
    slope = -s2 - df * (b2_slope / at.quadratic + gain**2) + p * (2.0 * s3 * s1 - s2**2) / s1**2
    return score, slope


def _deviance(replicates: Replicates, q: Floats) -> Floats:
    at, df = _at(replicates, q), replicates.df
    log_determinant = _dot(np.log1p(np.multiply.outer(q, replicates.n)), replicates.count)
    fit = df * (1.0 + np.log(2.0 * np.pi * at.quadratic / df))
    return np.asarray(fit + log_determinant + replicates.p * np.log(at.total_weight))


def _roots(replicates: Replicates, low: Floats, high: Floats) -> Floats:
    """log q where the score is 0, each in its bracket: Newton's method on q times the score.

    A step that would leave the bracket, or a tenth step in it, halves the bracket instead.
    """
    low, high = low.copy(), high.copy()
    root = (low + high) / 2.0
    active = np.arange(len(root))
    for step in range(1, MOST_STEPS + 1):
        x = root[active]
        q = np.exp(x)
        score, slope = _score(replicates.rows(active), q)
        below = score < 0
        low[active[below]], high[active[~below]] = x[below], x[~below]
        left, right = low[active], high[active]
        steepness = score + q * slope
        newton = x - score / np.where(steepness > 0, steepness, np.nan)
        bad = ~((newton >= left) & (newton <= right)) | (step % 10 == 0)
        root[active] = np.where(bad, (left + right) / 2.0, newton)
        moved = np.abs(root[active] - x)
        # Newton's error after a step is of the order of the step's square.
        active = active[(moved > np.where(bad, 1e-15, 1e-8) * np.maximum(np.abs(x), 1.0))]
        if len(active) == 0:
            break
    return root
