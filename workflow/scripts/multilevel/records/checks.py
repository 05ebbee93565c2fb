"""Parts of results.json: tests, and checks of the assumptions; see `results`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from multilevel.records.sections import doc


@dataclass(frozen=True, kw_only=True)
class FTest:
    """Exact F test of tau00 = 0."""

    statistic: float
    df1: int
    df2: int
    p: float


@dataclass(frozen=True, kw_only=True)
class LikelihoodRatioTest:
    """Likelihood-ratio test of tau00 = 0, p from the half-and-half mixture."""

    statistic: float
    p: float


@dataclass(frozen=True, kw_only=True)
class ChiSquareTest:
    """A chi-square statistic."""

    statistic: float
    df: int
    p: float


@dataclass(frozen=True, kw_only=True)
class SpreadTest:
    """A chi-square statistic of spread within schools; under `safe` only its p is shown."""

    statistic: float | None
    df: int | None
    p: float


@dataclass(frozen=True, kw_only=True)
class Tests:
    """Tests of tau00 = 0 and of equal variances within schools."""

    f: Annotated[FTest, doc("Exact F test of tau00 = 0.")]
    lrt: Annotated[LikelihoodRatioTest, doc("Likelihood-ratio test of tau00 = 0.")]
    chi2_groups: Annotated[ChiSquareTest, doc("HLM's chi-square of tau00 = 0.")]
    level1_homogeneity: Annotated[
        SpreadTest | None, doc("HLM's H of equal within-school variances.")
    ]


@dataclass(frozen=True, kw_only=True)
class NormalityCheck:
    """Shape of standardised residuals or school effects."""

    n: Annotated[int, doc("How many values.")]
    skewness: Annotated[float | None, doc("0 for a normal distribution.")]
    excess_kurtosis: Annotated[float | None, doc("0 for a normal distribution.")]
    shapiro_w: Annotated[float | None, doc("Shapiro-Wilk W, of a sample of 5,000 when larger.")]
    shapiro_p: Annotated[float | None, doc("Its p.")]
    n_outliers: Annotated[int, doc("Values beyond 3.5 standard deviations.")]
    n_outliers_of: Annotated[
        int,
        doc("Values looked at for that: all, or of a file too large for memory a random sample."),
    ]


@dataclass(frozen=True, kw_only=True)
class LeveneTest:
    """A test of equal spread that is robust to non-normality, by an analysis of variance.

    Of distances from the school's median (Levene; Brown & Forsythe 1974), or of O'Brien's
    (1981) transformed squares. Under `safe` only its p is shown.
    """

    statistic: float | None
    df1: int | None
    df2: int | None
    p: float


@dataclass(frozen=True, kw_only=True)
class SlopeTest:
    """Slope of a quantity of schools on log n_j, by weighted least squares."""

    slope: Annotated[
        float, doc("Change for a size 2.718 times as large; of a curve that of the square.")
    ]
    se: float | None
    t: float | None
    df: Annotated[int | None, doc("Schools - 2; of a curve - 3.")]
    p: float


@dataclass(frozen=True, kw_only=True)
class Checks:
    """Assumption checks."""

    level1_normality: NormalityCheck
    level2_normality: NormalityCheck
    levene: LeveneTest | None
    obrien: Annotated[
        LeveneTest | None,
        doc("O'Brien's test in its place, of a file too large for memory."),
    ]
    n_unusual_spread: Annotated[
        int, doc("Schools whose SD lies outside the range expected under equal variances.")
    ]
    flags: Annotated[
        tuple[str, ...],
        doc(
            "Among few_groups, df_below_3, several_optima, boundary, icc_near_one, "
            "normality_level1, normality_level2, unequal_variances, means_too_alike, "
            "not_supported, informative_sizes, spread_goes_with_size, few_valued, "
            "conditioning_unknown, influential_group, dominant_group."
        ),
    ]
    bartlett: Annotated[
        SpreadTest | None,
        doc("Bartlett's test of equal within-school variances, with his correction."),
    ] = None
    brown_forsythe: Annotated[
        LeveneTest | None, doc("As levene, over schools of 4 students or more.")
    ] = None
    spread_verdict: Annotated[
        Literal["bartlett", "brown_forsythe", "obrien"] | None,
        doc(
            "The test that unequal_variances rests on: bartlett where residuals look normal, "
            "else brown_forsythe or obrien; null where none is possible."
        ),
    ] = None
    mean_by_size: Annotated[
        SlopeTest | None,
        doc("Observed means on log n_j by their precision; null without sizes to compare."),
    ] = None
    mean_by_size_squared: Annotated[
        SlopeTest | None,
        doc("Of a curve, on the square of log n_j's distance from its mean, beside log n_j."),
    ] = None
    spread_by_size: Annotated[
        SlopeTest | None, doc("log of the variance within schools on log n_j.")
    ] = None
    n_distinct: Annotated[
        int | None, doc("Distinct scores, of a sample of the students where there are many.")
    ] = None
