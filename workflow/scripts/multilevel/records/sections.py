"""Sections of results.json that compare schools or test the fit; see `results`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

Interval = tuple[float, float]


def doc(text: str) -> Meta:
    """The description of a field, for the JSON Schema."""
    return Meta(description=text)


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """Percentile intervals by the parametric bootstrap, at the model's confidence."""

    n_draws: Annotated[int, doc("Datasets drawn from the fitted model and fitted again.")]
    seed: Annotated[int, doc("Of the random numbers; always the same.")]
    ci_tau00: Interval
    ci_sigma2: Interval
    ci_icc: Interval
    ci_gamma00: Interval
    ci_reliability: Annotated[Interval, doc("Of the mean of lambda_j.")]
    share_at_boundary: Annotated[float, doc("Share of the draws with tau00 estimated as 0.")]


@dataclass(frozen=True, kw_only=True)
class Comparisons:
    """How far schools can be compared with each other."""

    overlap_factor: Annotated[
        float,
        doc(
            "Standard errors on either side of an observed mean (overlap_low, overlap_high) at "
            "which intervals of two equal schools fail to overlap with probability "
            "1 - confidence, on average over all pairs (Goldstein & Healy 1995)."
        ),
    ]
    overlap_factor_eb: Annotated[float, doc("The same for eb_mean and eb_se.")]
    rank_draws: Annotated[int, doc("Draws of all true means that the rank intervals rest on.")]
    rank_median_width: Annotated[
        float, doc("Median of rank_high - rank_low over the schools, in places.")
    ]
    n_rank_includes_middle: Annotated[
        int, doc("Schools whose rank interval includes the middle place, (J+1)/2.")
    ]
    n_could_be_first: Annotated[int, doc("Schools whose rank interval includes place 1.")]
    n_could_be_last: Annotated[int, doc("Schools whose rank interval includes place J.")]


@dataclass(frozen=True, kw_only=True)
class InfluentialGroup:
    """The estimates when one school is left out."""

    group: Annotated[str, doc("The school left out.")]
    n: Annotated[int, doc("Its students.")]
    mean: Annotated[float, doc("Its observed mean.")]
    gamma00: float
    tau00: float
    sigma2: float
    icc: float
    change_gamma00_in_se: Annotated[
        float, doc("gamma00 without the school minus with it, in standard errors (se_gamma00).")
    ]
    change_icc: Annotated[float, doc("ICC without the school minus with it.")]
    change_icc_in_se: Annotated[
        float, doc("The same in standard errors of the ICC (delta method, expected information).")
    ]


