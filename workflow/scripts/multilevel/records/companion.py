"""The section `companion` of results.json: what goes with the differences; see `results`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from multilevel.records.checks import ChiSquareTest
from multilevel.records.findings import Finding, caution
from multilevel.records.sections import Interval, doc

Centring = Literal["group", "overall", "none"]
ModelName = Literal["null", "member", "full"]
Part = Literal["constant", "value", "group_mean", "indicator", "contextual"]
Inference = Literal["satterthwaite", "kenward_roger", "sandwich"]
RefusalCode = Literal[
    "absent",
    "aliased",
    "ambiguous",
    "constant",
    "few_groups",
    "group_id",
    "magnitude",
    "member_id",
    "named_twice",
    "no_covariate",
    "no_complete_rows",
    "not_numeric",
    "outcome",
    "outcome_determined",
    "too_many_values",
    "two_kinds",
    "varies_within_groups",
]


@dataclass(frozen=True)
class CompanionRefusal:
    """Why there is no companion."""

    code: Annotated[RefusalCode, doc("Machine-readable reason.")]
    columns: Annotated[tuple[str, ...], doc("The covariates it is about; may be empty.")]


def no_companion(
    case: RefusalCode,
    *columns: str,
    near: str | None = None,
    row: int | None = None,
    value: str | None = None,
    alike: int | None = None,
    group: str | None = None,
    n_groups: int | None = None,
) -> Finding:
    """The finding that there is no companion.

    Parameters
    ----------
    near
        The name that an absent column is most like.
    row, value, alike
        Of the first that is no number; how many rows have none, where several.
    group, n_groups
        The first group in which a column varies; how many groups have complete rows.
    """
    return caution(
        "no_companion",
        *columns,
        case=case,
        near=near,
        row=row,
        value=value,
        alike=alike,
        group_id=group,
        n_groups=n_groups,
    )


@dataclass(frozen=True, kw_only=True)
class Term:
    """A coefficient, or a linear combination of coefficients."""

    name: Annotated[str, doc("constant, a column, 'mean of COLUMN' or 'COLUMN = LABEL'.")]
    column: Annotated[str | None, doc("The covariate's column; null for the constant.")]
    part: Annotated[Part, doc("What of the column it is about.")]
    label: Annotated[str | None, doc("Of an indicator, the value that it stands for.")]
    estimate: float
    se: Annotated[float, doc("Generalised least squares; under weights the sandwich's.")]
    df: Annotated[float, doc("The degrees of freedom used.")]
    t: Annotated[float, doc("estimate over the standard error used.")]
    p: Annotated[float, doc("Two-sided p of a coefficient of 0.")]
    ci: Annotated[Interval, doc("At the model's confidence.")]
    inference: Annotated[
        Inference,
        doc("Which df and standard error t, p and ci use: se, se_kenward_roger or se_corrected."),
    ]
    df_satterthwaite: Annotated[
        float | None, doc("As lmerTest; null under weights. Of plausible values Barnard & Rubin's.")
    ]
    se_kenward_roger: Annotated[float | None, doc("As pbkrtest; null under weights.")]
    df_kenward_roger: Annotated[float | None, doc("As pbkrtest; null under weights.")]
    se_corrected: Annotated[
        float | None, doc("Sandwich times sqrt(J/(J-1)); null without weights.")
    ]


@dataclass(frozen=True, kw_only=True)
class CompanionModel:
    """A model of the nested sequence, fitted to the rows that are complete in all columns."""

    name: Annotated[ModelName, doc("null; with columns of members; with group columns added.")]
    terms: Annotated[tuple[Term, ...], doc("Coefficients, the constant first.")]
    tau00: Annotated[float, doc("Variance between groups that the columns leave.")]
    sigma2: Annotated[float, doc("Variance within groups that the columns leave.")]
    icc: Annotated[float, doc("tau00/(tau00 + sigma2): conditional on the columns.")]
    log_likelihood: Annotated[float, doc("By the model's method; under weights the pseudo one.")]
    deviance_ml: Annotated[float, doc("-2 log-likelihood at the ML estimates, for tests.")]
    aic: Annotated[float | None, doc("lme4's, by the model's method; null under weights.")]
    bic: Annotated[float | None, doc("lme4's, by the model's method; null under weights.")]
    r2_between: Annotated[
        float | None,
        doc("(tau00 of null - tau00)/tau00 of null; may be negative; null where that is 0."),
    ]
    r2_within: Annotated[float, doc("(sigma2 of null - sigma2)/sigma2 of null; may be negative.")]
    r2_marginal: Annotated[
        float, doc("Nakagawa & Schielzeth (2013): the fixed part's share of the variance.")
    ]
    n_members: Annotated[int, doc("Rows complete in all columns.")]
    n_groups: Annotated[int, doc("Groups with such rows.")]
    boundary: Annotated[bool, doc("tau00 was estimated as exactly 0.")]
    n_optima: Annotated[int, doc("Number of local optima of the likelihood.")]


@dataclass(frozen=True, kw_only=True)
class ModelComparison:
    """Likelihood-ratio test of one model against a larger one, by ML."""

    smaller: ModelName
    larger: ModelName
    test: ChiSquareTest


@dataclass(frozen=True, kw_only=True)
class CovariateUse:
    """A configured covariate and how it entered."""

    column: str
    level: Annotated[
        Literal["member", "group"],
        doc("As configured, but group where it is constant within every group."),
    ]
    kind: Annotated[
        Literal["numeric", "two_valued", "labelled"], doc("two_valued: numbers, never centred.")
    ]
    centre: Annotated[Centring, doc("What the column is about.")]
    reference: Annotated[str | None, doc("Of labels, the one the indicators compare with.")]
    used: Annotated[bool, doc("Whether the models have a term of it.")] = True


@dataclass(frozen=True, kw_only=True)
class WeightedCompanion:
    """The models by pseudo maximum likelihood under the configured weights."""

    scaling: Literal["size", "effective", "none"]
    models: Annotated[tuple[CompanionModel, ...], doc("As those without weights.")]
    contextual_effects: tuple[Term, ...]


@dataclass(frozen=True, kw_only=True)
class Adjusted:
    """Adjusted means of the groups with complete rows, for groups.csv.

    Attributes
    ----------
    groups
        Their places among all groups, ascending.
    mean, se, low, high
        In the outcome's units, of each of them.
    """

    groups: tuple[int, ...]
    mean: tuple[float, ...]
    se: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class CompanionDigits:
    """Significant digits in which the two programs agree."""

    log_likelihood: float | None
    coefficients: Annotated[
        float | None,
        doc("The fewest of all coefficients, each of the larger of itself and its standard error."),
    ]
    tau00: float | None
    sigma2: float | None


@dataclass(frozen=True, kw_only=True)
class CompanionCheck:
    """The fullest model fitted by a second program, without weights."""

    engine: Annotated[str, doc("The second program.")]
    version: str
    agrees: Annotated[bool | None, doc("null where it gave no usable answer.")]
    digits: CompanionDigits
    coefficients: Annotated[
        tuple[float, ...] | None,
        doc("Theirs in the order of `terms`, the constant at the covariates' overall means."),
    ]
    deviance_of_theirs: Annotated[
        float | None, doc("Our deviance at their estimates minus the deviance at ours.")
    ]
    note: Annotated[str, doc("converged, not_converged, failed or too_large.")]


@dataclass(frozen=True, kw_only=True)
class Companion:
    """The random-intercept model with covariates, beside the null model."""

    method: Annotated[Literal["REML", "ML"], doc("Estimation method.")]
    confidence: Annotated[float, doc("Level of all intervals.")]
    covariates: tuple[CovariateUse, ...]
    aliased: Annotated[tuple[str, ...], doc("Terms left out because others determine them.")]
    models: Annotated[
        tuple[CompanionModel, ...],
        doc("From null to the fullest; one that adds nothing is left out."),
    ]
    tests: Annotated[tuple[ModelComparison, ...], doc("Of each pair of models.")]
    contextual_effects: Annotated[
        tuple[Term, ...],
        doc("Coefficient of the group mean less that of the value, in the fullest model."),
    ]
    n_left_out: Annotated[int, doc("Members with a score that lack a covariate.")]
    n_groups_left_out: Annotated[int, doc("Groups without a complete row.")]
    n_plausible_values: Annotated[int, doc("M, 1 for a single score.")]
    weighted: Annotated[WeightedCompanion | None, doc("null without weights.")]
    adjusted_near_zero: Annotated[
        bool,
        doc(
            "Whether tau00 is less than a standard error above 0, so that errors and intervals of "
            "adjusted means rest on Li & Lahiri's (2010) adjusted likelihood."
        ),
    ] = False
    cross_check: Annotated[
        CompanionCheck | None,
        doc("Of the score, or of the first plausible value; null where it wasn't asked for."),
    ] = None
