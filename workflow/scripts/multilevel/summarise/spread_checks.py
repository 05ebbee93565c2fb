"""Is the variance within schools one and the same? Tests that hold their level in small schools.

HLM's H rejects normal data in .11 (60 schools of 20) to .99 (50 pairs and 10 of 20) of samples
at .05, distances from the median in pairs in .42 to 1.0. Bartlett's statistic with its
correction holds .03 to .08 in all these, but takes residuals for normal; distances from the
median in schools of 4 or more hold theirs whatever the residuals.
"""

from typing import Literal

import numpy as np
from scipy import special

from multilevel.fit import distributions
from multilevel.fit.sufficient import Integers, SufficientStatistics
from multilevel.records.results import LeveneTest, SlopeTest, SpreadTest
from multilevel.summarise.regression import weighted_slope

# In smaller schools the median takes up much of the distances from it.
FEWEST_MEMBERS = 4

Verdict = Literal["bartlett", "brown_forsythe", "obrien"]


def bartlett(statistics: SufficientStatistics) -> SpreadTest | None:
    """Bartlett's test of equal variances, with his correction.

    Over the J' schools with two students or more and some variation; None when J' < 2.

    References
    ----------
    Bartlett, M. S. (1937). Proceedings of the Royal Society A, 160, 268-282.
    """
    f = statistics.n - 1.0
    usable = (f > 0) & (statistics.ss > 0)
    k = int(usable.sum())
    if k < 2:
        return None
    f, ss = f[usable], statistics.ss[usable]
    total = float(f.sum())
    log_ratio = np.log(ss / f) - np.log(float(ss.sum()) / total)
    correction = 1.0 + (float(np.sum(1.0 / f)) - 1.0 / total) / (3.0 * (k - 1))
    statistic = max(-float(f @ log_ratio) / correction, 0.0)
    return SpreadTest(statistic=statistic, df=k - 1, p=distributions.chi2_upper_p(statistic, k - 1))


def of_several(group: Integers, n: Integers) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which students are in schools large enough for distances from the median, shape (N,)."""
    return np.asarray(n[group] >= FEWEST_MEMBERS)


def spread_by_size(statistics: SufficientStatistics) -> SlopeTest | None:
    """Does the spread within schools go with their size? Slope of log s_j^2 on log n_j.

    log s_j^2 of f = n_j - 1 degrees of freedom has mean log sigma_j^2 + psi(f/2) - log(f/2) and
    variance psi'(f/2) for normal residuals; the mean is corrected, the inverse variance is the
    weight, and the scale of the variance is estimated, as residuals that aren't normal have
    another. None without two sizes or ten schools (`weighted_slope`).
    """
    f = statistics.n - 1.0
    usable = (f > 0) & (statistics.ss > 0)
    half = f[usable] / 2.0
    bias = special.digamma(half) - np.log(half)
    return weighted_slope(
        np.log(statistics.n[usable]),
        np.log(statistics.ss[usable] / f[usable]) - bias,
        1.0 / special.polygamma(1, half),
    )


def spread_verdict(
    normal: bool,
    bartlett_test: SpreadTest | None,
    brown_forsythe: LeveneTest | None,
    obrien: LeveneTest | None,
) -> Verdict | None:
    """The test that decides: Bartlett's where residuals look normal, else a robust one.

    None where no test is possible.
    """
    if normal and bartlett_test is not None:
        return "bartlett"
    if brown_forsythe is not None:
        return "brown_forsythe"
    return None if obrien is None else "obrien"
