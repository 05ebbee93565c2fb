"""What results.json holds: frozen dataclasses, one a section of the file.

The field names are public (see README) and only grow. `null` stands where a
quantity is not defined. workflow/schemas/results.schema.json is made from this
module; a test keeps the two equal.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from multilevel.records.checks import Checks as Checks
from multilevel.records.checks import ChiSquareTest as ChiSquareTest
from multilevel.records.checks import FTest as FTest
from multilevel.records.checks import LeveneTest as LeveneTest
from multilevel.records.checks import LikelihoodRatioTest as LikelihoodRatioTest
from multilevel.records.checks import NormalityCheck as NormalityCheck
from multilevel.records.checks import SlopeTest as SlopeTest
from multilevel.records.checks import SpreadTest as SpreadTest
from multilevel.records.checks import Tests as Tests
from multilevel.records.companion import Companion as Companion
from multilevel.records.distribution import Distribution as Distribution
from multilevel.records.findings import Finding as Finding
from multilevel.records.findings import RefusalCode as RefusalCode
from multilevel.records.intervals import Intervals as Intervals
from multilevel.records.leading import Leader as Leader
from multilevel.records.leading import Leading as Leading
from multilevel.records.publication import Publication as Publication
from multilevel.records.reading import ReadFacts as ReadFacts
from multilevel.records.sections import Bootstrap as Bootstrap
from multilevel.records.sections import ColumnUse as ColumnUse
from multilevel.records.sections import Comparisons as Comparisons
from multilevel.records.sections import CrossCheck as CrossCheck
from multilevel.records.sections import Digits as Digits
from multilevel.records.sections import Doubt as Doubt
from multilevel.records.sections import Influence as Influence
from multilevel.records.sections import InfluentialGroup as InfluentialGroup
from multilevel.records.sections import InputFile as InputFile
from multilevel.records.sections import Interval as Interval
from multilevel.records.sections import MissingCount as MissingCount
from multilevel.records.sections import SelfTest as SelfTest
from multilevel.records.sections import Suspect as Suspect
from multilevel.records.sections import UnlikeValue as UnlikeValue
from multilevel.records.sections import doc as doc
from multilevel.records.surveys import Averaged as Averaged
from multilevel.records.surveys import PlausibleValue as PlausibleValue
from multilevel.records.surveys import PlausibleValues as PlausibleValues
from multilevel.records.surveys import Weighted as Weighted
from multilevel.records.surveys import WeightedReading as WeightedReading
from multilevel.records.surveys import WeightedValue as WeightedValue

SCHEMA_VERSION = "2.0"

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a dataset was refused."""

    code: Annotated[RefusalCode, doc("Machine-readable reason.")]
    message: Annotated[str, doc("What is wrong and where.")]
    remedy: Annotated[str, doc("What the user can do about it.")]


