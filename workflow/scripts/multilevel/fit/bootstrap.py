"""Parametric bootstrap of the random-intercept model, from sufficient statistics.

Not rows but what the likelihood needs is drawn, exactly as rows would give it:

    SSW* ~ sigma2 chi2_{N-J},  m_j* ~ N(gamma00, tau00 + sigma2/n_j),

the means by size class: their mean by its normal distribution, their sum of squares
about it by its chi-square. A draw costs the number of distinct n_j (Efron & Tibshirani
1993, ch. 6 and 13; van der Leeden, Meijer & Busing 2008).
"""

from dataclasses import dataclass

import numpy as np

from multilevel.fit.likelihood import Likelihood
from multilevel.fit.replicates import Fits, Replicates, fit_replicates, joined
from multilevel.fit.sufficient import Floats
from multilevel.results import Bootstrap, Interval

# Fixed: the same data must give the same report.
SEED = 1979
# Draws made together, to bound the memory.
AT_ONCE = 2_000


@dataclass(frozen=True)
class Draws:
    """Estimates of gamma00 - centre, tau00, sigma2, ICC and reliability, each shape (M,)."""

    fits: Fits
    reliability: Floats


def bootstrap(
    likelihood: Likelihood,
    gamma00: float,
    tau00: float,
    sigma2: float,
    n_draws: int,
    confidence: float,
) -> Bootstrap:
    """Percentile intervals from `n_draws` fits to data drawn from the fitted model.

    Parameters
    ----------
    likelihood
        Of the data: school sizes and the method, REML or ML.
    gamma00, tau00, sigma2
        The estimates, in score units and their squares.
    n_draws
        1 or more; some 2,000 for two digits of an end.
    confidence
        In (0, 1).
    """
    draws = draw(likelihood, tau00, sigma2, n_draws)

    def interval(values: Floats) -> Interval:
        tail = (1.0 - confidence) / 2.0
        low, high = np.quantile(values, [tail, 1.0 - tail])
        return float(low), float(high)

    low, high = interval(draws.fits.offset)
    return Bootstrap(
        n_draws=n_draws,
        seed=SEED,
        ci_tau00=interval(draws.fits.tau00),
        ci_sigma2=interval(draws.fits.sigma2),
        ci_icc=interval(draws.fits.icc),
        ci_gamma00=(gamma00 + low, gamma00 + high),
        ci_reliability=interval(draws.reliability),
        share_at_boundary=float(np.mean(draws.fits.q == 0.0)),
    )


def draw(likelihood: Likelihood, tau00: float, sigma2: float, n_draws: int) -> Draws:
    """Estimates from `n_draws` datasets of the same school sizes, gamma00 = 0."""
    k = likelihood.classes
    random = np.random.default_rng(SEED)
    fits = joined(
        fit_replicates(
            _replicates(random, likelihood, tau00, sigma2, min(AT_ONCE, n_draws - start))
        )
        for start in range(0, n_draws, AT_ONCE)
    )
    reliability = np.zeros(n_draws)
    for n, count in zip(k.n, k.count, strict=True):
        reliability += count * (fits.q / (fits.q + 1.0 / n))
    return Draws(fits=fits, reliability=reliability / k.count.sum())


def _replicates(
    random: np.random.Generator, likelihood: Likelihood, tau00: float, sigma2: float, size: int
) -> Replicates:
    k = likelihood.classes
    variance = tau00 + sigma2 / k.n
    shape = (size, len(k.n))
    df = likelihood.n_members - likelihood.n_groups
    return Replicates(
        n=k.n,
        count=np.broadcast_to(k.count, shape),
        offset=random.standard_normal(shape) * np.sqrt(variance / k.count),
        # Gamma with shape 0 is 0: a size that one school has.
        between_ss=2.0 * variance * random.standard_gamma((k.count - 1.0) / 2.0, shape),
        ssw=2.0 * sigma2 * random.standard_gamma(df / 2.0, size),
        n_members=np.full(size, float(likelihood.n_members)),
        p=likelihood.p,
    )
