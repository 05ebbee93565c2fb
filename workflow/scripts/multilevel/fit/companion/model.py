"""One model of one outcome: estimates, precision and likelihood, complete at birth."""

import math
from dataclasses import dataclass

import numpy as np

from multilevel.fit.companion.inference import Precision, precision
from multilevel.fit.companion.likelihood import CompanionLikelihood, total_products
from multilevel.fit.companion.products import GroupedProducts
from multilevel.fit.likelihood import Method
from multilevel.fit.optima import LocalOptimum, best, local_optima
from multilevel.fit.sufficient import Floats

# tau00 and sigma2, as lme4 counts.
N_VARIANCES = 2


@dataclass(frozen=True, eq=False, kw_only=True)
class Estimates:
    """What every fit of one model to one outcome has, weighted or not.

    Attributes
    ----------
    beta
        The constant at the covariates' overall means, and their slopes, shape (p,).
    tau00, sigma2
        Squared units of the outcome.
    deviance
        -2 log-likelihood, or -2 log pseudo-likelihood.
    fixed_variance
        Variance of the fixed part over the rows.
    optima
        All local optima.
    n_members, n_groups
        N and J.
    """

    beta: Floats
    tau00: float
    sigma2: float
    deviance: float
    fixed_variance: float
    optima: tuple[LocalOptimum, ...]
    n_members: int
    n_groups: int

    @property
    def boundary(self) -> bool:
        """Whether tau00 was estimated as exactly 0."""
        return self.tau00 == 0.0

    @property
    def icc(self) -> float:
        """tau00/(tau00 + sigma2), of what the covariates leave."""
        return self.tau00 / (self.tau00 + self.sigma2)

    @property
    def r2_marginal(self) -> float:
        """Nakagawa & Schielzeth (2013): variance of the fixed part over that and the others."""
        return self.fixed_variance / (self.fixed_variance + self.tau00 + self.sigma2)


@dataclass(frozen=True, eq=False, kw_only=True)
class CompanionFit(Estimates):
    """A model fitted by REML or ML.

    Attributes
    ----------
    deviance_ml
        -2 log-likelihood of the same model by ML.
    precision
        Of the coefficients and of the variances.
    """

    deviance_ml: float
    precision: Precision

    @property
    def aic(self) -> float:
        """lme4's: deviance + 2 (coefficients + 2)."""
        return self.deviance + 2.0 * (len(self.beta) + N_VARIANCES)

    @property
    def bic(self) -> float:
        """lme4's: deviance + (coefficients + 2) ln N."""
        return self.deviance + (len(self.beta) + N_VARIANCES) * math.log(self.n_members)


def fit_companion(statistics: GroupedProducts, method: Method = "REML") -> CompanionFit:
    """Fit the last column given all others and a constant, exactly.

    Parameters
    ----------
    statistics
        No empty group, no aliased covariate; of two groups or more, with variation within
        groups that the covariates leave.
    method
        "REML" or "ML".

    Raises
    ------
    ArithmeticError
        When the statistics are not finite.
    """
    centred = statistics.centred()
    likelihood = CompanionLikelihood.of(centred, method)
    optima = local_optima(likelihood)
    optimum = best(optima)
    sigma2 = likelihood.sigma2(optimum.q)
    beta = coefficients(likelihood, optimum.q)
    slopes, products = beta[1:], total_products(centred)[:-1, :-1]
    n_members = int(statistics.n.sum())
    return CompanionFit(
        beta=np.concatenate([[beta[0] + centred.centre[-1]], slopes]),
        tau00=optimum.q * sigma2,
        sigma2=sigma2,
        deviance=optimum.deviance,
        deviance_ml=_deviance_ml(centred) if method == "REML" else optimum.deviance,
        optima=optima,
        fixed_variance=float(slopes @ products @ slopes) / (n_members - 1),
        n_members=n_members,
        n_groups=len(statistics.n),
        precision=precision(likelihood, optimum.q),
    )


def coefficients(likelihood: CompanionLikelihood, q: float) -> Floats:
    """The constant at the covariates' means, less the outcome's, and the slopes, shape (p,)."""
    return np.asarray(-likelihood.basis @ likelihood.profile(q).contrast[0, :-1])


def _deviance_ml(centred: GroupedProducts) -> float:
    return best(local_optima(CompanionLikelihood.of(centred, "ML"))).deviance
