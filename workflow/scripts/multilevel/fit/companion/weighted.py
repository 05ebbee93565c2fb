"""The companion under sampling weights: pseudo maximum likelihood, sandwich over groups.

With W_j the sum of a group's conditional weights, S_j its weighted residual sum of squares and
r_j its weighted mean residual (Pfeffermann et al. 1998; Rabe-Hesketh & Skrondal 2006),

    log L = sum_j w_j * -1/2 [ W_j log(2 pi sigma2) + S_j/sigma2 + log(1 + W_j tau00/sigma2)
                               + W_j r_j^2/(sigma2 + W_j tau00) ]
"""

import math
from dataclasses import dataclass

import numpy as np

from multilevel.fit.companion.likelihood import CompanionLikelihood, total_products
from multilevel.fit.companion.model import Estimates, coefficients
from multilevel.fit.companion.products import GroupedProducts
from multilevel.fit.optima import best, local_optima
from multilevel.fit.sufficient import Floats
from multilevel.fit.weighted import Scaling


@dataclass(frozen=True, eq=False, kw_only=True)
class WeightedCompanionFit(Estimates):
    """Pseudo maximum likelihood estimates of one model of one outcome.

    Attributes
    ----------
    covariance
        Of `beta` by the sandwich, shape (p, p).
    """

    covariance: Floats


def fit_weighted_companion(
    statistics: GroupedProducts, group_weight: Floats, scaling: Scaling
) -> WeightedCompanionFit:
    """The optimum of the pseudo likelihood, found as the unweighted one is.

    Parameters
    ----------
    statistics
        With conditional weights as they are and products by group; no empty group, no aliased
        covariate; the outcome in the last column.
    group_weight
        Group weights w_j > 0, shape (J,).
    scaling
        Of the conditional weights.
    """
    centred = statistics.scaled(scaling).centred(group_weight)
    likelihood = CompanionLikelihood.of(centred, "ML", group_weight)
    optima = local_optima(likelihood)
    optimum = best(optima)
    sigma2, beta = likelihood.sigma2(optimum.q), coefficients(likelihood, optimum.q)
    slopes, products = beta[1:], total_products(centred, group_weight)[:-1, :-1]
    return WeightedCompanionFit(
        beta=np.concatenate([[beta[0] + centred.centre[-1]], slopes]),
        tau00=optimum.q * sigma2,
        sigma2=sigma2,
        deviance=optimum.deviance,
        fixed_variance=float(slopes @ products @ slopes) / likelihood.n_members,
        n_members=int(statistics.n.sum()),
        n_groups=len(statistics.n),
        optima=optima,
        covariance=_sandwich(centred, group_weight, beta, optimum.q, sigma2),
    )


def _sandwich(
    centred: GroupedProducts, group_weight: Floats, beta: Floats, q: float, sigma2: float
) -> Floats:
    """Covariance of beta, shape (p, p); tau00 is held where it is 0.

    In units of sigma2 = 1 and of the covariates' standard deviations.
    """
    size, root = len(beta), math.sqrt(sigma2)
    variance = np.diag(total_products(centred, group_weight))[:-1]
    unit = np.append(1.0, np.sqrt(variance / float(group_weight @ centred.weight)))
    scale = np.append(unit, root)
    means = np.column_stack([np.ones(len(group_weight)), centred.mean]) / scale
    within = np.pad(centred.within / np.outer(scale[1:], scale[1:]), [(0, 0), (1, 0), (1, 0)])
    contrast = np.append(-beta * unit / root, 1.0)
    parts = _Parts(
        w=centred.weight,
        q=q,
        x=means[:, :-1],
        within=within[:, :-1, :-1],
        within_residual=np.einsum("jab,b->ja", within[:, :-1, :], contrast),
        residual=means @ contrast,
        square=np.einsum("a,jab,b->j", contrast, within, contrast),
    )
    score, hessian = parts.scores(), parts.hessian(group_weight)
    free = [k for k in range(size + 2) if q > 0 or k != size]
    weighted = score[:, free] * group_weight[:, None]
    bread = np.linalg.inv(hessian[np.ix_(free, free)])
    meat = np.einsum("ji,jk->ik", weighted, weighted)
    covariance = (bread @ meat @ bread)[:size, :size]
    return np.asarray(covariance * sigma2 / np.outer(unit, unit))


@dataclass(frozen=True, eq=False)
class _Parts:
    """What each group's log-likelihood is made of at sigma2 = 1; parameters beta, tau00, sigma2.

    Attributes
    ----------
    w
        W_j, shape (J,).
    q
        tau00.
    x, within
        Means and products within groups of the constant and covariates, (J, p), (J, p, p).
    within_residual
        Products within groups of these and the residual, shape (J, p).
    residual, square
        r_j and S_j, shape (J,).
    """

    w: Floats
    q: float
    x: Floats
    within: Floats
    within_residual: Floats
    residual: Floats
    square: Floats

    def scores(self) -> Floats:
        """First derivatives of each group's log-likelihood, shape (J, p + 2)."""
        w, total = self.w, 1.0 + self.w * self.q
        k, r2 = w / total, self.w * self.residual**2 / total**2
        of_beta = self.within_residual + self.x * (k * self.residual)[:, None]
        of_tau = -0.5 * (k - w * r2)
        of_sigma = -0.5 * (w - 1.0 + 1.0 / total - self.square - r2)
        return np.column_stack([of_beta, of_tau, of_sigma])

    def hessian(self, group_weight: Floats) -> Floats:
        """Second derivatives of the pseudo log-likelihood, shape (p + 2, p + 2)."""
        w, total, a = self.w, 1.0 + self.w * self.q, group_weight
        k, r3 = w / total, self.w * self.residual**2 / total**3
        p = self.x.shape[1]
        hessian = np.empty((p + 2, p + 2))
        hessian[:p, :p] = -np.einsum("j,jab->ab", a, self.within)
        hessian[:p, :p] -= np.einsum("j,ja,jb->ab", a * k, self.x, self.x)
        mean_part = a * w * self.residual / total**2
        of_tau = -np.einsum("j,ja->a", mean_part * w, self.x)
        of_sigma = -np.einsum("j,ja->a", mean_part, self.x)
        of_sigma -= np.einsum("j,ja->a", a, self.within_residual)
        hessian[:p, p] = hessian[p, :p] = of_tau
        hessian[:p, p + 1] = hessian[p + 1, :p] = of_sigma
        hessian[p, p] = 0.5 * float(a @ (k**2 - 2.0 * w**2 * r3))
        both = 0.5 * float(a @ (w / total**2 - 2.0 * w * r3))
        hessian[p, p + 1] = hessian[p + 1, p] = both
        own = w - 1.0 + 1.0 / total**2 - 2.0 * self.square - 2.0 * r3
        hessian[p + 1, p + 1] = 0.5 * float(a @ own)
        return hessian
