"""The engine on data with known answers, run with every fit.

The answers were evaluated in 50-digit arithmetic, independently of this package; see
tests/oracle, which holds the same data among many others. A report states the digits
of agreement; disagreement is a bug, and stops the run.
"""

import math
from dataclasses import dataclass, fields

import numpy as np

from multilevel.fit.model import fit_random_intercept
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.records.fitted import RandomInterceptFit
from multilevel.records.results import SelfTest

# The answers below are given to 12 digits and more.
MOST_DIGITS = 10
# What every number must reach; most reach all ten.
FEWEST_DIGITS = 8


@dataclass(frozen=True, kw_only=True)
class Answers:
    """REML estimates, Kenward-Roger's inference, exact test and interval."""

    gamma00: float
    se_gamma00: float
    tau00: float
    sigma2: float
    deviance: float
    se_kenward_roger: float
    df_kenward_roger: float
    p_f: float
    icc_high: float


@dataclass(frozen=True)
class Known:
    """Scores by school, and the answers."""

    name: str
    scores: tuple[tuple[float, ...], ...]
    answers: Answers


# Davies & Goldsmith (1972), section 6.4: yield of dyestuff in grams of standard colour, five
# preparations from each of six batches. Balanced, an interior optimum.
DYESTUFF = Known(
    "Dyestuff (Davies & Goldsmith 1972)",
    (
        (1545, 1440, 1440, 1520, 1580),
        (1540, 1555, 1490, 1560, 1495),
        (1595, 1550, 1605, 1510, 1560),
        (1445, 1440, 1595, 1465, 1545),
        (1595, 1630, 1515, 1635, 1625),
        (1520, 1455, 1450, 1480, 1445),
    ),
    Answers(
        gamma00=1527.5,
        se_gamma00=19.383412152318968,
        tau00=1764.05,
        sigma2=2451.25,
        deviance=319.65427684225745,
        se_kenward_roger=19.383412152318968,
        df_kenward_roger=5.0,
        p_f=0.004397531268306163,
        icc_high=0.8478768154733808,
    ),
)

# Box & Tiao (1973), section 5.1.2: made by them so that the batches differ less than chance.
# The optimum is the boundary.
DYESTUFF2 = Known(
    "Dyestuff2 (Box & Tiao 1973)",
    (
        (7.298, 3.846, 2.434, 9.566, 7.99),
        (5.22, 6.556, 0.608, 11.788, -0.892),
        (0.11, 10.386, 13.434, 5.51, 8.166),
        (2.212, 4.852, 7.092, 9.288, 4.98),
        (0.282, 9.014, 4.458, 9.446, 7.198),
        (1.722, 4.782, 8.106, 0.758, 3.758),
    ),
    Answers(
        gamma00=5.6656,
        se_gamma00=0.6783880312325242,
        tau00=0.0,
        sigma2=13.806309627586206,
        deviance=161.8282778122885,
        se_kenward_roger=0.6783880312325242,
        df_kenward_roger=5.0,
        p_f=0.7310992306369251,
        icc_high=0.3334830200002058,
    ),
)

# Simulated; schools of 2 to 12 students, no closed form.
UNEQUAL = Known(
    "unequal sizes (simulated)",
    (
        (57.96, 54.03),
        (52.03, 48.36, 40.49),
        (55.24, 54.68, 52.55, 56.7, 46.43),
        (45.49, 54.14, 49.67, 47.01, 43.09, 47.29, 49.41),
        (59.25, 56.95, 27.21, 33.79, 47.5, 45.52, 50.61, 50.64, 65.84),
        (42.53, 61.89, 50.73, 50.86, 41.44, 32.37, 46.89, 46.42, 35.73, 40.09, 44.98, 37.99),
    ),
    Answers(
        gamma00=48.34245180941099,
        se_gamma00=1.568754420669061,
        tau00=3.6924309027653095,
        sigma2=64.79232767299263,
        deviance=264.39330168040425,
        se_kenward_roger=1.663800951856188,
        df_kenward_roger=3.876150052199091,
        p_f=0.2834285186467483,
        icc_high=0.5919641902592561,
    ),
)

DATASETS = (DYESTUFF, DYESTUFF2, UNEQUAL)


def self_test(datasets: tuple[Known, ...] = DATASETS) -> SelfTest:
    """Fit all `datasets` and compare with their answers.

    Raises
    ------
    ArithmeticError
        When a number agrees to fewer than FEWEST_DIGITS digits: a bug, here or in a library.
    """
    digits = {
        f"{known.name}: {name}": value
        for known in datasets
        for name, value in _digits(known).items()
    }
    wrong = [name for name, value in digits.items() if value < FEWEST_DIGITS]
    if wrong:
        raise ArithmeticError(
            "The self-test of the fit failed, so no number can be trusted. Please report this "
            f"with the versions of numpy and scipy. Wrong: {', '.join(wrong)}."
        )
    return SelfTest(
        n_checks=len(digits),
        n_passed=len(digits) - len(wrong),
        digits=min(digits.values()),
        datasets=tuple(known.name for known in datasets),
    )


def _digits(known: Known) -> dict[str, int]:
    n = [len(scores) for scores in known.scores]
    fit = fit_random_intercept(
        SufficientStatistics.from_members(
            np.repeat(np.arange(len(n)), n),
            np.array([y for scores in known.scores for y in scores]),
        )
    )
    found = _found(fit)
    return {
        field.name: digits_of_agreement(
            getattr(found, field.name), getattr(known.answers, field.name)
        )
        for field in fields(Answers)
    }


def _found(fit: RandomInterceptFit) -> Answers:
    model = fit.model
    return Answers(
        gamma00=model.gamma00,
        se_gamma00=model.se_gamma00,
        tau00=model.tau00,
        sigma2=model.sigma2,
        deviance=model.deviance,
        se_kenward_roger=model.se_kenward_roger or math.nan,
        df_kenward_roger=model.df_kenward_roger or math.nan,
        p_f=fit.tests.f.p,
        icc_high=fit.ci_icc[1],
    )


def digits_of_agreement(value: float, known: float) -> int:
    """Whole decimal digits, at most MOST_DIGITS; a known 0 must be met exactly."""
    if value == known:
        return MOST_DIGITS
    if known == 0 or not math.isfinite(value):
        return 0
    return max(0, min(MOST_DIGITS, math.floor(-math.log10(abs(value / known - 1.0)))))
