"""Everything that results.json says, put together from students and fit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from multilevel.configuration import Dataset
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.records.fitted import Fitted, RandomInterceptFit
from multilevel.records.ingested import Ingested
from multilevel.records.results import (
    SCHEMA_VERSION,
    Checks,
    Data,
    Provenance,
    Results,
)
from multilevel.records.students import Students
from multilevel.summarise import checks, findings
from multilevel.summarise.distribution.dataset import distribution_of
from multilevel.summarise.influence import influence
from multilevel.summarise.pooling import between_of, means_of, naive_of
from multilevel.summarise.schools import (
    compared,
    comparisons_of,
    group_summary,
    school_means,
    unusual_spread,
)
from multilevel.wording import findings as wording


@dataclass(frozen=True)
class Summary:
    """results.json and the rows of groups.csv (none when refused)."""

    results: Results
    schools: pd.DataFrame


def summarise(
    ingested: Ingested, fitted: Fitted, students: Students, software: dict[str, str]
) -> Summary:
    """All summaries of one dataset.

    Parameters
    ----------
    software
        Program to version, for the provenance.
    """
    provenance = Provenance(
        input=ingested.input,
        joined=ingested.joined,
        columns=ingested.columns,
        missing=ingested.missing,
        suspects=findings.suspects(ingested.findings),
        thousands=findings.thousands(ingested.findings),
        doubts=findings.doubts(ingested.findings),
        unlike=findings.unlike(ingested.findings),
        produced=ingested.produced,
        rows_read=ingested.rows_read,
        software=software,
        config=ingested.config,
        notes=wording.notes(ingested.findings, ingested.reading),
        reading=ingested.reading,
        self_test=fitted.self_test,
    )
    values = tuple(map(SufficientStatistics.of, students.moments))
    refused = Results(
        schema_version=SCHEMA_VERSION,
        id=ingested.id,
        status="refused",
        reason=wording.reason(fitted.refusal) if fitted.refusal else None,
        labels=ingested.labels,
        data=_data(ingested, values[0], _reach(students)) if values else None,
        naive=naive_of(values) if values and values[0].n_members > 1 else None,
        model=None,
        between=None,
        intervals=None,
        tests=None,
        groups=None,
        comparisons=None,
        influence=None,
        bootstrap=None,
        checks=None,
        plausible_values=fitted.plausible_values,
        averaged=fitted.averaged,
        weighted=fitted.weighted,
        cross_check=None,
        provenance=provenance,
        findings=(*((fitted.refusal,) if fitted.refusal else ()), *ingested.findings),
    )
    if fitted.fit is None or not values:
        return Summary(refused, pd.DataFrame())
    dataset = Dataset.from_settings(ingested.config)
    spread = distribution_of(students, fitted, dataset.replicates, dict(dataset.benchmarks or ()))
    base = replace(refused, distribution=spread)
    return _accepted(base, fitted, fitted.fit, values, students)


def _accepted(
    base: Results,
    fitted: Fitted,
    fit: RandomInterceptFit,
    values: Sequence[SufficientStatistics],
    students: Students,
) -> Summary:
    """Of plausible values all numbers are pooled but influence and checks: the first one's."""
    labels = list(students.group_ids)
    fits = fitted.per_value or (fit,)
    schools = compared(means_of(labels, values, fits), values, fits)
    naive = naive_of(values)
    between = between_of(values[0], naive, fit, fits)
    results = replace(
        base,
        status="ok",
        reason=None,
        naive=naive,
        model=fit.model,
        between=between,
        intervals=fit.intervals,
        tests=fit.tests,
        groups=group_summary(schools, fit.model.gamma00, fit.model.confidence),
        comparisons=comparisons_of(schools, values[0], fit),
        influence=influence(labels, values[0], fits[0]),
        bootstrap=fitted.bootstrap,
        checks=_checks(students, values[0], fits[0], fit, between.icc),
        cross_check=fitted.cross_check,
    )
    found = (*base.findings, *findings.cautions(results))
    return Summary(replace(results, findings=found), schools)


def _data(ingested: Ingested, statistics: SufficientStatistics, reach: tuple[float, float]) -> Data:
    n = statistics.n
    return Data(
        n_rows=ingested.rows_read or 0,
        n_members=statistics.n_members,
        n_groups=statistics.n_groups,
        n_min=int(n.min()),
        n_max=int(n.max()),
        n_mean=statistics.n_members / statistics.n_groups,
        balanced=bool(n.min() == n.max()),
        n_singletons=int((n == 1).sum()),
        n_dropped_outcome=ingested.n_dropped_outcome,
        n_dropped_group=ingested.n_dropped_group,
        n_dropped_weight=ingested.n_dropped_weight,
        score_min=reach[0],
        score_max=reach[1],
    )


def _reach(students: Students) -> tuple[float, float]:
    """The lowest and the highest score, of all plausible values."""
    low = min(moments.low for moments in students.moments)
    return low, max(moments.high for moments in students.moments)


def _checks(
    students: Students,
    statistics: SufficientStatistics,
    first: RandomInterceptFit,
    pooled: RandomInterceptFit,
    icc: float,
) -> Checks:
    """Checks of the score, or of the first plausible value; flags by the pooled model."""
    model = first.model
    level2 = checks.normality(checks.level2_residuals(statistics, model))
    members, moments = students.members, students.moments[0]
    group, score = members.group.astype(np.int64), members.scores[:, 0]
    residuals = checks.level1_residuals(group, score, statistics, model.sigma2)
    levene = obrien = None
    if students.complete:
        level1 = checks.normality(residuals)
        levene = checks.levene(group, score)
    else:
        level1 = checks.normality_of_moments(moments, model.sigma2, residuals)
        obrien = checks.obrien(moments)
    spread = levene or obrien
    schools = school_means(list(students.group_ids), statistics, first)
    return Checks(
        level1_normality=level1,
        level2_normality=level2,
        levene=levene,
        obrien=obrien,
        n_unusual_spread=unusual_spread(schools, model.sigma2, model.confidence),
        flags=checks.flags(
            pooled.model, statistics.n_groups, icc, level1, level2, spread, pooled.tests.f
        ),
    )
