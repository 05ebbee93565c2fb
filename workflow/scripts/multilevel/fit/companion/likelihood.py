"""Likelihood of the companion as a function of q = tau00/sigma2.

The coefficients and sigma2 are profiled out in closed form (Harville 1977; Bates et al. 2015).
With z_j = (1, means of the covariates) and W the products within groups:

    w_j = n_j/(1 + n_j q),  A = Wxx + sum w_j z_j z_j',  b = Wxy + sum w_j z_j ybar_j,
    beta = A^-1 b,  Q = Wyy + sum w_j ybar_j^2 - b' beta,
    -2 log L = (N-r) [1 + log(2 pi Q/(N-r))] + sum log(1 + n_j q) + log|A| by REML,

r the number of coefficients by REML, 0 by ML. Under weights n_j is the sum of a group's weights
and each sum over groups takes the groups' weights.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multilevel.fit.companion.aliasing import aliased
from multilevel.fit.companion.products import GroupedProducts
from multilevel.fit.likelihood import Method
from multilevel.fit.sufficient import Floats


@dataclass(frozen=True, eq=False)
class SizeClasses:
    """Groups of one size taken together: all that the likelihood needs.

    Attributes
    ----------
    n
        Distinct group sizes as floats, ascending, shape (K,).
    count
        Groups of that size, shape (K,).
    products
        Sums over these groups of (1, x, y) (1, x, y)', shape (K, p + 1, p + 1).
    """

    n: Floats
    count: Floats
    products: Floats

    @classmethod
    def of(cls, sizes: Floats, means: Floats, group_weight: Floats | None) -> "SizeClasses":
        """Classes of groups with means (1, x, y), shape (J, p + 1)."""
        n, index = np.unique(sizes, return_inverse=True)
        products = np.empty((len(n), means.shape[1], means.shape[1]))
        for a in range(means.shape[1]):
            left = means[:, a] if group_weight is None else means[:, a] * group_weight
            for b in range(a, means.shape[1]):
                summed = np.bincount(index, left * means[:, b], minlength=len(n))
                products[:, a, b] = products[:, b, a] = summed
        count = np.bincount(index, group_weight, minlength=len(n)).astype(np.float64)
        return cls(n, count, products)


@dataclass(frozen=True, eq=False)
class Profile:
    """The quantities above at M values of q, the covariates in the likelihood's basis.

    Attributes
    ----------
    q
        Shape (M,).
    w
        Of each size class, shape (M, K).
    inverse
        A^-1, shape (M, p, p).
    log_determinant
        log|A| of the covariates as they are measured, shape (M,).
    contrast
        (-beta, 1), shape (M, p + 1): what gives a residual from (1, x, y).
    quadratic
        Q, shape (M,).
    """

    q: Floats
    w: Floats
    inverse: Floats
    log_determinant: Floats
    contrast: Floats
    quadratic: Floats


@dataclass(frozen=True, eq=False)
class CompanionLikelihood:
    """REML or ML likelihood of one outcome given its covariates.

    Attributes
    ----------
    classes
        Groups by size.
    within
        Products within groups of (1, x, y), shape (p + 1, p + 1); the constant's are 0.
    basis
        What takes the constant and the covariates to the columns calculated with, shape (p, p).
    n_members
        N; under weights their sum.
    n_groups
        J.
    reml
        Whether by REML.
    """

    classes: SizeClasses
    within: Floats
    basis: Floats
    n_members: float
    n_groups: int
    reml: bool

    @classmethod
    def of(
        cls, statistics: GroupedProducts, method: Method, group_weight: Floats | None = None
    ) -> "CompanionLikelihood":
        """Likelihood of the last column given all others and a constant.

        Parameters
        ----------
        statistics
            About the overall means, no empty group, no aliased column.
        method
            "REML" or "ML".
        group_weight
            Shape (J,); with weights, the method must be ML.
        """
        weight = statistics.weight if group_weight is None else statistics.weight * group_weight
        raw = total_within(statistics, group_weight)
        basis, free = _basis(raw[:-1, :-1], total_products(statistics, group_weight), weight.sum())
        means = np.column_stack([np.ones(len(weight)), statistics.mean[:, :-1]])
        means = np.column_stack([np.einsum("jp,pk->jk", means, basis), statistics.mean[:, -1]])
        whole = np.pad(basis, (0, 1))
        whole[-1, -1] = 1.0
        within = whole.T @ np.pad(raw, ((1, 0), (1, 0))) @ whole
        within[~free] = within[:, ~free] = 0.0
        return cls(
            classes=SizeClasses.of(statistics.weight, means, group_weight),
            within=within,
            basis=basis,
            n_members=float(weight.sum()),
            n_groups=len(weight),
            reml=method == "REML",
        )

    @property
    def n_coefficients(self) -> int:
        """p, the constant among them."""
        return len(self.basis)

    @property
    def df(self) -> float:
        """N less the coefficients by REML, N by ML: the divisor of sigma2."""
        return self.n_members - self.n_coefficients * self.reml

    def profile(self, q: Floats | float) -> Profile:
        """All of the above at each q >= 0."""
        at = np.atleast_1d(np.asarray(q, dtype=np.float64))
        w = self.classes.n / (1.0 + np.multiply.outer(at, self.classes.n))
        total = self.within + self.between(w)
        a, b = total[:, :-1, :-1], total[:, :-1, -1]
        # To a unit diagonal: the constant's weight falls with q, that of other columns needn't.
        size = np.sqrt(np.einsum("mii->mi", a))
        factor = np.linalg.cholesky(a / (size[:, :, None] * size[:, None, :]))
        root = np.linalg.inv(factor) / size[:, None, :]
        inverse = np.einsum("mki,mkj->mij", root, root)
        beta = np.einsum("mij,mj->mi", inverse, b)
        contrast = np.column_stack([-beta, np.ones(len(at))])
        log_determinant = 2.0 * (
            np.log(np.einsum("mii->mi", factor) * size).sum(axis=1)
            - np.linalg.slogdet(self.basis)[1]
        )
        quadratic = _quadratic(total, contrast)
        return Profile(at, w, inverse, log_determinant, contrast, quadratic)

    def between(self, weights: Floats) -> Floats:
        """Weighted sums of the classes' products, shape (M, p + 1, p + 1); weights (M, K)."""
        products = self.classes.products
        # Not `@`, whose last digits depend on the number of threads.
        flat = np.einsum("mk,kc->mc", weights, products.reshape(len(products), -1))
        return np.asarray(flat.reshape(len(weights), *products.shape[1:]))

    def deviance(self, q: Floats | float) -> Floats:
        """-2 log-likelihood, profiled over the coefficients and sigma2, shape (M,)."""
        at = self.profile(q)
        log_terms = np.log1p(np.multiply.outer(at.q, self.classes.n))
        return np.asarray(
            self.df * (1.0 + np.log(2.0 * math.pi * at.quadratic / self.df))
            + np.einsum("mk,k->m", log_terms, self.classes.count)
            + self.reml * at.log_determinant
        )

    def score(self, q: Floats | float) -> Floats:
        """Derivative of the deviance with respect to q, shape (M,)."""
        at = self.profile(q)
        slope = self.between(at.w**2)
        gain = self.df * _quadratic(slope, at.contrast) / at.quadratic
        penalty = np.einsum("mk,k->m", at.w, self.classes.count)
        trace = np.einsum("mij,mij->m", at.inverse, slope[:, :-1, :-1])
        return np.asarray(penalty - gain - self.reml * trace)

    def sigma2(self, q: float) -> float:
        """sigma2 that maximises the likelihood at this q, squared units of the outcome."""
        return float(self.profile(q).quadratic[0]) / self.df


