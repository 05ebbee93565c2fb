"""How far schools can be told apart: from gamma00, from each other, in their ranks.

None of this makes a league table: it says how little one would mean.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.optimize import brentq

from multilevel.fit.sufficient import Floats, Integers, SufficientStatistics
from multilevel.records.fitted import RandomInterceptFit
from multilevel.records.results import Comparisons
from multilevel.summarise import formulas
from multilevel.summarise.shrinkage import shrinkage_parameters

# Fixed: the same data must give the same report. Goldstein & Spiegelhalter's year.
RANK_SEED = 1996
MOST_DRAWS, FEWEST_DRAWS = 2_000, 200
# True means drawn in all: a second for tens of thousands of schools.
DRAWN_MEANS = 1_000_000
# Distinct standard errors beyond these are taken together by neighbours.
MOST_CLASSES = 300


def two_sided_p(estimate: Floats, standard_error: Floats, value: float) -> Floats:
    """p of each estimate = value by the normal distribution, shape (J,)."""
    return np.asarray(2.0 * special.ndtr(-np.abs(estimate - value) / standard_error))


def n_rejected_holm(p: Floats, alpha: float) -> int:
    """Hypotheses rejected with the chance of any false rejection at most alpha (Holm 1979)."""
    kept = np.sort(p) > alpha / np.arange(len(p), 0, -1)
    return int(np.argmax(kept)) if kept.any() else len(p)


def n_rejected_fdr(p: Floats, alpha: float) -> int:
    """Hypotheses rejected with a share of false rejections of at most alpha in expectation.

    Benjamini & Hochberg (1995).
    """
    below = np.flatnonzero(np.sort(p) <= alpha * np.arange(1, len(p) + 1) / len(p))
    return int(below[-1]) + 1 if len(below) else 0


def overlap_factor(standard_error: Floats, alpha: float, df: float = np.inf) -> float:
    """Half-width, in standard errors, of intervals made to be compared by their overlap.

    Two independent intervals estimate -/+ z s of equal means fail to overlap with probability
    P(|T| > z (s_i + s_j)/sqrt(s_i^2 + s_j^2)); z makes its mean over all pairs alpha. With
    equal s it is the usual quantile over sqrt(2): 1.39 for 95% (Goldstein & Healy 1995).

    Parameters
    ----------
    standard_error
        s_j, above 0, shape (J,), J >= 2.
    alpha
        1 - confidence.
    df
        Degrees of freedom of T: of sigma2 where the s_j rest on one estimate of it.
    """
    s, count = _classes_of(standard_error)
    first, second = np.triu_indices(len(s))
    pairs = np.where(first == second, count[first] * (count[first] - 1) / 2, 1.0)
    pairs = np.where(first == second, pairs, count[first] * count[second])
    ratio = (s[first] + s[second]) / np.hypot(s[first], s[second])

    def excess(z: float) -> float:
        return float(2.0 * special.stdtr(df, -z * ratio) @ pairs / pairs.sum()) - alpha

    quantile = float(special.stdtrit(df, 1.0 - alpha / 2.0))
    # The ratio lies between 1 and sqrt(2).
    low, high = quantile / np.sqrt(2.0), quantile
    return float(brentq(excess, low * (1 - 1e-9), high * (1 + 1e-9), xtol=1e-12, rtol=1e-12))


def _classes_of(standard_error: Floats) -> tuple[Floats, Floats]:
    """Distinct values with their counts; when there are many, of log-spaced classes."""
    s, count = np.unique(standard_error, return_counts=True)
    if len(s) <= MOST_CLASSES:
        return s, count.astype(np.float64)
    log_s = np.log(s)
    edges = np.linspace(log_s[0], log_s[-1], MOST_CLASSES + 1)
    place = np.clip(np.searchsorted(edges, log_s, side="right") - 1, 0, MOST_CLASSES - 1)
    _, place = np.unique(place, return_inverse=True)
    together = np.bincount(place, weights=count).astype(np.float64)
    centre = np.bincount(place, weights=count * log_s) / together
    return np.asarray(np.exp(centre), dtype=np.float64), together


@dataclass(frozen=True)
class Ranks:
    """Interval of each school's rank among the true means, 1 the highest.

    Attributes
    ----------
    low, high
        Shape (J,).
    n_draws
        Draws of all means they rest on.
    """

    low: Integers
    high: Integers
    n_draws: int


def n_rank_draws(n_groups: int) -> int:
    """Draws of all means: fewer, the more schools, so that the cost stays bounded."""
    return min(MOST_DRAWS, max(FEWEST_DRAWS, DRAWN_MEANS // n_groups))


def rank_intervals(
    values: Sequence[SufficientStatistics], fits: Sequence[RandomInterceptFit]
) -> Ranks:
    """Central intervals of the ranks, by draws of all true means given the data.

    gamma00 is drawn from N(gamma00, v), then each true mean from its distribution given
    that gamma00, with the uncertainty of the variances (2 g3) in its own: together the mean
    squared error of eb_mean; at tau00 = 0 by the adjusted likelihood. Of M plausible values
    each has a share of the draws. Ends are rounded outwards. (Goldstein & Spiegelhalter 1996.)
    """
    size, m = values[0].n_groups, len(values)
    n_draws = n_rank_draws(size)
    random = np.random.default_rng(RANK_SEED)
    ranks = np.empty((n_draws, size), dtype=np.int32)
    ends = [n_draws * k // m for k in range(m + 1)]
    for one, fit, start, end in zip(values, fits, ends[:-1], ends[1:], strict=True):
        _draw_ranks(ranks[start:end], one, fit, random)
    tail = (1.0 - fits[0].model.confidence) / 2.0
    skipped = int(np.floor(tail * (n_draws - 1)))
    ranks.partition([skipped, n_draws - 1 - skipped], axis=0)
    return Ranks(
        low=ranks[skipped].astype(np.int64),
        high=ranks[n_draws - 1 - skipped].astype(np.int64),
        n_draws=n_draws,
    )


def _draw_ranks(
    ranks: NDArray[np.int32],
    statistics: SufficientStatistics,
    fit: RandomInterceptFit,
    random: np.random.Generator,
) -> None:
    """Fill `ranks`, a row a draw, with the ranks of the true means under one fit."""
    size, used = statistics.n_groups, shrinkage_parameters(statistics, fit)
    parts = formulas.eb_variance_parts(
        statistics.n, used.tau00, used.sigma2, used.variance_gamma00, used.covariance
    )
    shrunk = 1.0 - formulas.reliability(
        used.tau00, formulas.error_variance(used.sigma2, statistics.n)
    )
    # About gamma00: the digits of a large mean would drown small differences.
    expected = (1.0 - shrunk) * (statistics.offset - used.offset)
    own, se = np.sqrt(parts.g1 + 2.0 * parts.g3), math.sqrt(used.variance_gamma00)
    places = np.arange(1, size + 1, dtype=np.int32)[None, :]
    for start in range(0, len(ranks), _rows_at_once(size)):
        rows = ranks[start : start + _rows_at_once(size)]
        common = se * random.standard_normal((len(rows), 1))
        drawn = expected + shrunk * common + own * random.standard_normal(rows.shape)
        np.put_along_axis(rows, np.argsort(-drawn, axis=1), places, axis=1)


def _rows_at_once(n_groups: int) -> int:
    return max(1, DRAWN_MEANS // (4 * n_groups))


def comparisons_summary(
    ranks: Ranks, overlap_factor_mean: float, eb_se: Floats, confidence: float
) -> Comparisons:
    """The rank intervals in numbers, and the factors of the overlap intervals."""
    size = len(ranks.low)
    middle = (size + 1) / 2.0
    return Comparisons(
        overlap_factor=overlap_factor_mean,
        overlap_factor_eb=overlap_factor(eb_se, 1.0 - confidence),
        rank_draws=ranks.n_draws,
        rank_median_width=float(np.median(ranks.high - ranks.low)),
        n_rank_includes_middle=int(((ranks.low <= middle) & (ranks.high >= middle)).sum()),
        n_could_be_first=int((ranks.low == 1).sum()),
        n_could_be_last=int((ranks.high == size).sum()),
    )
