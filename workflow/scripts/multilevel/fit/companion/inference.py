"""Standard errors and degrees of freedom of the coefficients; covariance of the variances.

A group's data are its mean, with variance 1/d_j = tau00 + sigma2/n_j, and contrasts within it,
with variance sigma2. For (tau00, sigma2) the mean's variance has slopes e_j = (1, 1/n_j), the
contrasts' (0, 1); all sums follow from these two parts, taken over size classes and in units of
sigma2, so that nothing depends on the scale of the scores.
"""

from dataclasses import dataclass

import numpy as np

from multilevel.fit.companion.likelihood import CompanionLikelihood
from multilevel.fit.sufficient import Floats


@dataclass(frozen=True, eq=False)
class Precision:
    """What is known of the precision of the coefficients and of the variances.

    Coefficients are the constant at the covariates' means and slopes in the covariates' own
    units.

    Attributes
    ----------
    covariance
        Var(beta) = sigma2 A^-1, shape (p, p).
    kenward_roger
        The same after Kenward & Roger (1997), shape (p, p).
    slopes
        Derivatives of `covariance`/sigma2 in (tau00, sigma2)/sigma2, shape (2, p, p).
    expected
        Inverse expected information of (tau00, sigma2)/sigma2, REML's or ML's, shape (2, 2).
    observed
        Twice the inverse Hessian of the deviance, shape (2, 2); None at tau00 = 0 and where it
        is not positive definite.
    df_at_zero
        What lmerTest's degrees of freedom become at tau00 = 0: N less the coefficients by REML,
        N by ML; None elsewhere.
    sigma2
        Squared units of the outcome.
    """

    covariance: Floats
    kenward_roger: Floats
    slopes: Floats
    expected: Floats
    observed: Floats | None
    df_at_zero: float | None
    sigma2: float

    def df_satterthwaite(self, contrast: Floats) -> float | None:
        """Degrees of freedom of contrast' beta as lmerTest's; None where there are none.

        Giesbrecht & Burns (1985); Kuznetsova, Brockhoff & Christensen (2017).
        """
        if self.observed is None:
            return self.df_at_zero
        return self._df(contrast, self.observed)

    def df_kenward_roger(self, contrast: Floats) -> float:
        """Degrees of freedom of contrast' beta as pbkrtest's (Kenward & Roger 1997)."""
        return self._df(contrast, self.expected)

    def _df(self, contrast: Floats, uncertainty: Floats) -> float:
        variance = float(contrast @ self.covariance @ contrast) / self.sigma2
        slope = np.einsum("i,kij,j->k", contrast, self.slopes, contrast)
        return 2.0 * variance**2 / float(slope @ uncertainty @ slope)


@dataclass(frozen=True, eq=False)
class _Sums:
    """P_i, Q_ik, traces and residual sums of Kenward & Roger (1997), sigma2 = 1."""

    inverse: Floats
    p: Floats
    q: Floats
    traces: Floats
    residual: Floats
    residual_square: Floats

    @property
    def reml(self) -> Floats:
        """2 tr(A^-1 Q_ik) - tr(A^-1 P_i A^-1 P_k), shape (2, 2)."""
        product = np.einsum("ab,ibc->iac", self.inverse, self.p)
        return np.asarray(
            2.0 * np.einsum("ab,ikab->ik", self.inverse, self.q)
            - np.einsum("iab,kba->ik", product, product)
        )


def precision(likelihood: CompanionLikelihood, q: float) -> Precision:
    """Inference at a (local) optimum q = tau00/sigma2."""
    sums = _sums(likelihood, q)
    information = sums.traces - likelihood.reml * sums.reml
    expected = np.linalg.inv(information / 2.0)
    inverse = sums.inverse
    change = np.einsum("ik,ikab->ab", expected, sums.q) - np.einsum(
        "ik,iab,bc,kcd->ad", expected, sums.p, inverse, sums.p
    )
    adjusted = inverse + 2.0 * inverse @ change @ inverse
    sigma2, basis = likelihood.sigma2(q), likelihood.basis
    return Precision(
        covariance=sigma2 * basis @ inverse @ basis.T,
        kenward_roger=sigma2 * basis @ adjusted @ basis.T,
        slopes=basis @ inverse @ sums.p @ inverse @ basis.T,
        expected=np.asarray(expected),
        observed=None if q == 0.0 else _observed(likelihood, sums),
        df_at_zero=likelihood.df if q == 0.0 else None,
        sigma2=sigma2,
    )


def _sums(likelihood: CompanionLikelihood, q: float) -> _Sums:
    at, classes, within = likelihood.profile(q), likelihood.classes, likelihood.within
    root = float(at.quadratic[0] / likelihood.df) ** 0.5
    contrast, d = at.contrast[0], at.w[0]
    e = np.stack([np.ones_like(classes.n), 1.0 / classes.n])
    squares = likelihood.between(e * d**2)
    squares[1] += within
    pairs = np.einsum("ik,jk,k->ijk", e, e, d**3).reshape(4, -1)
    cubes = likelihood.between(pairs).reshape(2, 2, *within.shape)
    cubes[1, 1] += within
    traces = np.einsum("ik,jk,k->ij", e, e, classes.count * d**2)
    traces[1, 1] += likelihood.n_members - likelihood.n_groups
    return _Sums(
        inverse=at.inverse[0],
        p=squares[:, :-1, :-1],
        q=cubes[..., :-1, :-1],
        traces=traces,
        residual=np.einsum("iab,b->ia", squares[:, :-1, :], contrast) / root,
        residual_square=np.einsum("a,ikab,b->ik", contrast, cubes, contrast) / root**2,
    )


def _observed(likelihood: CompanionLikelihood, sums: _Sums) -> Floats | None:
    """Twice the inverse of the deviance's second derivatives in (tau00, sigma2), sigma2 = 1."""
    fitted = np.einsum("ia,ab,kb->ik", sums.residual, sums.inverse, sums.residual)
    hessian = -sums.traces + 2.0 * sums.residual_square - 2.0 * fitted
    hessian = hessian + likelihood.reml * sums.reml
    if np.linalg.det(hessian) <= 0 or hessian[0, 0] <= 0:
        return None
    return np.asarray(2.0 * np.linalg.inv(hessian))