def total_within(statistics: GroupedProducts, group_weight: Floats | None = None) -> Floats:
    """Products within groups, summed over them, shape (C, C)."""
    if not statistics.by_group:
        return statistics.within
    weight = np.ones(len(statistics.n)) if group_weight is None else group_weight
    return np.asarray(np.einsum("j,jcd->cd", weight, statistics.within))


def total_products(statistics: GroupedProducts, group_weight: Floats | None = None) -> Floats:
    """Products about the overall means: A, b and Q at q = 0 but for the constant, shape (C, C).

    Parameters
    ----------
    statistics
        About the overall means.
    group_weight
        Shape (J,).
    """
    weight = statistics.weight if group_weight is None else statistics.weight * group_weight
    between = np.einsum("j,jc,jd->cd", weight, statistics.mean, statistics.mean)
    return np.asarray(total_within(statistics, group_weight) + between)


def _basis(within: Floats, total: Floats, n_members: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Columns whose A is well conditioned at any q, each of unit variance.

    Columns that vary alike within groups (x, and x about something of the group) would become
    one as q grows: of each but the first what it shares with those before is taken, which
    leaves a column of groups.

    Parameters
    ----------
    within, total
        Products of the covariates within groups, shape (p - 1, p - 1), and of all columns about
        the overall means, shape (p, p).
    n_members
        Sum of the weights.

    Returns
    -------
    The basis, shape (p, p), and which of its columns and the outcome vary within groups, shape
    (p + 1,).
    """
    basis = np.eye(len(total))
    own = np.diag(total)[:-1]
    of_groups = np.array(aliased(within, own), dtype=np.int64)
    others = np.setdiff1d(np.arange(len(own)), of_groups)
    if len(others) and len(of_groups):
        size = np.sqrt(np.diag(within)[others])
        matrix = within[np.ix_(others, others)] / np.outer(size, size)
        shared = np.linalg.solve(matrix, within[np.ix_(others, of_groups)] / size[:, None])
        basis[np.ix_(1 + others, 1 + of_groups)] = -shared / size[:, None]
    slopes = basis[1:, 1:]
    variance = np.einsum("ik,ij,jk->k", slopes, total[:-1, :-1], slopes) / n_members
    basis[1:, 1:] = slopes / np.sqrt(variance)
    free = np.ones(len(total) + 1, dtype=np.bool_)
    free[0], free[1 + of_groups] = False, False
    return basis, free


def _quadratic(matrices: Floats, contrast: Floats) -> Floats:
    """c' M c of each, shape (M,)."""
    return np.asarray(np.einsum("mi,mij,mj->m", contrast, matrices, contrast))