@dataclass(frozen=True, kw_only=True)
class Labels:
    """The words for this dataset's things."""

    title: Annotated[str, doc("Title of the report.")]
    subtitle: Annotated[str, doc("Measure, coverage, period; may be empty.")]
    outcome: Annotated[str, doc("What is measured, such as 'mathematics score'.")]
    group: Annotated[str, doc("One group, such as 'school'.")]
    groups: Annotated[str, doc("Several groups, such as 'schools'.")]
    member: Annotated[str, doc("One member, such as 'student'.")]
    members: Annotated[str, doc("Several members, such as 'students'.")]
    benchmark_icc: Annotated[
        Literal["us-schools"] | None, doc("Whose usual ICC the report names beside its own.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Data:
    """Counts after rows with a missing score or group were dropped."""

    n_rows: Annotated[int, doc("Rows read.")]
    n_members: Annotated[int, doc("Students analysed, N.")]
    n_groups: Annotated[int, doc("Schools analysed, J.")]
    n_min: Annotated[int | None, doc("Students in the smallest school; null where withheld.")]
    n_max: Annotated[int, doc("Students in the largest school.")]
    n_mean: Annotated[float, doc("Mean number of students per school, N/J.")]
    balanced: Annotated[bool, doc("Every school has the same number of students.")]
    n_singletons: Annotated[int | None, doc("Schools with one student; null where withheld.")]
    n_dropped_outcome: Annotated[int, doc("Rows dropped for a missing score.")]
    n_dropped_group: Annotated[int, doc("Rows dropped for a missing group (score present).")]
    n_dropped_weight: Annotated[int, doc("Rows dropped for a missing or zero weight.")]
    score_min: Annotated[float | None, doc("Lowest score; null where withheld.")]
    score_max: Annotated[float | None, doc("Highest score; null where withheld.")]


@dataclass(frozen=True, kw_only=True)
class Naive:
    """Raw summaries, as if students were independent or school means exact."""

    grand_mean: Annotated[float, doc("Mean over all students (option 1).")]
    sd_total: Annotated[float, doc("Standard deviation over all students, divisor N-1.")]
    se_grand_mean: Annotated[float, doc("sd_total/sqrt(N): as if students were independent (OLS).")]
    mean_of_group_means: Annotated[float, doc("Mean of the school means (option 2).")]
    variance_of_group_means: Annotated[
        float | None, doc("Naive between-school variance, divisor J-1.")
    ]
    sd_of_group_means: Annotated[float | None, doc("Its square root.")]
    se_mean_of_group_means: Annotated[
        float | None,
        doc("sd_of_group_means/sqrt(J); of plausible values by Rubin's rules."),
    ] = None
    df_mean_of_group_means: Annotated[float | None, doc("J-1, or Barnard & Rubin's on it.")] = None


@dataclass(frozen=True, kw_only=True)
class Optimum:
    """A local optimum of the likelihood."""

    q: Annotated[float, doc("tau00/sigma2 there.")]
    deviance: Annotated[float, doc("-2 log-likelihood there (REML or ML, by method).")]


@dataclass(frozen=True, kw_only=True)
class Model:
    """The random-intercept model Y_ij = gamma00 + u_0j + r_ij."""

    method: Annotated[Literal["REML", "ML"], doc("Estimation method.")]
    confidence: Annotated[float, doc("Level of all intervals, .95 by default.")]
    gamma00: Annotated[float, doc("Mean of the true school means.")]
    se_gamma00: Annotated[float, doc("Its standard error (generalised least squares).")]
    df_satterthwaite: Annotated[
        float | None,
        doc(
            "Satterthwaite degrees of freedom as lmerTest; at tau00 = 0 its N-1 (REML), not used. "
            "Of plausible values Barnard and Rubin's, from the mean of lmerTest's."
        ),
    ]
    df_kenward_roger: Annotated[float | None, doc("Kenward-Roger degrees of freedom.")]
    se_kenward_roger: Annotated[float | None, doc("Kenward-Roger standard error of gamma00.")]
    df_hlm: Annotated[int, doc("HLM's degrees of freedom, J-1.")]
    inference: Annotated[
        Literal["satterthwaite", "kenward_roger", "hartung_knapp"],
        doc("Which df and standard error t, p and ci_gamma00 use."),
    ]
    se_hartung_knapp: Annotated[
        float | None,
        doc("Standard error of gamma00 from the spread of the means (Hartung & Knapp 2001)."),
    ] = None
    se: Annotated[
        float | None,
        doc(
            "The standard error that t, p and ci_gamma00 use: se_gamma00, se_kenward_roger, or by "
            "hartung_knapp the larger of se_gamma00 and se_hartung_knapp."
        ),
    ] = None
    df: Annotated[float, doc("The degrees of freedom used.")]
    t: Annotated[float, doc("gamma00 over its standard error.")]
    p: Annotated[float, doc("Two-sided p of gamma00 = 0.")]
    ci_gamma00: Annotated[Interval, doc("Interval for gamma00.")]
    tau00: Annotated[float, doc("Variance of the true school means.")]
    sigma2: Annotated[float, doc("Variance of students within schools.")]
    sd_tau00: Annotated[float, doc("sqrt(tau00): sd__(Intercept).")]
    sd_sigma: Annotated[float, doc("sqrt(sigma2): sd__Observation, the residual SD.")]
    log_likelihood: Annotated[float, doc("REML or ML log-likelihood.")]
    deviance: Annotated[float, doc("-2 log_likelihood.")]
    aic: Annotated[float, doc("deviance + 2*3 (lme4).")]
    bic: Annotated[float, doc("deviance + 3 ln N (lme4).")]
    boundary: Annotated[bool, doc("tau00 was estimated as exactly 0.")]
    n_optima: Annotated[int, doc("Number of local optima of the likelihood.")]
    optima: Annotated[tuple[Optimum, ...], doc("All of them; the best is the one reported.")]


@dataclass(frozen=True, kw_only=True)
class Decomposition:
    """Naive between-school variance = tau00 + mean error variance + residual."""

    variance_of_group_means: Annotated[float, doc("Naive between-school variance.")]
    tau00: Annotated[float, doc("Variance of the true means.")]
    mean_error_variance: Annotated[float, doc("Mean of V_j = sigma2/n_j.")]
    residual: Annotated[float, doc("What is left; 0 for balanced interior REML fits.")]


@dataclass(frozen=True, kw_only=True)
class Between:
    """How much schools differ."""

    icc: Annotated[float, doc("tau00/(tau00 + sigma2).")]
    ci_icc: Annotated[Interval, doc("Exact interval (Wald 1940; Harville & Fenech 1985).")]
    reliability: Annotated[float, doc("Mean of lambda_j = tau00/(tau00 + sigma2/n_j).")]
    ci_reliability: Annotated[Interval, doc("From the exact interval of the ICC.")]
    reliability_min: Annotated[float | None, doc("Smallest lambda_j; null where withheld.")]
    reliability_max: Annotated[float, doc("Largest lambda_j.")]
    design_effect: Annotated[float, doc("1 + icc (n_mean - 1).")]
    ci_design_effect: Annotated[Interval, doc("From the exact interval of the ICC.")]
    design_effect_kish: Annotated[float, doc("1 + icc (sum n_j^2/N - 1).")]
    design_effect_gamma00: Annotated[float, doc("N Var(gamma00)/(tau00 + sigma2).")]
    n_effective: Annotated[float, doc("N/design_effect.")]
    n_effective_gamma00: Annotated[
        float | None,
        doc("N/design_effect_gamma00: independent students that tell as much of gamma00."),
    ] = None
    share_of_observed_variance: Annotated[
        float | None,
        doc(
            "tau00 over the naive variance of the school means, cut to [0, 1]; equals reliability "
            "for equal sizes only."
        ),
    ] = None
    decomposition: Decomposition
    school_minus_1sd: Annotated[float, doc("gamma00 - sqrt(tau00).")]
    school_plus_1sd: Annotated[float, doc("gamma00 + sqrt(tau00).")]
    difference_2sd: Annotated[float, doc("2 sqrt(tau00).")]
    ci_difference_2sd: Annotated[Interval, doc("From the profile interval of tau00.")]
    school_minus_196sd: Annotated[float, doc("gamma00 - 1.96 sqrt(tau00).")]
    school_plus_196sd: Annotated[float, doc("gamma00 + 1.96 sqrt(tau00).")]


@dataclass(frozen=True, kw_only=True)
class GroupSummary:
    """How the schools stand to gamma00."""

    lowest: Annotated[str, doc("School with the lowest observed mean.")]
    lowest_mean: float
    highest: Annotated[str, doc("School with the highest observed mean.")]
    highest_mean: float
    n_above: Annotated[int, doc("Schools whose interval (eb_mean) lies above gamma00.")]
    n_below: Annotated[int, doc("Schools whose interval (eb_mean) lies below gamma00.")]
    n_not_distinguishable: Annotated[int, doc("All others.")]
    n_apart_holm: Annotated[
        int, doc("Schools apart from gamma00 by Holm's family-wise correction (eb_mean, eb_se).")
    ]
    n_apart_fdr: Annotated[
        int, doc("Schools apart from gamma00 by Benjamini & Hochberg's false discovery rate.")
    ]
    largest_shrinkage: Annotated[float, doc("Largest |mean - eb_mean|.")]
    eb_coverage: Annotated[
        float | None,
        doc(
            "Share of schools whose interval (ci_low, ci_high) holds the true mean, in datasets "
            "of these school sizes simulated from the fit."
        ),
    ] = None
    eb_coverage_smallest: Annotated[float | None, doc("The same of the smallest schools.")] = None
    eb_coverage_top: Annotated[
        float | None, doc("The same of the school that comes out highest in its dataset.")
    ] = None
    eb_coverage_draws: Annotated[int, doc("Datasets simulated.")] = 0
    eb_method: Annotated[
        Literal["prasad_rao", "adjusted_likelihood"] | None,
        doc(
            "What ci_low and ci_high rest on: eb_mean and eb_se, or at tau00 = 0 Li & Lahiri's "
            "(2010) adjusted likelihood, with which tau00 is positive."
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where the numbers come from."""

    input: InputFile
    joined: Annotated[InputFile | None, doc("The file joined to it; null where none is.")] = None
    columns: Annotated[tuple[ColumnUse, ...], doc("The columns read; none when refused.")] = ()
    missing: Annotated[
        tuple[MissingCount, ...], doc("Missing values of each column by reason, over all rows.")
    ] = ()
    suspects: Annotated[
        tuple[Suspect, ...],
        doc("Scores, weights and ids that look like undeclared codes for missing."),
    ] = ()
    thousands: Annotated[
        tuple[str, ...],
        doc("Columns of scores whose points or commas are decimal or separate thousands."),
    ] = ()
    doubts: Annotated[
        tuple[Doubt, ...],
        doc("Sets of plausible values or replicate weights that hint at a mistake."),
    ] = ()
    unlike: Annotated[
        tuple[UnlikeValue, ...], doc("Plausible values that aren't draws of one score.")
    ] = ()
    produced: Annotated[
        str | None,
        doc("Date of the report: SOURCE_DATE_EPOCH, else the data file's last change (UTC)."),
    ]
    rows_read: Annotated[int | None, doc("Rows in the file; null when it wasn't read.")]
    software: Annotated[dict[str, str], doc("Program to version.")]
    config: Annotated[dict[str, Any], doc("This dataset's settings, defaults filled in.")]
    notes: Annotated[tuple[str, ...], doc("What the reader found and did.")]
    reading: Annotated[ReadFacts | None, doc("The form of the file, as it was read.")] = None
    self_test: Annotated[SelfTest | None, doc("null when nothing was fitted.")]


@dataclass(frozen=True, kw_only=True)
class Results:
    """One dataset's results.json."""

    schema_version: Annotated[str, doc("Version of this layout.")]
    id: Annotated[str, doc("The dataset's id and folder.")]
    status: Literal["ok", "refused"]
    reason: Annotated[Reason | None, doc("Set when refused.")]
    labels: Labels
    data: Data | None = None
    naive: Naive | None = None
    model: Model | None = None
    between: Between | None = None
    intervals: Intervals | None = None
    tests: Tests | None = None
    groups: GroupSummary | None = None
    comparisons: Comparisons | None = None
    influence: Annotated[
        Influence | None, doc("null when a school less leaves fewer than two.")
    ] = None
    bootstrap: Annotated[Bootstrap | None, doc("null when the setting bootstrap is 0.")] = None
    checks: Checks | None = None
    plausible_values: Annotated[PlausibleValues | None, doc("null for a single score.")] = None
    averaged: Annotated[
        Averaged | None, doc("Set when the score is the mean of plausible values in the file.")
    ] = None
    weighted: Annotated[Weighted | None, doc("null without weights.")] = None
    leading: Annotated[
        Leading | None, doc("Which estimates and intervals the report leads with, and why.")
    ] = None
    cross_check: CrossCheck | None = None
    provenance: Provenance
    companion: Annotated[
        Companion | None,
        doc("The model with covariates; null without one, or where a finding says why not."),
    ] = None
    distribution: Annotated[Distribution | None, doc("null when refused.")] = None
    findings: Annotated[
        tuple[Finding, ...], doc("The refusal, cautions and notes of all stages.")
    ] = ()
    publication: Annotated[
        Publication | None, doc("What was withheld; null before that is decided.")
    ] = None


def encode(value: object) -> bytes:
    """A record as indented JSON in full precision, with NaN and infinity as null."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def load(file: str | Path) -> Results:
    """The numbers of a report, from its results.json.

    Raises
    ------
    OSError
        When there is no such file.
    msgspec.ValidationError
        When it isn't laid out as `Results`.

    Examples
    --------
    >>> try:
    ...     load("results/no-such-dataset/results.json")
    ... except FileNotFoundError:
    ...     print("not made yet")
    not made yet
    """
    return decode(Path(file).read_bytes(), Results)


def decode(data: bytes, of: type[T]) -> T:
    """A record of the class `of` from JSON; a missing or ill-typed field is an error."""
    return msgspec.json.decode(data, type=of)


def json_schema(of: type = Results) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a record such as results.json; every name is required."""
    schema = msgspec.json.schema(of)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text(schema: dict[str, Any]) -> str:
    """The schema of results.json as text, as it stands in workflow/schemas."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
