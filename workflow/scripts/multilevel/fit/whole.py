"""A dataset's students become a fitted model with its second opinion, or a refusal."""

from collections.abc import Sequence
from statistics import mean

import numpy as np

from multilevel.configuration import Dataset
from multilevel.errors import DataRefused
from multilevel.fit.bootstrap import Truth, bootstrap
from multilevel.fit.companion.companion import CompanionWeights, FittedCompanion, fit_companions
from multilevel.fit.likelihood import Likelihood
from multilevel.fit.model import estimate, fit_random_intercept
from multilevel.fit.pooled import plausible_values, pool_fits
from multilevel.fit.refusal import check_fittable
from multilevel.fit.second_opinion import cross_check, not_checked
from multilevel.fit.self_test import self_test
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.fit.surveys import weighted_section
from multilevel.records.companion import no_companion
from multilevel.records.findings import Finding
from multilevel.records.fitted import Fitted, RandomInterceptFit
from multilevel.records.results import (
    Averaged,
    Bootstrap,
    CrossCheck,
    Model,
    PlausibleValues,
    Weighted,
)
from multilevel.records.students import Students


def fit(students: Students, dataset: Dataset) -> Fitted:
    """Fit the students of an accepted dataset; a refusal is a result."""
    values = tuple(map(SufficientStatistics.of, students.moments))
    try:
        labels = dataset.labels
        for statistics, column in zip(values, dataset.outcomes, strict=True):
            check_fittable(statistics, column, dataset.group, labels.group, labels.member)
    except DataRefused as refusal:
        return refused(refusal.finding)
    fits = tuple(fit_random_intercept(one, dataset.method, dataset.confidence) for one in values)
    companion = _companion(students, dataset)
    fitted = companion if isinstance(companion, FittedCompanion) else None
    return Fitted(
        status="ok",
        refusal=None,
        fit=pool_fits(fits, values[0].n),
        per_value=fits if len(fits) > 1 else (),
        plausible_values=_plausible_values(students, dataset, values, fits),
        averaged=_averaged(students, dataset),
        weighted=_weighted(students, dataset),
        bootstrap=_bootstrap(values, fits, dataset.bootstrap),
        cross_check=_cross_check(students, dataset.outcomes[0], values[0], fits[0].model),
        self_test=self_test(),
        companion=fitted.companion if fitted else None,
        adjusted=fitted.adjusted_record() if fitted else None,
        no_companion=companion if isinstance(companion, Finding) else None,
    )


def _companion(students: Students, dataset: Dataset) -> FittedCompanion | Finding | None:
    """The model with the dataset's covariates, or why it can't be fitted; None without any."""
    statistics, weights = students.covariates, None
    if dataset.companion is None or statistics is None:
        return None
    if dataset.weights is not None and students.group_weight is not None:
        weights = CompanionWeights(weight=students.group_weight, scaling=dataset.weights.scaling)
    fitted = fit_companions(
        statistics,
        centre=dataset.companion.centre,
        method=dataset.method,
        confidence=dataset.confidence,
        weights=weights,
        second_opinion=True,
    )
    if isinstance(fitted, FittedCompanion):
        return fitted
    varying = (c for c in statistics.covariates if c.varies_in is not None)
    place = next((c.varies_in for c in varying if c.name in fitted.columns), None)
    return no_companion(
        fitted.code,
        *fitted.columns,
        group=None if place is None else students.group_ids[place],
        n_groups=int(np.count_nonzero(statistics.products.n)),
    )


def _plausible_values(
    students: Students,
    dataset: Dataset,
    values: Sequence[SufficientStatistics],
    fits: Sequence[RandomInterceptFit],
) -> PlausibleValues | None:
    if students.averaged is None:
        return None
    return plausible_values(
        fits,
        dataset.outcomes,
        [one.centre + float(one.n @ one.offset) / one.n_members for one in values],
        estimate(SufficientStatistics.of(students.averaged), dataset.method),
    )


def _averaged(students: Students, dataset: Dataset) -> Averaged | None:
    """What the plausible values give that the score averages."""
    if students.aside is None:
        return None
    each = [estimate(SufficientStatistics.of(m), dataset.method) for m in students.aside.moments]
    return Averaged(
        columns=students.aside.columns,
        gamma00=mean(one.gamma00 for one in each),
        tau00=mean(one.tau00 for one in each),
        sigma2=mean(one.sigma2 for one in each),
        icc=mean(one.icc for one in each),
    )


def _weighted(students: Students, dataset: Dataset) -> Weighted | None:
    if dataset.weights is None:
        return None
    return weighted_section(
        students,
        dataset.weights,
        dataset.replicates,
        dataset.outcomes,
        dataset.confidence,
    )


def refused(refusal: Finding | None) -> Fitted:
    """What becomes of a dataset that was refused."""
    return Fitted(
        status="refused",
        refusal=refusal,
        fit=None,
        per_value=(),
        plausible_values=None,
        averaged=None,
        weighted=None,
        bootstrap=None,
        cross_check=None,
        self_test=None,
    )


def _cross_check(
    students: Students,
    column: str,
    statistics: SufficientStatistics,
    model: Model,
) -> CrossCheck:
    if not students.complete:
        return not_checked(model, column)
    members = students.members
    score = members.scores[:, 0]
    return cross_check(members.group.astype(np.int64), score, statistics, model, column)


def _bootstrap(
    values: Sequence[SufficientStatistics], fits: Sequence[RandomInterceptFit], n_draws: int
) -> Bootstrap | None:
    if n_draws == 0:
        return None
    models = [fitted.model for fitted in fits]
    return bootstrap(
        [Likelihood.of(one, models[0].method) for one in values],
        [Truth(model.gamma00, model.tau00, model.sigma2) for model in models],
        n_draws=n_draws,
        confidence=models[0].confidence,
    )