@dataclass(frozen=True, kw_only=True)
class Influence:
    """What single schools do to the estimates: each left out in turn, the model refitted."""

    n_refits: Annotated[
        int, doc("Schools left out exactly: all, or the most influential by a one-step formula.")
    ]
    n_without_fit: Annotated[
        int, doc("Schools without which no model can be fitted; not among the refits.")
    ]
    most: Annotated[
        tuple[InfluentialGroup, ...],
        doc(
            "Up to five, first the one with the largest of |change_gamma00_in_se| and "
            "|change_icc_in_se|."
        ),
    ]
    max_change_icc: Annotated[float, doc("Largest |change_icc|.")]
    max_change_gamma00_in_se: Annotated[float, doc("Largest |change_gamma00_in_se|.")]
    n_changing_boundary: Annotated[
        int, doc("Among the refits, those where a zero tau00 becomes positive or the reverse.")
    ]
    max_change_in_se: Annotated[
        float | None,
        doc("Largest change of gamma00 or the ICC in standard errors, by a one-step formula."),
    ] = None
    chance_change_in_se: Annotated[
        float | None,
        doc("95th percentile of max_change_in_se in datasets of these sizes drawn from the fit."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class SelfTest:
    """The engine on data with known answers, at the time of the fit."""

    n_checks: Annotated[int, doc("Numbers compared.")]
    n_passed: Annotated[int, doc("Those that agree; a fit with fewer than all is an error.")]
    digits: Annotated[int, doc("Fewest digits of agreement, counted up to 10.")]
    datasets: Annotated[tuple[str, ...], doc("The data, by name.")]


Role = Literal[
    "outcome",
    "group",
    "member_weight",
    "group_weight",
    "replicate",
    "split",
    "join",
    "group_name",
    "where",
    "member_covariate",
    "group_covariate",
]


@dataclass(frozen=True, kw_only=True)
class ColumnUse:
    """A column of the data and what it is used as."""

    role: Annotated[Role, doc("What it is used as.")]
    name: Annotated[str, doc("Its name in the file.")]
    label: Annotated[str, doc("Its description in the file; may be empty.")]


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """The file that was read."""

    path: str
    sha256: Annotated[str | None, doc("Of the bytes that were read; null when there were none.")]
    bytes: int | None


@dataclass(frozen=True, kw_only=True)
class MissingCount:
    """How many values of a column are missing for one reason."""

    column: Annotated[str, doc("The column's name in the file.")]
    reason: Annotated[
        str, doc("empty, or the code, with its label where the file has one: Omitted (999).")
    ]
    n: Annotated[int, doc("Rows of the file.")]


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A score, a weight or the id of a group that may be a code for "missing"."""

    column: Annotated[str, doc("The column's name in the file.")]
    role: Annotated[Role, doc("What the column is used as.")] = "outcome"
    value: Annotated[float, doc("The value, which was analysed as it stands.")]
    n: Annotated[int, doc("Students that have it.")]
    low: Annotated[float, doc("Lowest of the column's other numbers.")]
    high: Annotated[float, doc("Highest of the column's other numbers.")]


DoubtKind = Literal[
    "values_gap",
    "replicates_gap",
    "values_left_out",
    "replicates_left_out",
    "several_sets",
    "one_value",
    "copied_values",
]


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Names of plausible values or replicate weights that hint at a mistake."""

    kind: Annotated[
        DoubtKind,
        doc(
            "A numbered set that the file has with gaps, or of which the entry takes a part; "
            "scores of which each is of another set of columns; one plausible value alone; "
            "plausible values that are copies."
        ),
    ]
    columns: Annotated[
        tuple[str, ...], doc("The columns that aren't there or taken, or one of each set.")
    ]
    n: Annotated[int, doc("Columns that were used.")]


@dataclass(frozen=True, kw_only=True)
class UnlikeValue:
    """A plausible value that can't be a draw of the same score as the others."""

    column: Annotated[str, doc("The column's name in the file.")]
    correlation: Annotated[
        float | None, doc("With the others, median; null where one is constant.")
    ]
    mean: Annotated[float, doc("Of the students.")]
    sd: Annotated[float, doc("Of the students.")]
    others_mean: Annotated[float, doc("Median of all columns' means.")]
    others_sd: Annotated[float, doc("Median of all columns' standard deviations.")]


@dataclass(frozen=True, kw_only=True)
class Digits:
    """Decimal digits in which two programs agree; null where the other gave none."""

    log_likelihood: float | None
    gamma00: float | None
    tau00: float | None
    sigma2: float | None


@dataclass(frozen=True, kw_only=True)
class CrossCheck:
    """The same model fitted by a second program."""

    engine: Annotated[str, doc("The second program.")]
    version: str
    agrees: Annotated[bool | None, doc("null where it gave no usable answer.")]
    digits: Digits
    gamma00: float | None
    tau00: float | None
    sigma2: float | None
    log_likelihood: float | None
    deviance_of_theirs: Annotated[
        float | None, doc("Our deviance at their estimates minus the deviance at ours.")
    ]
    note: Annotated[str, doc("converged, not_converged, failed or too_large.")]
    n_values: Annotated[int, doc("Scores that it fitted: 1, or 0 where it gave no answer.")]
    column: Annotated[str, doc("That score: of plausible values the first.")]
