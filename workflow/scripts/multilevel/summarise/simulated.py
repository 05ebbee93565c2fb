"""What the fitted model itself would give for schools of these sizes: simulation from the fit.

Intervals of school means cover less than they say with few or small schools, and one school
of many always moves the estimates somewhat. How much less, and how much, depends on the
design: datasets of the same school sizes are drawn from the fitted model and fitted again
(parametric bootstrap: Efron & Tibshirani 1993, ch. 6), from sufficient statistics.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from multilevel.fit import distributions
from multilevel.fit.information import precision
from multilevel.fit.likelihood import Method
from multilevel.fit.replicates import Fits, Replicates, fit_replicates
from multilevel.fit.sufficient import Floats, Integers, SufficientStatistics
from multilevel.records.fitted import RandomInterceptFit
from multilevel.summarise.deletion import one_step_changes
from multilevel.summarise.shrinkage import shrinkage_parameters

# Fixed: the same data must give the same report.
SEED = 1968
MOST_DRAWS, FEWEST_DRAWS = 1_000, 100
# Schools drawn in all, which bounds the time.
DRAWN_GROUPS = 100_000
# Schools drawn at once, which bounds the memory.
DRAWN_AT_ONCE = 250_000
# Points of log q at which the adjusted likelihood of a draw with tau00 = 0 is evaluated.
ADJUSTED_POINTS = 80


@dataclass(frozen=True)
class SimulatedDesign:
    """What chance does to datasets of these school sizes under the fitted model.

    Attributes
    ----------
    n_draws
        Datasets drawn.
    coverage
        Share of draws in which a school's interval holds its true mean, shape (J,).
    coverage_top
        The same of the school that comes out highest in each draw.
    largest_change
        Largest change of gamma00 or the ICC, in standard errors, when one school is left out,
        shape (draws,).
    """

    n_draws: int
    coverage: Floats
    coverage_top: float
    largest_change: Floats


def design_of(
    values: Sequence[SufficientStatistics], fits: Sequence[RandomInterceptFit]
) -> SimulatedDesign:
    """The design simulated from the fit, or from the mean of those of M plausible values.

    At tau00 = 0 schools are drawn with the tau00 of the adjusted likelihood: with equal schools
    any interval would hold.
    """
    used = [shrinkage_parameters(one, fit) for one, fit in zip(values, fits, strict=True)]
    model = fits[0].model
    return simulate_design(
        values[0].n,
        mean(one.tau00 for one in used),
        mean(one.sigma2 for one in used),
        model.method,
        model.confidence,
    )


@dataclass(frozen=True)
class _Datasets:
    """School means, sums of squares and true means of M datasets about gamma00 = 0, (M, J)."""

    offset: Floats
    ss: Floats
    truth: Floats


def simulate_design(
    n: Integers, tau00: float, sigma2: float, method: Method, confidence: float
) -> SimulatedDesign:
    """Draw datasets from the model, fit them, and see what their intervals and fits do.

    Parameters
    ----------
    n
        School sizes, shape (J,), some above 1.
    tau00, sigma2
        The model that is drawn from, in any one unit.
    method, confidence
        Of the fits and of their intervals.
    """
    size = len(n)
    n_draws = min(MOST_DRAWS, max(FEWEST_DRAWS, DRAWN_GROUPS // size))
    random = np.random.default_rng(SEED)
    rows = max(1, DRAWN_AT_ONCE // size)
    z = distributions.normal_quantile(0.5 + confidence / 2.0)
    held = np.zeros(size)
    held_top, changes = 0.0, []
    for start in range(0, n_draws, rows):
        drawn = _draw(random, n, tau00, sigma2, min(rows, n_draws - start))
        fits, p = _fit(drawn, n, method), 1 if method == "REML" else 0
        inside, top = _holds(drawn, fits, n, p, z)
        held += inside.sum(axis=0)
        held_top += float(inside[np.arange(len(top)), top].sum())
        changes.append(_largest_change(drawn, fits, n, p))
    return SimulatedDesign(n_draws, held / n_draws, held_top / n_draws, np.concatenate(changes))


def _draw(
    random: np.random.Generator, n: Integers, tau00: float, sigma2: float, size: int
) -> _Datasets:
    shape = (size, len(n))
    truth = np.sqrt(tau00) * random.standard_normal(shape)
    offset = truth + np.sqrt(sigma2 / n) * random.standard_normal(shape)
    # Gamma with shape 0 is 0: a school of one student.
    ss = 2.0 * sigma2 * random.standard_gamma((n - 1.0) / 2.0, shape)
    return _Datasets(offset, ss, truth)


def _fit(drawn: _Datasets, n: Integers, method: Method) -> Fits:
    sizes, place = np.unique(n, return_inverse=True)
    member = (place[:, None] == np.arange(len(sizes))).astype(np.float64)
    count = member.sum(axis=0)
    mean = np.einsum("mj,jk->mk", drawn.offset, member) / count
    square = np.einsum("mj,jk->mk", (drawn.offset - mean[:, place]) ** 2, member)
    rows = len(drawn.offset)
    return fit_replicates(
        Replicates(
            n=sizes.astype(np.float64),
            count=np.broadcast_to(count, mean.shape),
            offset=mean,
            between_ss=square,
            ssw=drawn.ss.sum(axis=1),
            n_members=np.full(rows, float(n.sum())),
            p=1 if method == "REML" else 0,
        )
    )


def _holds(
    drawn: _Datasets, fits: Fits, n: Integers, p: int, z: float
) -> tuple[NDArray[np.bool_], Integers]:
    """Whether each school's interval holds its true mean, (M, J), and the highest school, (M,)."""
    sizes, count = np.unique(n, return_counts=True)
    q, sigma2, offset = _shrinkage(drawn, fits, n, p)
    known = precision(
        sizes.astype(np.float64), count.astype(np.float64), q, float(n.sum() - len(n)), p
    )
    q1, unit = q[:, None], sigma2[:, None]
    shrunk = 1.0 / (1.0 + n * q1)
    eb = offset[:, None] + (1.0 - shrunk) * (drawn.offset - offset[:, None])
    spread = known.tau00 + q**2 * known.sigma2 - 2.0 * q * known.both
    g3 = n * shrunk**3 * spread[:, None]
    mse = unit * (q1 * shrunk + shrunk**2 * known.gamma00[:, None] + 2.0 * np.maximum(g3, 0.0))
    return np.abs(eb - drawn.truth) <= z * np.sqrt(mse), eb.argmax(axis=1)


