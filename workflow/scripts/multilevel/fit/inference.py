"""Standard error and degrees of freedom of gamma00; covariance of tau00 and sigma2.

With d_j = 1/(tau00 + sigma2/n_j) and e_j = (1, 1/n_j) for (tau00, sigma2). All
sums are taken over size classes and in units of sigma2, so that nothing depends
on the scale of the scores.
"""

from dataclasses import dataclass

import numpy as np

from multilevel.fit.likelihood import Likelihood
from multilevel.fit.sufficient import Floats


@dataclass(frozen=True)
class FixedEffectInference:
    """What is known of the precision of gamma00 and of the variance components.

    Attributes
    ----------
    variance
        Var(gamma00) = 1/sum d_j, squared score units.
    df_satterthwaite
        As lmerTest; N - p at tau00 = 0, where lmerTest leaves theory behind; None when the
        observed information is not positive definite.
    df_kenward_roger, variance_kenward_roger
        Kenward & Roger (1997), REML's or ML's expected information.
    covariance
        Inverse expected information of (tau00, sigma2), shape (2, 2).
    """

    variance: float
    df_satterthwaite: float | None
    df_kenward_roger: float
    variance_kenward_roger: float
    covariance: Floats


@dataclass(frozen=True)
class _Sums:
    """p_i, Q_ik, T_ik, r_i and the observed-minus-expected term, sigma2 = 1."""

    s1: float
    p: Floats
    q: Floats
    t: Floats
    r: Floats
    d3_between: Floats


def infer_gamma00(likelihood: Likelihood, q: float) -> FixedEffectInference:
    """Inference at a (local) optimum q = tau00/sigma2.

    Sources: Satterthwaite (1946); Giesbrecht & Burns (1985); Kenward & Roger (1997);
    Kuznetsova, Brockhoff & Christensen (2017).
    """
    sigma2 = likelihood.sigma2(q)
    sums = _sums(likelihood, q, sigma2)
    gradient = sums.p / sums.s1**2
    variance = 1.0 / sums.s1
    inverse_expected = np.linalg.inv(_expected_information(sums, likelihood.p))
    adjustment = sums.q - np.outer(sums.p, sums.p) / sums.s1
    adjusted = variance + 2.0 * variance**2 * float(np.sum(inverse_expected * adjustment))
    return FixedEffectInference(
        variance=sigma2 * variance,
        df_satterthwaite=_satterthwaite(likelihood, q, sigma2, sums, gradient),
        df_kenward_roger=2.0 * variance**2 / float(gradient @ inverse_expected @ gradient),
        variance_kenward_roger=sigma2 * adjusted,
        covariance=np.asarray(sigma2**2 * inverse_expected, dtype=np.float64),
    )


def _sums(likelihood: Likelihood, q: float, sigma2: float) -> _Sums:
    k = likelihood.classes
    at = likelihood.profile(q)
    d = at.w[0]
    e = np.stack([np.ones_like(k.n), 1.0 / k.n])
    deviation = (k.offset - at.offset[0]) / np.sqrt(sigma2)
    t = np.einsum("ik,jk,k->ij", e, e, k.count * d**2)
    t[1, 1] += likelihood.n_members - likelihood.n_groups
    return _Sums(
        s1=float(at.total_weight[0]),
        p=e @ (k.count * d**2),
        q=np.einsum("ik,jk,k->ij", e, e, k.count * d**3),
        t=t,
        r=e @ (k.count * d**2 * deviation),
        d3_between=np.einsum("ik,jk,k->ij", e, e, d**3 * at.between[0] / sigma2),
    )


def _expected_information(sums: _Sums, p: int) -> Floats:
    reml = 2.0 * sums.q / sums.s1 - np.outer(sums.p, sums.p) / sums.s1**2
    return np.asarray((sums.t - p * reml) / 2.0)


def _satterthwaite(
    likelihood: Likelihood, q: float, sigma2: float, sums: _Sums, gradient: Floats
) -> float | None:
    if q == 0.0:
        return float(likelihood.n_members - likelihood.p)
    hessian = _observed_hessian(likelihood, sigma2, sums)
    if np.linalg.det(hessian) <= 0 or hessian[0, 0] <= 0:
        return None
    uncertainty = float(gradient @ (2.0 * np.linalg.inv(hessian)) @ gradient)
    return 2.0 / (sums.s1**2 * uncertainty)


def _observed_hessian(likelihood: Likelihood, sigma2: float, sums: _Sums) -> Floats:
    """Second derivatives of the deviance in (tau00, sigma2), sigma2 = 1."""
    # sums.t holds + (N-J) in the (sigma2, sigma2) cell; here it enters negatively, as do d^2.
    hessian = -sums.t + 2.0 * sums.d3_between - 2.0 * np.outer(sums.r, sums.r) / sums.s1
    hessian = hessian + likelihood.p * (
        2.0 * sums.q / sums.s1 - np.outer(sums.p, sums.p) / sums.s1**2
    )
    hessian[1, 1] += 2.0 * likelihood.ssw / sigma2
    return np.asarray(hessian)
