"""What is asked of a fit: does each printed interval hold the truth, and which flags warn?"""

import numpy as np

from multilevel.fit.model import fit_random_intercept
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.records.fitted import RandomInterceptFit
from multilevel.records.results import Checks
from multilevel.summarise import checks, spread_checks
from multilevel.summarise.leading import leading
from multilevel.summarise.model_based import between_summary, reliability_interval
from multilevel.summarise.naive import naive_summary
from multilevel.summarise.schools import school_means
from multilevel.summarise.size_checks import mean_by_size
from simulations.designs import Design
from simulations.samples import Sample, draw

Measured = dict[str, float]


def fittable(sample: Sample) -> bool:
    """Whether the score varies within schools, beyond what would be refused."""
    statistics = SufficientStatistics.from_members(sample.group, sample.score)
    return statistics.ssw > 0 and float(np.ptp(statistics.offset)) > 0


def measure(random: np.random.Generator, design: Design) -> Measured:
    """Of one dataset, 1 or 0: whether intervals hold (`holds ...`), flags (`flag ...`)."""
    sample = draw(random, design)
    while not fittable(sample):
        sample = draw(random, design)
    statistics = SufficientStatistics.from_members(sample.group, sample.score)
    fit = fit_random_intercept(statistics)
    found = _checks(sample, statistics, fit)
    between = between_summary(statistics, naive_summary(statistics), fit)
    flags = checks.flags(
        fit.model,
        statistics.n,
        between.icc,
        found,
        fit.tests.f,
        checks.spread_p(found),
        1,
        None,
    )
    return {
        **_holds(sample, statistics, fit, flags),
        **{f"flag {name}": 1.0 for name in flags},
    }


def _checks(sample: Sample, statistics: SufficientStatistics, fit: RandomInterceptFit) -> Checks:
    """As summarise.summary has them, from the students of one score."""
    model = fit.model
    residuals = checks.level1_residuals(sample.group, sample.score, statistics, model.sigma2)
    level1 = checks.normality(residuals)
    several = spread_checks.of_several(sample.group, statistics.n)
    bartlett, normal = spread_checks.bartlett(statistics), not checks.departs(level1)
    # Decides only where residuals do not look normal, and takes the most time.
    decides = not normal or bartlett is None
    robust = checks.levene(sample.group[several], sample.score[several]) if decides else None
    verdict = spread_checks.spread_verdict(normal, bartlett, robust, None)
    return Checks(
        level1_normality=level1,
        level2_normality=checks.normality(checks.level2_residuals(statistics, model)),
        levene=None,
        obrien=None,
        bartlett=bartlett,
        brown_forsythe=robust,
        spread_verdict=verdict,
        mean_by_size=mean_by_size(statistics, model),
        mean_by_size_squared=mean_by_size(statistics, model, degree=2),
        spread_by_size=spread_checks.spread_by_size(statistics),
        n_distinct=len(np.unique(sample.score)),
        n_unusual_spread=0,
        flags=(),
    )


def _holds(
    sample: Sample,
    statistics: SufficientStatistics,
    fit: RandomInterceptFit,
    flags: tuple[str, ...],
) -> Measured:
    """Whether intervals hold the truth; of school means the share that do."""
    naive, truth = naive_summary(statistics), sample.truth
    between = between_summary(statistics, naive, fit)
    ci_robust = fit.intervals.ci_icc_robust
    lead = leading(
        naive,
        fit.model,
        between,
        fit.intervals,
        None,
        flags,
        reliability_interval(statistics, ci_robust) if ci_robust else None,
    )
    pairs = {
        "mean": (lead.mean.interval, truth.gamma00),
        "ICC": (lead.icc.interval, truth.icc),
        "tau00": (lead.tau00.interval, truth.tau00),
        "sigma2": (lead.sigma2.interval, truth.sigma2),
        "ICC, exact": (fit.ci_icc, truth.icc),
        "ICC, robust": (ci_robust, truth.icc),
        "tau00, profile": (fit.intervals.ci_tau00_profile_hull, truth.tau00),
        "sigma2, exact": (fit.intervals.ci_sigma2_exact, truth.sigma2),
        "gamma00, former": (
            fit.intervals.ci_gamma00_satterthwaite or fit.intervals.ci_gamma00_kenward_roger,
            truth.gamma00,
        ),
    }
    held = {
        f"holds {name}": float(ends[0] <= true <= ends[1])
        for name, (ends, true) in pairs.items()
        if ends is not None
    }
    table = school_means([str(j) for j in range(statistics.n_groups)], statistics, fit)
    inside = table["ci_low"].to_numpy() <= truth.school_means
    inside &= truth.school_means <= table["ci_high"].to_numpy()
    return {**held, "holds school means": float(inside.mean())}
