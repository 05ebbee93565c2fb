"""Everything that results.json says, put together from students and fit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from multilevel.configuration import Dataset
from multilevel.fit.sufficient import Integers, SufficientStatistics
from multilevel.fit.weighted import WeightedStatistics
from multilevel.records.fitted import Fitted, RandomInterceptFit
from multilevel.records.ingested import Ingested
from multilevel.records.results import (
    SCHEMA_VERSION,
    Between,
    Checks,
    Data,
    Influence,
    Leading,
    Naive,
    Provenance,
    Results,
    Weighted,
)
from multilevel.records.students import Students
from multilevel.summarise import checks, findings, spread_checks
from multilevel.summarise.distribution.dataset import distribution_of
from multilevel.summarise.influence import influence
from multilevel.summarise.leading import leading
from multilevel.summarise.model_based import reliability_interval
from multilevel.summarise.pooling import between_of, means_of, naive_of
from multilevel.summarise.schools import (
    compared,
    comparisons_of,
    group_summary,
    school_means,
    unusual_spread,
    with_adjusted,
)
from multilevel.summarise.simulated import design_of
from multilevel.summarise.size_checks import mean_by_size
from multilevel.summarise.weighted_means import weighted_school_means
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
        plausible_values=fitted.plausible_values,
        averaged=fitted.averaged,
        weighted=fitted.weighted,
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
    if fitted.weighted is not None:
        schools = schools.assign(**_weighted_means(students, fitted.weighted, fit))
    naive = naive_of(values)
    between = between_of(values[0], naive, fit, fits)
    design = design_of(values, fits)
    moved = influence(labels, values[0], fits[0], design.largest_change)
    checked = _checks(students, values[0], fits[0])
    found = _flagged(checked, fit, values[0].n, between.icc, len(fits), moved)
    results = replace(
        base,
        status="ok",
        reason=None,
        naive=naive,
        model=fit.model,
        between=between,
        intervals=fit.intervals,
        tests=fit.tests,
        groups=group_summary(
            schools,
            fit.model.gamma00,
            fit.model.confidence,
            design,
            adjusted=any(one.model.boundary for one in fits),
        ),
        comparisons=comparisons_of(schools, values[0], fit),
        influence=moved,
        bootstrap=fitted.bootstrap,
        checks=found,
        leading=leading_of(values[0], naive, fit, between, fitted.weighted, found.flags),
        cross_check=fitted.cross_check,
        companion=fitted.companion,
    )
    no_companion = (fitted.no_companion,) if fitted.no_companion else ()
    told = (*base.findings, *no_companion, *findings.cautions(results))
    return Summary(replace(results, findings=told), with_adjusted(schools, fitted.adjusted))


def _flagged(
    found: Checks,
    fit: RandomInterceptFit,
    n: Integers,
    icc: float,
    n_values: int,
    moved: Influence | None,
) -> Checks:
    """The checks with their flags, by the pooled model."""
    names = checks.flags(
        fit.model,
        n,
        icc,
        found,
        fit.tests.f,
        checks.spread_p(found),
        n_values,
        moved,
    )
    return replace(found, flags=names)


def leading_of(
    statistics: SufficientStatistics,
    naive: Naive,
    fit: RandomInterceptFit,
    between: Between,
    weighted: Weighted | None,
    flags: tuple[str, ...],
) -> Leading:
    """What the report leads with; `flags` are those of the checks."""
    robust = fit.intervals.ci_icc_robust
    of_reliability = reliability_interval(statistics, robust) if robust else None
    return leading(
        naive,
        fit.model,
        between,
        fit.intervals,
        weighted,
        flags,
        of_reliability,
    )


def _weighted_means(
    students: Students, weighted: Weighted, fit: RandomInterceptFit
) -> "dict[str, pd.Series[float]]":
    """The columns of `weighted_school_means`."""
    if students.conditional is None or students.group_weight is None:
        return {}
    table = weighted_school_means(
        WeightedStatistics.of(students.conditional),
        students.group_weight,
        weighted.scaling,
        fit.model.confidence,
    )
    return {str(name): table[name] for name in table}


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
    students: Students, statistics: SufficientStatistics, first: RandomInterceptFit
) -> Checks:
    """Checks of the score, or of the first plausible value; without flags."""
    model = first.model
    level2 = checks.normality(checks.level2_residuals(statistics, model))
    members, moments = students.members, students.moments[0]
    group, score = members.group.astype(np.int64), members.scores[:, 0]
    residuals = checks.level1_residuals(group, score, statistics, model.sigma2)
    levene = brown_forsythe = obrien = None
    if students.complete:
        level1 = checks.normality(residuals)
        levene = checks.levene(group, score)
        several = spread_checks.of_several(group, statistics.n)
        brown_forsythe = checks.levene(group[several], score[several])
    else:
        level1 = checks.normality_of_moments(moments, model.sigma2, residuals)
        obrien = checks.obrien(moments)
    bartlett = spread_checks.bartlett(statistics)
    normal = not checks.departs(level1)
    schools = school_means(list(students.group_ids), statistics, first)
    return Checks(
        level1_normality=level1,
        level2_normality=level2,
        levene=levene,
        obrien=obrien,
        bartlett=bartlett,
        brown_forsythe=brown_forsythe,
        spread_verdict=spread_checks.spread_verdict(normal, bartlett, brown_forsythe, obrien),
        mean_by_size=mean_by_size(statistics, model),
        mean_by_size_squared=mean_by_size(statistics, model, degree=2),
        spread_by_size=spread_checks.spread_by_size(statistics),
        n_distinct=len(np.unique(score)),
        n_unusual_spread=unusual_spread(schools, model.sigma2, model.confidence),
        flags=(),
    )