def _shrinkage(drawn: _Datasets, fits: Fits, n: Integers, p: int) -> tuple[Floats, Floats, Floats]:
    """q, sigma2 and gamma00 of each fit; at tau00 = 0 those of the adjusted likelihood."""
    q, sigma2, offset = fits.q.copy(), fits.sigma2.copy(), fits.offset.copy()
    zero = np.flatnonzero(q == 0.0)
    if len(zero) == 0:
        return q, sigma2, offset
    grid = np.exp(np.linspace(-np.log(n.max()) - 8.0, -np.log(n.min()) + 4.0, ADJUSTED_POINTS))
    means, ssw = drawn.offset[zero], drawn.ss[zero].sum(axis=1)
    w = n / (1.0 + np.multiply.outer(grid, n))
    total = w.sum(axis=1)
    g = np.einsum("mj,gj->mg", means, w) / total
    quadratic = ssw[:, None] + np.einsum("mj,gj->mg", means**2, w) - g**2 * total
    df = float(n.sum()) - p
    log_terms = np.log1p(np.multiply.outer(grid, n)).sum(axis=1) + p * np.log(total)
    adjusted = np.log(grid * quadratic) - (df * np.log(quadratic) + log_terms) / 2.0
    at = adjusted.argmax(axis=1)
    row = np.arange(len(zero))
    q[zero], offset[zero], sigma2[zero] = grid[at], g[row, at], quadratic[row, at] / df
    return q, sigma2, offset


def _largest_change(drawn: _Datasets, fits: Fits, n: Integers, p: int) -> Floats:
    gamma, icc = one_step_changes(n, drawn.offset, drawn.ss, fits.q, p)
    return np.asarray(np.maximum(np.abs(gamma), np.abs(icc)).max(axis=1))
