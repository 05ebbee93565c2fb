"""The formulas of between-school variation, each a function of numbers.

Notation: tau00 between-school variance, sigma2 within-school variance, n_j students
of school j, V_j = sigma2/n_j (Raudenbush & Bryk 2002, ch. 3 and 4).
"""

from dataclasses import dataclass

import numpy as np

from multilevel.fit.sufficient import Floats, Integers


def error_variance(sigma2: float, n: Integers | Floats) -> Floats:
    """V_j = sigma2/n_j: variance of an observed school mean about the true one.

    Range: above 0. Read: its square root is the standard error of the school's mean.
    """
    return np.asarray(sigma2 / n)


def reliability(tau00: float, error_variances: Floats) -> Floats:
    """lambda_j = tau00/(tau00 + V_j).

    Range: 0 to 1. Read: the share of the variation of observed school means that reflects
    true differences. Raudenbush & Bryk (2002), ch. 3; their mean is HLM's reliability.

    Examples
    --------
    >>> import numpy as np
    >>> reliability(1.0, error_variance(3.0, np.array([3, 27]))).round(6).tolist()
    [0.5, 0.9]
    """
    return np.asarray(tau00 / (tau00 + error_variances))


def icc(tau00: float, sigma2: float) -> float:
    """rho = tau00/(tau00 + sigma2), the intraclass correlation.

    Range: 0 to 1. Read: the share of the variance of scores that lies between schools; also
    the correlation of two students of one school. Raudenbush & Bryk (2002), ch. 2.

    Examples
    --------
    >>> icc(tau00=1.0, sigma2=3.0)
    0.25
    """
    return tau00 / (tau00 + sigma2)


def design_effect(rho: float, n_mean: float) -> float:
    """DEFF = 1 + rho (n_mean - 1), n_mean the mean number of students per school.

    Range: 1 upwards for n_mean >= 1. Read: how many times larger the sampling variance of a
    mean is than with as many independent students. Kish (1965), sec. 5.4.

    Examples
    --------
    >>> design_effect(rho=0.25, n_mean=21)
    6.0
    """
    return 1.0 + rho * (n_mean - 1.0)


def design_effect_kish(rho: float, n: Integers) -> float:
    """1 + rho (sum n_j^2/N - 1): exact for the student mean with unequal n_j. Kish (1965)."""
    return 1.0 + rho * (float(n @ n) / float(n.sum()) - 1.0)


def design_effect_gamma00(
    n_members: int, variance_gamma00: float, tau00: float, sigma2: float
) -> float:
    """N Var(gamma00)/(tau00 + sigma2): against N independent students."""
    return n_members * variance_gamma00 / (tau00 + sigma2)


def eb_mean(mean: Floats, reliabilities: Floats, gamma00: float) -> Floats:
    """b_j = lambda_j m_j + (1 - lambda_j) gamma00: empirical Bayes, "shrunken" means.

    Read: the best guess of a school's true mean, the observed mean pulled towards gamma00
    the more, the less reliable it is. Raudenbush & Bryk (2002), ch. 3.
    """
    return np.asarray(gamma00 + reliabilities * (mean - gamma00))


@dataclass(frozen=True)
class EbVariance:
    """Parts of the mean squared error of eb_mean, shape (J,), squared score units.

    Attributes
    ----------
    g1
        Were all parameters known; lme4's conditional variance.
    g2
        From the uncertainty of gamma00; HLM's posterior variance is g1 + g2.
    g3
        From the uncertainty of the variance components; enters twice.
    """

    g1: Floats
    g2: Floats
    g3: Floats

    @property
    def total(self) -> Floats:
        """MSE of eb_mean = g1 + g2 + 2 g3 (Prasad & Rao 1990)."""
        return np.asarray(self.g1 + self.g2 + 2.0 * self.g3)


def eb_variance_parts(
    n: Integers | Floats,
    tau00: float,
    sigma2: float,
    variance_gamma00: float,
    covariance: tuple[tuple[float, float], tuple[float, float]],
) -> EbVariance:
    """g1, g2 and g3 of Prasad & Rao (1990).

    Parameters
    ----------
    covariance
        Inverse expected information of (tau00, sigma2).
    """
    v = error_variance(sigma2, n)
    shrinkage = v / (tau00 + v)
    (tt, ts), (_, ss) = covariance
    g3 = (sigma2**2 * tt + tau00**2 * ss - 2.0 * tau00 * sigma2 * ts) / (n**2 * (tau00 + v) ** 3)
    return EbVariance(
        g1=np.asarray(tau00 * shrinkage),
        g2=np.asarray(shrinkage**2 * variance_gamma00),
        g3=np.maximum(g3, 0.0),
    )
