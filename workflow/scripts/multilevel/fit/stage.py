"""The stage: students become a fitted model with its second opinion, or a refusal."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from multilevel.configuration import Dataset
from multilevel.errors import DataRefused
from multilevel.files import write_whole
from multilevel.fit.bootstrap import bootstrap
from multilevel.fit.likelihood import Likelihood
from multilevel.fit.model import RandomInterceptFit, fit_random_intercept
from multilevel.fit.refusal import check_fittable
from multilevel.fit.second_opinion import cross_check, not_checked
from multilevel.fit.self_test import self_test
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.ingest.condensed import Condensed
from multilevel.ingest.stage import Ingested, read_accepted
from multilevel.ingest.students import Students
from multilevel.results import Bootstrap, CrossCheck, Reason, SelfTest, decode, encode


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """fit.json: the model, or why there is none."""

    status: Literal["ok", "refused"]
    reason: Reason | None
    fit: RandomInterceptFit | None
    bootstrap: Bootstrap | None
    cross_check: CrossCheck | None
    self_test: SelfTest | None


def fit(students: Students | Condensed, dataset: Dataset) -> Fitted:
    """Fit the students of an accepted dataset; a refusal is a result."""
    statistics = SufficientStatistics.of(students)
    try:
        labels = dataset.labels
        check_fittable(statistics, dataset.outcomes[0], dataset.group, labels.group, labels.member)
    except DataRefused as refusal:
        return refused(Reason(code=refusal.code, message=refusal.message, remedy=refusal.remedy))
    fitted = fit_random_intercept(statistics, dataset.method, dataset.confidence)
    return Fitted(
        status="ok",
        reason=None,
        fit=fitted,
        bootstrap=_bootstrap(statistics, fitted, dataset.bootstrap),
        cross_check=_cross_check(students, statistics, fitted),
        self_test=self_test(),
    )


def refused(reason: Reason | None) -> Fitted:
    """What becomes of a dataset that was refused."""
    return Fitted(
        status="refused", reason=reason, fit=None, bootstrap=None, cross_check=None, self_test=None
    )


def run(students: Path, ingested: Path, fitted: Path) -> None:
    """students.parquet and ingest.json to fit.json."""
    accepted = decode(ingested.read_bytes(), Ingested)
    if accepted.status == "refused":
        write_whole(fitted, encode(refused(accepted.reason)))
        return
    dataset = Dataset.from_settings(accepted.config)
    write_whole(fitted, encode(fit(read_accepted(students), dataset)))


def _cross_check(
    students: Students | Condensed, statistics: SufficientStatistics, fitted: RandomInterceptFit
) -> CrossCheck:
    if isinstance(students, Condensed):
        return not_checked(fitted.model)
    return cross_check(students.group.astype(np.int64), students.score, statistics, fitted.model)


def _bootstrap(
    statistics: SufficientStatistics, fitted: RandomInterceptFit, n_draws: int
) -> Bootstrap | None:
    if n_draws == 0:
        return None
    model = fitted.model
    return bootstrap(
        Likelihood.of(statistics, model.method),
        gamma00=model.gamma00,
        tau00=model.tau00,
        sigma2=model.sigma2,
        n_draws=n_draws,
        confidence=model.confidence,
    )
