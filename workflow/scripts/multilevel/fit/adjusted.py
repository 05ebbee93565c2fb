"""A positive tau00 for the intervals of school means where the estimate is 0.

At tau00 = 0 the empirical Bayes means all equal gamma00, and their intervals, which take the
0 as known or nearly so, miss the true means of small schools in half of the samples. Li &
Lahiri (2010) maximise tau00 times the likelihood instead, which is never at 0. It serves the
intervals of the means and nothing else: as an estimate of tau00 it is too large.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import minimize_scalar

from multilevel.fit.inference import infer_gamma00
from multilevel.fit.likelihood import Likelihood
from multilevel.fit.optima import Profiled, scan_grid
from multilevel.fit.sufficient import Floats


@dataclass(frozen=True, kw_only=True)
class ShrinkageParameters:
    """What school means are shrunken by, with what is known of it.

    Attributes
    ----------
    offset
        gamma00 - centre, score units.
    tau00, sigma2
        Variances, tau00 above 0 where it was adjusted.
    variance_gamma00
        Squared standard error of gamma00.
    covariance
        Inverse expected information of (tau00, sigma2).
    adjusted
        Whether tau00 is Li & Lahiri's and not the estimate.
    """

    offset: float
    tau00: float
    sigma2: float
    variance_gamma00: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    adjusted: bool


class HasQuadratic(Protocol):
    """A likelihood's parts at values of q."""

    @property
    def quadratic(self) -> Floats:
        """Q, which sigma2 is proportional to, shape (M,)."""


class Adjustable(Profiled, Protocol):
    """A likelihood of the null model, or of one with covariates."""

    def profile(self, q: Floats | float) -> HasQuadratic:
        """Its parts at each q."""


def log_adjusted_likelihood(likelihood: Adjustable, q: Floats) -> Floats:
    """log of tau00 times the likelihood, profiled over coefficients and sigma2, shape (M,)."""
    tau00 = q * likelihood.profile(q).quadratic
    return np.asarray(np.log(tau00) - likelihood.deviance(q) / 2.0)


def adjusted_ratio(likelihood: Adjustable) -> float:
    """The q = tau00/sigma2 > 0 that maximises the adjusted likelihood.

    Given q, sigma2 stays the likelihood's own: the adjustment is one of tau00 alone.

    References
    ----------
    Li, H., & Lahiri, P. (2010). An adjusted maximum likelihood method for solving small area
    estimation problems. Journal of Multivariate Analysis, 101, 882-892.
    """
    log_q = scan_grid(likelihood)
    at = int(np.argmax(log_adjusted_likelihood(likelihood, np.exp(log_q))))
    ends = float(log_q[max(at - 1, 0)]), float(log_q[min(at + 1, len(log_q) - 1)])
    best = minimize_scalar(
        lambda x: -float(log_adjusted_likelihood(likelihood, np.exp([x]))[0]),
        bounds=ends,
        method="bounded",
        options={"xatol": 1e-10},
    )
    return math.exp(float(best.x))


def adjusted_parameters(likelihood: Likelihood) -> ShrinkageParameters:
    """All that school means need, at the adjusted q."""
    q = adjusted_ratio(likelihood)
    inference, sigma2 = infer_gamma00(likelihood, q), likelihood.sigma2(q)
    (tt, ts), (_, ss) = inference.covariance.tolist()
    return ShrinkageParameters(
        offset=float(likelihood.profile(q).offset[0]),
        tau00=q * sigma2,
        sigma2=sigma2,
        variance_gamma00=inference.variance,
        covariance=((tt, ts), (ts, ss)),
        adjusted=True,
    )
