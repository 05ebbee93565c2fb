"""Likelihood of the random-intercept model as a function of q = tau00/sigma2.

gamma00 and sigma2 are profiled out in closed form (Harville 1977; Searle,
Casella & McCulloch 1992, ch. 6; Bates et al. 2015):

    w_j = n_j/(1 + n_j q),  S = sum w_j,  g = sum w_j m_j/S,
    Q = SSW + sum w_j (m_j - g)^2,
    -2 log L = (N-p) [1 + log(2 pi Q/(N-p))] + sum log(1 + n_j q) + p log S,

p = 1 for REML, 0 for ML.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from multilevel.fit.sufficient import Floats, SizeClasses, SufficientStatistics

Method = Literal["REML", "ML"]


@dataclass(frozen=True)
class Profile:
    """The quantities above at one or several q.

    Attributes
    ----------
    q
        tau00/sigma2, shape (M,).
    w
        w of each size class, shape (M, K).
    total_weight
        S, shape (M,).
    offset
        g - centre, shape (M,).
    between
        Sum over the schools of a class of (m_j - g)^2, shape (M, K).
    quadratic
        Q, shape (M,).
    """

    q: Floats
    w: Floats
    total_weight: Floats
    offset: Floats
    between: Floats
    quadratic: Floats


@dataclass(frozen=True)
class Likelihood:
    """REML or ML likelihood of one dataset.

    Attributes
    ----------
    classes
        Schools by size.
    ssw
        Sum of squares within schools, > 0.
    n_members
        N; under sampling weights their sum, which needn't be whole.
    n_groups
        J.
    p
        1 for REML, 0 for ML.
    """

    classes: SizeClasses
    ssw: float
    n_members: float
    n_groups: int
    p: int

    @classmethod
    def of(cls, statistics: SufficientStatistics, method: Method) -> "Likelihood":
        """Likelihood of `statistics` by `method`."""
        return cls(
            classes=SizeClasses.of(statistics),
            ssw=statistics.ssw,
            n_members=statistics.n_members,
            n_groups=int((statistics.n > 0).sum()),
            p=1 if method == "REML" else 0,
        )

    def profile(self, q: Floats | float) -> Profile:
        """w, S, g and Q at each q >= 0."""
        at = np.atleast_1d(np.asarray(q, dtype=np.float64))
        k = self.classes
        w = k.n / (1.0 + np.multiply.outer(at, k.n))
        total_weight = _sums(w, k.count)
        offset = _sums(w, k.count * k.offset) / total_weight
        between = k.between_ss + k.count * (k.offset - offset[:, None]) ** 2
        quadratic = self.ssw + (w * between).sum(axis=1)
        return Profile(at, w, total_weight, offset, between, quadratic)

    def deviance(self, q: Floats | float) -> Floats:
        """-2 log-likelihood, profiled over gamma00 and sigma2, shape (M,)."""
        return self.deviance_at(self.profile(q))

    def deviance_at(self, at: Profile) -> Floats:
        """The same from `profile(q)`."""
        df = self.n_members - self.p
        log_terms = np.log1p(np.multiply.outer(at.q, self.classes.n))
        log_determinant = _sums(log_terms, self.classes.count)
        return np.asarray(
            df * (1.0 + np.log(2.0 * np.pi * at.quadratic / df))
            + log_determinant
            + self.p * np.log(at.total_weight)
        )

    def score(self, q: Floats | float) -> Floats:
        """Derivative of the deviance with respect to q, shape (M,)."""
        at = self.profile(q)
        df = self.n_members - self.p
        fit_gain = df * (at.w**2 * at.between).sum(axis=1) / at.quadratic
        penalty = _sums(at.w, self.classes.count)
        return np.asarray(
            penalty - fit_gain - self.p * _sums(at.w**2, self.classes.count) / at.total_weight
        )

    def sigma2(self, q: float) -> float:
        """sigma2 that maximises the likelihood at this q, squared score units."""
        return float(self.profile(q).quadratic[0]) / (self.n_members - self.p)


def _sums(values: Floats, weights: Floats) -> Floats:
    """Weighted sum of each row; not `@`, whose last digits depend on the number of threads."""
    return np.asarray(np.einsum("mk,k->m", values, weights))
