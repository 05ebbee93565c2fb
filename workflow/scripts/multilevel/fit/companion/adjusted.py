"""Group means adjusted for covariates: what a group would have at average covariates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from multilevel.fit import distributions
from multilevel.fit.adjusted import adjusted_ratio
from multilevel.fit.companion.inference import precision
from multilevel.fit.companion.likelihood import CompanionLikelihood
from multilevel.fit.companion.model import CompanionFit, coefficients
from multilevel.fit.companion.products import GroupedProducts
from multilevel.fit.likelihood import Method
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
        Intervals at the model's confidence, shape (J,). Near tau00 = 0 they and se rest on the
        adjusted likelihood of `multilevel.fit.adjusted`: they would miss many small groups.
    near_zero
        Whether they do, in any of the fits.
    """

    groups: Integers
    mean: Floats
    se: Floats
    low: Floats
    high: Floats
    near_zero: bool


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
    method: Method,
    confidence: float,
) -> AdjustedMeans:
    """Of the fits of M plausible values, or of one score; Rubin's rules for each group.

    Parameters
    ----------
    groups
        Numbers of the groups, shape (J,).
    statistics, fits
        Of each plausible value.
    method
        Of the fits.
    confidence
        Of the intervals.
    """
    pairs = list(zip(statistics, fits, strict=True))
    mean = np.mean([adjusted_parts(s, fit).mean for s, fit in pairs], axis=0)
    parts = [adjusted_parts(s, above_zero(s, fit, method)) for s, fit in pairs]
    centre, total, df = parts[0].mean, parts[0].total, np.full(len(groups), np.inf)
    if len(parts) > 1:
        centre, total, df = pool_columns(
            np.stack([part.mean for part in parts]), np.stack([part.total for part in parts])
        )
    se = np.sqrt(total)
    half_width = distributions.t_quantiles(0.5 + confidence / 2.0, df) * se
    return AdjustedMeans(
        groups=groups,
        mean=mean,
        se=se,
        low=centre - half_width,
        high=centre + half_width,
        near_zero=any(map(near_zero, fits)),
    )


def near_zero(fit: CompanionFit) -> bool:
    """Whether tau00 is 0 or less than a standard error above it.

    There an estimate of tau00 that is too small by chance makes intervals of small groups that
    hold their means in .85 of the samples; docs/validation/companion.md has what they do now.
    """
    variance = float(fit.precision.expected[0, 0]) * fit.sigma2**2
    return fit.tau00**2 < variance


def above_zero(statistics: GroupedProducts, fit: CompanionFit, method: Method) -> CompanionFit:
    """The fit; near tau00 = 0 its estimates where tau00 times the likelihood is highest."""
    if not near_zero(fit):
        return fit
    centred = statistics.centred()
    likelihood = CompanionLikelihood.of(centred, method)
    q = adjusted_ratio(likelihood)
    beta, sigma2 = coefficients(likelihood, q), likelihood.sigma2(q)
    beta[0] += centred.centre[-1]
    return replace(
        fit, beta=beta, tau00=q * sigma2, sigma2=sigma2, precision=precision(likelihood, q)
    )
