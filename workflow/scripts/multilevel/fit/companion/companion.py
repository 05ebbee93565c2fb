"""The three models on the same rows, what sets them apart, and the adjusted means."""

from dataclasses import dataclass
from itertools import combinations as pairs

from multilevel.fit.companion.adjusted import AdjustedMeans, adjusted_means
from multilevel.fit.companion.design import Design, design, reference_label
from multilevel.fit.companion.model import CompanionFit, fit_companion
from multilevel.fit.companion.nested import FittedModel, comparison, record, weighted_record
from multilevel.fit.companion.products import GroupedProducts
from multilevel.fit.companion.second_opinion import companion_check
from multilevel.fit.companion.terms import (
    combinations,
    contextual_combinations,
    term,
    weighted_term,
)
from multilevel.fit.companion.weighted import WeightedCompanionFit, fit_weighted_companion
from multilevel.fit.likelihood import Method
from multilevel.fit.sufficient import Floats
from multilevel.fit.weighted import Scaling
from multilevel.records.companion import (
    Adjusted,
    Centring,
    Companion,
    CompanionRefusal,
    CovariateUse,
    WeightedCompanion,
)
from multilevel.records.covariates import Covariate, CovariateStatistics


@dataclass(frozen=True, kw_only=True, eq=False)
class CompanionWeights:
    """The groups' part of the weights; the members' part is in the statistics.

    Attributes
    ----------
    weight
        w_j > 0 by the groups' numbers, shape (J,).
    scaling
        Of the conditional weights.
    """

    weight: Floats
    scaling: Scaling


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedCompanion:
    """A companion with the group means that it adjusts."""

    companion: Companion
    adjusted: AdjustedMeans

    def adjusted_record(self) -> Adjusted:
        """The group means as fit.json holds them."""
        return Adjusted(
            groups=tuple(self.adjusted.groups.tolist()),
            mean=tuple(self.adjusted.mean.tolist()),
            se=tuple(self.adjusted.se.tolist()),
            low=tuple(self.adjusted.low.tolist()),
            high=tuple(self.adjusted.high.tolist()),
        )


def fit_companions(
    statistics: CovariateStatistics,
    *,
    centre: Centring = "group",
    method: Method = "REML",
    confidence: float = 0.95,
    weights: CompanionWeights | None = None,
    second_opinion: bool = False,
) -> FittedCompanion | CompanionRefusal:
    """The companion of a dataset, or why it has none.

    Parameters
    ----------
    statistics
        Of all rows.
    centre
        What numeric columns of members are about.
    method
        "REML" or "ML".
    confidence
        Of all intervals, in (0, 1).
    weights
        Of the groups, where the statistics are weighted, too.
    second_opinion
        Whether statsmodels fits the fullest model, too.
    """
    plan = design(statistics, centre)
    if isinstance(plan, CompanionRefusal):
        return plan
    whole = GroupedProducts.of(statistics.products)
    groups = whole.present()
    products = whole.of_groups(groups)
    models = _fitted(plan, products, statistics.n_outcomes, method)
    null, fullest = models[0], models[-1]
    outcomes = _outcomes(plan, products, len(plan.columns), statistics.n_outcomes)
    adjusted = adjusted_means(groups, outcomes, fullest.fits, method, confidence)
    companion = Companion(
        method=method,
        confidence=confidence,
        covariates=tuple(_use(covariate, plan, centre) for covariate in statistics.covariates),
        aliased=plan.aliased,
        models=tuple(record(model, null, confidence) for model in models),
        tests=tuple(comparison(*pair) for pair in pairs(models, 2)),
        contextual_effects=tuple(
            term(what, fullest.fits, confidence) for what in contextual_combinations(plan)
        ),
        n_left_out=statistics.n_left_out,
        n_groups_left_out=len(whole.n) - len(groups),
        n_plausible_values=statistics.n_outcomes,
        weighted=_weighted(plan, statistics, weights, confidence),
        adjusted_near_zero=adjusted.near_zero,
        cross_check=companion_check(statistics.rows, plan, outcomes[0], fullest.fits[0], method)
        if second_opinion
        else None,
    )
    return FittedCompanion(companion=companion, adjusted=adjusted)


def _fitted(
    plan: Design, products: GroupedProducts, n_outcomes: int, method: Method
) -> list[FittedModel[CompanionFit]]:
    models = []
    for name, n_columns in plan.models:
        each = _outcomes(plan, products, n_columns, n_outcomes)
        contrasts = plan.contrasts(each[0].centred())
        models.append(
            FittedModel(
                name=name,
                terms=combinations(plan.columns[:n_columns], contrasts),
                fits=tuple(fit_companion(outcome, method) for outcome in each),
            )
        )
    return models


def _outcomes(
    plan: Design, products: GroupedProducts, n_columns: int, n_outcomes: int
) -> list[GroupedProducts]:
    return [plan.statistics(products, n_columns, m) for m in range(n_outcomes)]


def _use(covariate: Covariate, plan: Design, centre: Centring) -> CovariateUse:
    columns = [column for column in plan.columns if column.column == covariate.name]
    levels = {column.level for column in columns}
    about_group = any(c.about_group_mean or c.part == "group_mean" for c in columns)
    about_overall = any(column.read_at_mean for column in columns)
    return CovariateUse(
        column=covariate.name,
        level="group" if levels == {"group"} else covariate.level,
        kind=covariate.kind,
        centre=centre if about_group or about_overall else "none",
        reference=reference_label(covariate),
        used=bool(columns),
    )


def _weighted(
    plan: Design,
    statistics: CovariateStatistics,
    weights: CompanionWeights | None,
    confidence: float,
) -> WeightedCompanion | None:
    if statistics.weighted is None or weights is None:
        return None
    whole = GroupedProducts.of(statistics.weighted)
    groups = whole.present()
    products, of_group = whole.of_groups(groups), weights.weight[groups]
    models: list[FittedModel[WeightedCompanionFit]] = []
    for name, n_columns in plan.models:
        each = _outcomes(plan, products, n_columns, statistics.n_outcomes)
        contrasts = plan.contrasts(each[0].scaled(weights.scaling).centred(of_group))
        models.append(
            FittedModel(
                name=name,
                terms=combinations(plan.columns[:n_columns], contrasts),
                fits=tuple(
                    fit_weighted_companion(outcome, of_group, weights.scaling) for outcome in each
                ),
            )
        )
    fits = models[-1].fits
    return WeightedCompanion(
        scaling=weights.scaling,
        models=tuple(weighted_record(model, models[0], confidence) for model in models),
        contextual_effects=tuple(
            weighted_term(what, fits, models[-1].n_group_columns, confidence)
            for what in contextual_combinations(plan)
        ),
    )
