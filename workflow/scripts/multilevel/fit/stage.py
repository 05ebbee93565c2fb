"""The stage: students become a fitted model with its second opinion, or a refusal."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from multilevel.configuration import Dataset
from multilevel.errors import DataRefused
from multilevel.files import write_whole
from multilevel.fit.model import RandomInterceptFit, fit_random_intercept
from multilevel.fit.refusal import check_fittable
from multilevel.fit.second_opinion import cross_check
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.ingest.stage import Ingested, read_students
from multilevel.ingest.students import Students
from multilevel.results import CrossCheck, Reason, decode, encode


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """fit.json: the model, or why there is none."""

    status: Literal["ok", "refused"]
    reason: Reason | None
    fit: RandomInterceptFit | None
    cross_check: CrossCheck | None


def fit(students: Students, dataset: Dataset) -> Fitted:
    """Fit the students of an accepted dataset; a refusal is a result."""
    group = students.group.astype(np.int64)
    statistics = SufficientStatistics.from_members(group, students.score)
    try:
        check_fittable(statistics, dataset.outcome, dataset.group)
    except DataRefused as refusal:
        return refused(Reason(code=refusal.code, message=refusal.message, remedy=refusal.remedy))
    fitted = fit_random_intercept(statistics, dataset.method, dataset.confidence)
    return Fitted(
        status="ok",
        reason=None,
        fit=fitted,
        cross_check=cross_check(group, students.score, statistics, fitted.model),
    )


def refused(reason: Reason | None) -> Fitted:
    """What becomes of a dataset that was refused."""
    return Fitted(status="refused", reason=reason, fit=None, cross_check=None)


def run(students: Path, ingested: Path, fitted: Path) -> None:
    """students.parquet and ingest.json to fit.json."""
    accepted = decode(ingested.read_bytes(), Ingested)
    if accepted.status == "refused":
        write_whole(fitted, encode(refused(accepted.reason)))
        return
    dataset = Dataset.from_settings(accepted.config)
    write_whole(fitted, encode(fit(read_students(students), dataset)))
