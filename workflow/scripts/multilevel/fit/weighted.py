"""The random-intercept model under sampling weights: pseudo maximum likelihood.

Students weigh w_i|j, the inverse of their chance of selection within their school, schools
w_j. School j enters only through W_j = sum w_i|j, its weighted mean m_j and its weighted sum
of squares SS_j (Pfeffermann et al. 1998; Rabe-Hesketh & Skrondal 2006):

    log L = sum_j w_j * -1/2 [ W_j log(2 pi sigma2) + SS_j/sigma2 + log(1 + W_j tau00/sigma2)
                               + W_j (m_j - gamma00)^2/(sigma2 + W_j tau00) ]

For given q = tau00/sigma2 this is the unweighted likelihood with W_j for n_j and w_j schools
of a kind, so the same search finds its optima.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from multilevel.fit.likelihood import Likelihood
from multilevel.fit.optima import best, local_optima
from multilevel.fit.sufficient import Floats, Integers, SizeClasses
from multilevel.records.students import WeightedMoments

Scaling = Literal["none", "size", "effective"]
ESTIMATOR = "pseudo maximum likelihood, sandwich standard errors over groups"


@dataclass(frozen=True)
class WeightedStatistics:
    """n_j, W_j, sum of squared weights, weighted mean and weighted sum of squares of J schools.

    Attributes
    ----------
    centre
        What was subtracted from all scores; in score units.
    n
        Students per school, shape (J,).
    weight, weight2
        Sums of w_i|j and of their squares, shape (J,).
    offset
        Weighted mean - centre, shape (J,), score units.
    ss
        Weighted sum of squares about the weighted mean, shape (J,).
    """

    centre: float
    n: Integers
    weight: Floats
    weight2: Floats
    offset: Floats
    ss: Floats

    @classmethod
    def of(cls, moments: WeightedMoments) -> "tuple[WeightedStatistics, ...]":
        """What ingest added up, of each plausible value; no empty school."""
        return tuple(
            cls(float(centre), moments.n, moments.weight, moments.weight2, offset, ss)
            for centre, offset, ss in zip(moments.centre, moments.offset, moments.ss, strict=True)
        )

    def scaled(self, scaling: Scaling) -> "WeightedStatistics":
        """Conditional weights multiplied by a constant in each school.

        "none" leaves them; "size" makes their sum n_j; "effective" makes it
        (sum w)^2/sum w^2. Without scaling the weights' size acts on tau00 (Pfeffermann et
        al. 1998, sec. 5; Carle 2009).
        """
        if scaling == "none":
            return self
        if scaling == "size":
            return self.times(self.n / self.weight)
        return self.times(self.weight / self.weight2)

    def times(self, factor: Floats) -> "WeightedStatistics":
        """Conditional weights multiplied by a factor for each school, shape (J,)."""
        return WeightedStatistics(
            centre=self.centre,
            n=self.n,
            weight=self.weight * factor,
            weight2=self.weight2 * factor**2,
            offset=self.offset,
            ss=self.ss * factor,
        )

    @property
    def mean(self) -> Floats:
        """Weighted school means, shape (J,), score units."""
        return self.centre + self.offset


@dataclass(frozen=True, kw_only=True)
class WeightedFit:
    """Pseudo maximum likelihood estimates.

    Standard errors are the sandwich's, H^-1 B H^-1 with B = sum (w_j score_j)(w_j score_j)'
    over schools; None where tau00 = 0 leaves a quantity none. `covariance` is that of (tau00,
    sigma2).
    """

    gamma00: float
    se_gamma00: float
    tau00: float
    se_tau00: float | None
    sigma2: float
    se_sigma2: float
    icc: float
    se_icc: float | None
    log_likelihood: float
    n_optima: int
    covariance: tuple[tuple[float, float], tuple[float, float]]


def fit_weighted(
    statistics: WeightedStatistics, group_weight: Floats, scaling: Scaling
) -> WeightedFit:
    """The optimum of the pseudo likelihood, found as the unweighted one is.

    Parameters
    ----------
    statistics
        With conditional student weights as they are; no empty school.
    group_weight
        School weights w_j > 0, shape (J,).
    scaling
        Of the conditional weights.
    """
    scaled = statistics.scaled(scaling)
    likelihood = pseudo_likelihood(scaled, group_weight)
    optima = local_optima(likelihood)
    optimum = best(optima)
    sigma2, offset = likelihood.sigma2(optimum.q), float(likelihood.profile(optimum.q).offset[0])
    tau00 = optimum.q * sigma2
    covariance = _sandwich(scaled, group_weight, offset, tau00, sigma2)
    se = np.sqrt(np.diag(covariance))
    at_zero = tau00 == 0
    slope = np.array([0.0, sigma2, -tau00]) / (tau00 + sigma2) ** 2
    return WeightedFit(
        gamma00=scaled.centre + offset,
        se_gamma00=float(se[0]),
        tau00=tau00,
        se_tau00=None if at_zero else float(se[1]),
        sigma2=sigma2,
        se_sigma2=float(se[2]),
        icc=tau00 / (tau00 + sigma2),
        se_icc=None if at_zero else math.sqrt(float(slope @ covariance @ slope)),
        log_likelihood=-optimum.deviance / 2.0,
        n_optima=len(optima),
        covariance=(
            (float(covariance[1, 1]), float(covariance[1, 2])),
            (float(covariance[2, 1]), float(covariance[2, 2])),
        ),
    )


def pseudo_likelihood(statistics: WeightedStatistics, group_weight: Floats) -> Likelihood:
    """The pseudo likelihood as a `Likelihood`: W_j for n_j, w_j schools of each kind, ML."""
    sizes, index = np.unique(statistics.weight, return_inverse=True)
    count = _sums(index, group_weight, len(sizes))
    offset = _sums(index, group_weight * statistics.offset, len(sizes)) / count
    deviation = statistics.offset - offset[index]
    return Likelihood(
        classes=SizeClasses(
            n=sizes,
            count=count,
            offset=offset,
            between_ss=_sums(index, group_weight * deviation**2, len(sizes)),
        ),
        ssw=float(np.sum(group_weight * statistics.ss)),
        n_members=float(np.sum(group_weight * statistics.weight)),
        n_groups=len(statistics.n),
        p=0,
    )


def _sums(index: Integers, values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(index, weights=values, minlength=size), dtype=np.float64)


def _sandwich(
    statistics: WeightedStatistics, group_weight: Floats, offset: float, tau00: float, sigma2: float
) -> Floats:
    """Covariance of (gamma00, tau00, sigma2), shape (3, 3); zero rows for tau00 at tau00 = 0.

    In units of sigma2 = 1, so that no scale of the scores leaves double precision.
    """
    w, q = statistics.weight, tau00 / sigma2
    deviation, ss = (statistics.offset - offset) / math.sqrt(sigma2), statistics.ss / sigma2
    score = _scores(w, deviation, ss, q)
    hessian = np.einsum("ikj,j->ik", _hessians(w, deviation, ss, q), group_weight)
    free = [0, 2] if tau00 == 0 else [0, 1, 2]
    weighted = score[free] * group_weight
    bread = np.linalg.inv(hessian[np.ix_(free, free)])
    meat = np.einsum("ij,kj->ik", weighted, weighted)
    covariance = np.zeros((3, 3))
    covariance[np.ix_(free, free)] = bread @ meat @ bread
    units = np.array([math.sqrt(sigma2), sigma2, sigma2])
    return np.asarray(covariance * np.outer(units, units))


def _scores(w: Floats, deviation: Floats, ss: Floats, q: float) -> Floats:
    """First derivatives of each school's log-likelihood at sigma2 = 1, shape (3, J)."""
    total = 1.0 + w * q
    square = w * deviation**2 / total**2
    return np.stack(
        [
            w * deviation / total,
            -0.5 * (w / total - w * square),
            -0.5 * (w - 1.0 + 1.0 / total - ss - square),
        ]
    )


def _hessians(w: Floats, deviation: Floats, ss: Floats, q: float) -> Floats:
    """Second derivatives of each school's log-likelihood at sigma2 = 1, shape (3, 3, J)."""
    total = 1.0 + w * q
    cube = w * deviation**2 / total**3
    gamma_sigma = -w * deviation / total**2
    tau_sigma = 0.5 * (w / total**2 - 2.0 * w * cube)
    return np.stack(
        [
            np.stack([-w / total, w * gamma_sigma, gamma_sigma]),
            np.stack([w * gamma_sigma, 0.5 * (w**2 / total**2 - 2.0 * w**2 * cube), tau_sigma]),
            np.stack(
                [gamma_sigma, tau_sigma, 0.5 * (w - 1.0 + 1.0 / total**2 - 2.0 * ss - 2.0 * cube)]
            ),
        ]
    )
