"""Nested models side by side: explained variance, likelihood-ratio tests, their records."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Generic, TypeVar

from multilevel.fit import distributions
from multilevel.fit.companion.model import CompanionFit, Estimates
from multilevel.fit.companion.terms import Combination, term, weighted_term
from multilevel.fit.companion.weighted import WeightedCompanionFit
from multilevel.records.checks import ChiSquareTest
from multilevel.records.companion import CompanionModel, ModelComparison, ModelName, Term

F = TypeVar("F", bound=Estimates)


@dataclass(frozen=True, eq=False, kw_only=True)
class FittedModel(Generic[F]):
    """One of the models, fitted to each plausible value.

    Attributes
    ----------
    name
        Of the model.
    terms
        What its terms say, the constant first, length p.
    fits
        Of each plausible value.
    """

    name: ModelName
    terms: tuple[Combination, ...]
    fits: tuple[F, ...]

    @property
    def n_group_columns(self) -> int:
        """Columns that are constant within groups."""
        return sum(what.level == "group" for what in self.terms)


def record(
    model: FittedModel[CompanionFit], null: FittedModel[CompanionFit], confidence: float
) -> CompanionModel:
    """Coefficients by Rubin's rules; variances, likelihoods and R2 as means over the fits.

    Parameters
    ----------
    null
        On the same rows.
    """
    fits = model.fits
    return _record(
        model,
        null,
        terms=tuple(term(what, fits, confidence) for what in model.terms),
        deviance_ml=mean(fit.deviance_ml for fit in fits),
        aic=mean(fit.aic for fit in fits),
        bic=mean(fit.bic for fit in fits),
    )


def weighted_record(
    model: FittedModel[WeightedCompanionFit],
    null: FittedModel[WeightedCompanionFit],
    confidence: float,
) -> CompanionModel:
    """As `record`, by pseudo maximum likelihood: no AIC or BIC."""
    n_group_columns = model.n_group_columns
    return _record(
        model,
        null,
        terms=tuple(
            weighted_term(what, model.fits, n_group_columns, confidence) for what in model.terms
        ),
        deviance_ml=mean(fit.deviance for fit in model.fits),
        aic=None,
        bic=None,
    )


def comparison(
    smaller: FittedModel[CompanionFit], larger: FittedModel[CompanionFit]
) -> ModelComparison:
    """Likelihood-ratio test by ML, of plausible values by the median of the statistics.

    The median P rule of Eekhout, van de Wiel & Heymans (2017).
    """
    statistic = median(
        max(a.deviance_ml - b.deviance_ml, 0.0)
        for a, b in zip(smaller.fits, larger.fits, strict=True)
    )
    df = len(larger.terms) - len(smaller.terms)
    return ModelComparison(
        smaller=smaller.name,
        larger=larger.name,
        test=ChiSquareTest(statistic=statistic, df=df, p=distributions.chi2_upper_p(statistic, df)),
    )


def _record(
    model: FittedModel[F],
    null: FittedModel[F],
    *,
    terms: tuple[Term, ...],
    deviance_ml: float,
    aic: float | None,
    bic: float | None,
) -> CompanionModel:
    fits = model.fits
    return CompanionModel(
        name=model.name,
        terms=terms,
        tau00=mean(fit.tau00 for fit in fits),
        sigma2=mean(fit.sigma2 for fit in fits),
        icc=mean(fit.icc for fit in fits),
        log_likelihood=-mean(fit.deviance for fit in fits) / 2.0,
        deviance_ml=deviance_ml,
        aic=aic,
        bic=bic,
        r2_between=None
        if any(fit.boundary for fit in null.fits)
        else _explained([f.tau00 for f in null.fits], [f.tau00 for f in fits]),
        r2_within=_explained([f.sigma2 for f in null.fits], [f.sigma2 for f in fits]),
        r2_marginal=mean(fit.r2_marginal for fit in fits),
        n_members=fits[0].n_members,
        n_groups=fits[0].n_groups,
        boundary=all(fit.boundary for fit in fits),
        n_optima=max(len(fit.optima) for fit in fits),
    )


def _explained(null: Sequence[float], model: Sequence[float]) -> float:
    """(variance of null - variance)/variance of null, mean over the fits.

    Raudenbush & Bryk (2002), ch. 4; negative where columns make a variance larger.
    """
    return mean((before - after) / before for before, after in zip(null, model, strict=True))
