"""Parametric bootstrap of the random-intercept model, from sufficient statistics.

Not rows but what the likelihood needs is drawn, exactly as rows would give it:

    SSW* ~ sigma2 chi2_{N-J},  m_j* ~ N(gamma00, tau00 + sigma2/n_j),

the means by size class: their mean by its normal distribution, their sum of squares
about it by its chi-square. A draw costs the number of distinct n_j (Efron & Tibshirani
1993, ch. 6 and 13; van der Leeden, Meijer & Busing 2008).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from multilevel.fit.likelihood import Likelihood
from multilevel.fit.replicates import Fits, Replicates, fit_replicates, joined
from multilevel.fit.sufficient import Floats
from multilevel.records.results import Bootstrap, Interval

# Fixed: the same data must give the same report.
SEED = 1979
# Draws made together, to bound the memory.
AT_ONCE = 2_000


@dataclass(frozen=True)
class Draws:
    """Estimates of gamma00 - centre, tau00, sigma2, ICC and reliability, each shape (M,)."""

    fits: Fits
    reliability: Floats


@dataclass(frozen=True)
class Truth:
    """The model that is drawn from: a fit's estimates, in score units and their squares."""

    gamma00: float
    tau00: float
    sigma2: float


def bootstrap(
    likelihoods: Sequence[Likelihood], truths: Sequence[Truth], n_draws: int, confidence: float
) -> Bootstrap:
    """Percentile intervals from `n_draws` fits to data drawn from the fitted model.

    Of M plausible values each is drawn from with a share of the draws; all draws together
    give the intervals ("MI boot pooled", Schomaker & Heumann 2018).

    Parameters
    ----------
    likelihoods
        Of the data, for each plausible value: school sizes and the method, REML or ML.
    truths
        Its estimates.
    n_draws
        1 or more; some 2,000 for two digits of an end.
    confidence
        In (0, 1).
    """
    # As equal as can be: of 2,000 draws and 3 values 667, 667 and 666.
    shares = [n_draws // len(truths) + (m < n_draws % len(truths)) for m in range(len(truths))]
    draws = [
        draw(likelihood, truth.tau00, truth.sigma2, share, SEED + m)
        for m, (likelihood, truth, share) in enumerate(
            zip(likelihoods, truths, shares, strict=True)
        )
        if share
    ]
    fits = joined(one.fits for one in draws)
    gamma00 = np.concatenate(
        [truth.gamma00 + one.fits.offset for truth, one in zip(truths, draws, strict=False)]
    )

    def interval(values: Floats) -> Interval:
        tail = (1.0 - confidence) / 2.0
        low, high = np.quantile(values, [tail, 1.0 - tail])
        return float(low), float(high)

    return Bootstrap(
        n_draws=n_draws,
        seed=SEED,
        ci_tau00=interval(fits.tau00),
        ci_sigma2=interval(fits.sigma2),
        ci_icc=interval(fits.icc),
        ci_gamma00=interval(gamma00),
        ci_reliability=interval(np.concatenate([one.reliability for one in draws])),
        share_at_boundary=float(np.mean(fits.q == 0.0)),
    )


def draw(
    likelihood: Likelihood, tau00: float, sigma2: float, n_draws: int, seed: int = SEED
) -> Draws:
    """Estimates from `n_draws` datasets of the same school sizes, gamma00 = 0."""
    k = likelihood.classes
    random = np.random.default_rng(seed)
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
