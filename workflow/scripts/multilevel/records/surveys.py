"""Sections of results.json for plausible values and sampling weights; see `results`."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from multilevel.records.sections import Interval, doc


@dataclass(frozen=True, kw_only=True)
class PlausibleValue:
    """The fit of one plausible value."""

    column: Annotated[str, doc("Its column.")]
    mean: Annotated[float, doc("Mean over students.")]
    gamma00: float
    se_gamma00: Annotated[float, doc("Of the kind that the pooled interval uses.")]
    tau00: float
    sigma2: float
    icc: float
    log_likelihood: float
    boundary: Annotated[bool, doc("tau00 was estimated as exactly 0.")]
    p_f: Annotated[float, doc("p of the exact F test of tau00 = 0.")]
    p_lrt: Annotated[float, doc("p of the likelihood-ratio test of tau00 = 0.")]


# A struct, because a dataclass can't have a field called lambda in JSON.
class PlausibleValues(msgspec.Struct, frozen=True, kw_only=True, rename={"lambda_": "lambda"}):
    """How the M fits were pooled (Rubin 1987); `model` holds the pooled values."""

    m: Annotated[int, doc("Plausible values, M.")]
    se: Annotated[float, doc("Standard error of gamma00, sqrt(within + (1 + 1/M) between).")]
    within: Annotated[float, doc("U: mean of the squared standard errors of gamma00.")]
    between: Annotated[float, doc("B: variance of gamma00 between plausible values.")]
    df: Annotated[float | None, doc("Rubin's (1987) df of gamma00; null (infinite) for B = 0.")]
    df_barnard_rubin: Annotated[
        float,
        doc("Barnard & Rubin's (1999) df, on the model's own; what t, p and ci_gamma00 use."),
    ]
    lambda_: Annotated[
        float, doc("Fraction of missing information of gamma00, (1 + 1/M) between/se^2.")
    ]
    sd_between_tau00: Annotated[float, doc("SD of tau00 between plausible values.")]
    sd_between_sigma2: Annotated[float, doc("SD of sigma2 between plausible values.")]
    sd_between_icc: Annotated[float, doc("SD of the ICC between plausible values.")]
    n_boundary: Annotated[int, doc("Plausible values with tau00 estimated as 0.")]
    averaged_tau00: Annotated[float, doc("tau00 if plausible values were averaged first: wrong.")]
    averaged_sigma2: Annotated[float, doc("sigma2 if they were averaged first: too small.")]
    averaged_icc: Annotated[float, doc("ICC if they were averaged first: too large.")]
    per_value: tuple[PlausibleValue, ...]


@dataclass(frozen=True, kw_only=True)
class Averaged:
    """A score that is the mean of plausible values of the same file, and what they give."""

    columns: Annotated[tuple[str, ...], doc("The plausible values.")]
    gamma00: Annotated[float, doc("Pooled over them, as are the following.")]
    tau00: float
    sigma2: Annotated[float, doc("model.sigma2 is smaller: averages of draws vary less.")]
    icc: Annotated[float, doc("between.icc is larger.")]


@dataclass(frozen=True, kw_only=True)
class WeightedValue:
    """The weighted fit of one plausible value, or of the only score."""

    column: str
    gamma00: float
    se_gamma00: float
    tau00: float
    sigma2: float
    icc: float
    log_likelihood: float
    official_mean: float


@dataclass(frozen=True, kw_only=True)
class WeightedReading:
    """What the same student weights give when taken to be of the other kind."""

    member_is: Literal["total", "conditional"]
    gamma00: float
    tau00: float
    sigma2: float
    icc: float
    official_mean: float


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """The model and the student mean under sampling weights."""

    scaling: Annotated[
        Literal["none", "size", "effective"], doc("Of the conditional student weights.")
    ]
    estimator: Annotated[str, doc("How the weighted model was fitted.")]
    member_is: Annotated[
        Literal["total", "conditional"],
        doc("What the configured student weights are: over both stages, or within schools."),
    ]
    gamma00: float
    se_gamma00: Annotated[float, doc("Sandwich over schools; pooled over plausible values.")]
    se_gamma00_corrected: Annotated[
        float | None, doc("se_gamma00 with the sandwich multiplied by J/(J-1); of ci_gamma00.")
    ] = None
    df: Annotated[float, doc("J-1, or Barnard & Rubin's on it.")]
    ci_gamma00: Annotated[Interval, doc("By se_gamma00_corrected and t on df.")]
    tau00: float
    se_tau00: Annotated[float | None, doc("null where tau00 = 0.")]
    sigma2: float
    se_sigma2: float
    icc: Annotated[float, doc("Mean over plausible values.")]
    se_icc: Annotated[float | None, doc("null where tau00 = 0.")]
    ci_icc: Annotated[Interval | None, doc("By ci_method; null by the sandwich at tau00 = 0.")] = (
        None
    )
    ci_tau00: Annotated[Interval | None, doc("By ci_method, on a logarithmic scale.")] = None
    ci_sigma2: Annotated[Interval | None, doc("By ci_method, on a logarithmic scale.")] = None
    ci_method: Annotated[
        Literal["replication", "jackknife", "sandwich"] | None,
        doc(
            "replication: the whole fit under every replicate, t on the zones (BRR: replicates); "
            "jackknife: without each school, or each of 100 sets of schools, t on one less than "
            "their number; both with an arm above twice as long as that below. sandwich, with "
            "fewer than 5 schools: times J/(J-1), t on J-1, the ICC on the logit."
        ),
    ] = None
    reliability: Annotated[
        float | None,
        doc("Mean of tau00/(tau00 + sigma2/n_j), n_j effective sizes, by school weights."),
    ] = None
    ci_reliability: Annotated[Interval | None, doc("From ci_icc.")] = None
    log_likelihood: Annotated[float, doc("Pseudo log-likelihood, mean over plausible values.")]
    n_optima: Annotated[int, doc("Local optima of the pseudo likelihood; the best is reported.")]
    official_mean: Annotated[float, doc("Weighted mean of the students, as official reports do.")]
    official_se: Annotated[
        float | None, doc("Its standard error by replication; null without replicates.")
    ]
    official_df: Annotated[
        float | None, doc("Zones of the jackknife, or replicates; Barnard & Rubin's on it.")
    ] = None
    ci_official: Annotated[Interval | None, doc("By official_se and t on official_df.")] = None
    official_method: Annotated[Literal["jk2", "jk2-half", "brr-fay"] | None, doc("Of official_se.")]
    official_sampling_variance: float | None
    official_imputation_variance: float | None
    n_replicates: Annotated[int, doc("Replicates, 0 for none.")]
    n_zones: Annotated[int, doc("Jackknife zones that official_se rests on, 0 for none.")] = 0
    n_zones_one_half: Annotated[int, doc("Those with one half only.")] = 0
    n_zones_one_group: Annotated[int, doc("Those with both halves in one school.")] = 0
    n_effective: Annotated[
        float, doc("Students as effective as N with unequal weights, (sum w)^2/sum w^2 (Kish).")
    ]
    sum_of_weights: Annotated[float, doc("Sum of the total student weights.")]
    flags: Annotated[
        tuple[str, ...],
        doc(
            "Among total_looks_conditional, conditional_looks_total, total_rescaled (member/group "
            "below 1), no_group_weights, no_member_weights, incomplete_replicates, one_half_zones, "
            "one_group_zones, few_zones (fewer than 10)."
        ),
    ]
    other_reading: Annotated[
        WeightedReading | None, doc("With one of the two first flags: the other reading's results.")
    ]
    per_value: tuple[WeightedValue, ...]
