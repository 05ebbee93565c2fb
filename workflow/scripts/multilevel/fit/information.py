"""Expected information of the variance components of many fits at once.

The same numbers as `fit.inference` gives for one fit, for simulations in which thousands of
fits share their school sizes.
"""

from dataclasses import dataclass

import numpy as np

from multilevel.fit.sufficient import Floats


@dataclass(frozen=True)
class Precision:
    """Variances of the estimates at each q, in units of sigma2 = 1, each shape (M,).

    Attributes
    ----------
    gamma00
        1/sum w_j.
    tau00, sigma2, both
        Inverse expected information: variances of tau00 and sigma2 and their covariance.
    """

    gamma00: Floats
    tau00: Floats
    sigma2: Floats
    both: Floats

    def of_icc(self, q: Floats) -> Floats:
        """Standard error of q/(1 + q) by the delta method, shape (M,)."""
        variance = self.tau00 + q**2 * self.sigma2 - 2.0 * q * self.both
        return np.asarray(np.sqrt(variance) / (1.0 + q) ** 2)


def precision(n: Floats, count: Floats, q: Floats, n_within: float, p: int) -> Precision:
    """Inverse expected information by school sizes (Searle, Casella & McCulloch 1992, ch. 6).

    Parameters
    ----------
    n, count
        Distinct school sizes and schools of each, shape (K,).
    q
        tau00/sigma2 of each fit, shape (M,).
    n_within
        N - J.
    p
        1 for REML, 0 for ML.
    """
    w = n / (1.0 + np.multiply.outer(q, n))
    s1 = np.einsum("mk,k->m", w, count)
    e = np.stack([np.ones_like(n), 1.0 / n])
    first = np.einsum("mk,ik,k->im", w**2, e, count)
    second = np.einsum("mk,ik,jk,k->ijm", w**2, e, e, count)
    second[1, 1] += n_within
    third = np.einsum("mk,ik,jk,k->ijm", w**3, e, e, count)
    reml = 2.0 * third / s1 - first[:, None] * first[None, :] / s1**2
    information = (second - p * reml) / 2.0
    determinant = information[0, 0] * information[1, 1] - information[0, 1] ** 2
    return Precision(
        gamma00=np.asarray(1.0 / s1),
        tau00=information[1, 1] / determinant,
        sigma2=information[0, 0] / determinant,
        both=-information[0, 1] / determinant,
    )
