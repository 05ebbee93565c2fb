"""Group means adjusted for covariates: what a group would have at average covariates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from multilevel.fit import distributions
from multilevel.fit.companion.model import CompanionFit
from multilevel.fit.companion.products import GroupedProducts
from multilevel.fit.rubin import pool_columns
from multilevel.fit.sufficient import Floats, Integers


@dataclass(frozen=True, eq=False, kw_only=True)
class AdjustedMeans:
    """Empirical Bayes means gamma00 + u_0j at the rows' average covariates.

    Attributes
    ----------
    groups
        Numbers of the groups, those with complete rows, ascending, shape (J,).
    mean, se
        In the outcome's units; se is the root of the full mean squared error, shape (J,).
    low, high
        Intervals at the model's confidence, shape (J,).
    """

    groups: Integers
    mean: Floats
    se: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class AdjustedParts:
    """The means of one outcome and the parts of their mean squared error, each shape (J,).

    Attributes
    ----------
    mean
        gamma00 + lambda_j (ybar_j - fixed part at the group's means).
    g1
        Were all parameters known: tau00 (1 - lambda_j).
    g2
        From the uncertainty of the coefficients.
    g3
        From the uncertainty of the variances; enters twice (Prasad & Rao 1990).
    """

    mean: Floats
    g1: Floats
    g2: Floats
    g3: Floats

    @property
    def total(self) -> Floats:
        """Mean squared error g1 + g2 + 2 g3."""
        return np.asarray(self.g1 + self.g2 + 2.0 * self.g3)


def adjusted_parts(statistics: GroupedProducts, fit: CompanionFit) -> AdjustedParts:
    """Means of the groups as `fit`, made from `statistics`, has them."""
    centred = statistics.centred()
    n = centred.n.astype(np.float64)
    v = fit.sigma2 / n
    reliability = fit.tau00 / (fit.tau00 + v)
    constant = fit.beta[0] - centred.centre[-1]
    slopes, x = fit.beta[1:], centred.mean[:, :-1]
    residual = centred.mean[:, -1] - constant - np.einsum("jk,k->j", x, slopes)
    # The adjusted mean is the constant plus lambda_j times the residual: its slope in beta.
    slope = np.column_stack([1.0 - reliability, -reliability[:, None] * x])
    (tt, ts), (_, ss) = fit.precision.expected * fit.sigma2**2
    g3 = fit.sigma2**2 * tt + fit.tau00**2 * ss - 2.0 * fit.tau00 * fit.sigma2 * ts
    return AdjustedParts(
        mean=fit.beta[0] + reliability * residual,
        g1=fit.tau00 * (1.0 - reliability),
        g2=np.einsum("ja,ab,jb->j", slope, fit.precision.covariance, slope),
        g3=np.maximum(g3 / (n**2 * (fit.tau00 + v) ** 3), 0.0),
    )


def adjusted_means(
    groups: Integers,
    statistics: Sequence[GroupedProducts],
    fits: Sequence[CompanionFit],
    confidence: float,
) -> AdjustedMeans:
    """Of the fits of M plausible values, or of one score; Rubin's rules for each group.

    Parameters
    ----------
    groups
        Numbers of the groups, shape (J,).
    statistics, fits
        Of each plausible value.
    confidence
        Of the intervals.
    """
    parts = [adjusted_parts(s, fit) for s, fit in zip(statistics, fits, strict=True)]
    mean, total, df = parts[0].mean, parts[0].total, np.full(len(groups), np.inf)
    if len(parts) > 1:
        mean, total, df = pool_columns(
            np.stack([part.mean for part in parts]), np.stack([part.total for part in parts])
        )
    se = np.sqrt(total)
    half_width = distributions.t_quantiles(0.5 + confidence / 2.0, df) * se
    return AdjustedMeans(
        groups=groups, mean=mean, se=se, low=mean - half_width, high=mean + half_width
    )
