"""The section `distribution` of results.json: how the scores are spread over students."""

from dataclasses import dataclass
from typing import Annotated, Literal

from multilevel.records.sections import doc

ErrorsBy = Literal["jk2", "jk2-half", "brr-fay", "schools"]


@dataclass(frozen=True, kw_only=True)
class ErroredValue:
    """An estimate and its standard error."""

    value: float
    se: Annotated[float | None, doc("null where `errors_by` is.")]


@dataclass(frozen=True, kw_only=True)
class Percentile:
    """A percentile of the students' scores."""

    p: Annotated[int, doc("In percent: 5, 10, 25, 50, 75, 90 or 95.")]
    value: Annotated[float, doc("Smallest score at which the cumulated weight reaches p.")]
    se: Annotated[float | None, doc("Its standard error; null where `errors_by` is.")]


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A score that marks a level, and the students at or above it; shares are 0 to 1."""

    name: Annotated[str, doc("Of the level.")]
    cut: Annotated[float, doc("The score.")]
    share_at_or_above: Annotated[float, doc("Share of the students, weighted where they are.")]
    se: Annotated[float | None, doc("Its standard error; null where `errors_by` is.")]
    share_in_school_minus_1sd: Annotated[
        float, doc("By the model, in a school whose true mean is gamma00 - sqrt(tau00).")
    ]
    share_in_average_school: Annotated[
        float, doc("By the model, in a school whose true mean is gamma00.")
    ]
    share_in_school_plus_1sd: Annotated[
        float, doc("By the model, in a school whose true mean is gamma00 + sqrt(tau00).")
    ]


@dataclass(frozen=True, kw_only=True)
class AboveOverallMean:
    """Shares of students above gamma00 by the model: what the SD of schools means for them."""

    share_in_school_minus_1sd: Annotated[float, doc("Phi(-sqrt(tau00/sigma2)).")]
    share_in_average_school: Annotated[float, doc("One half.")]
    share_in_school_plus_1sd: Annotated[float, doc("Phi(sqrt(tau00/sigma2)).")]


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """Mean, spread, percentiles and shares at benchmarks of the students' scores."""

    n_members: Annotated[
        int, doc("Students that this rests on: all of them, or a random sample of 250,000.")
    ]
    weighted: Annotated[bool, doc("By sampling weights.")]
    model_weighted: Annotated[bool, doc("Shares in schools come from the weighted model.")]
    errors_by: Annotated[
        ErrorsBy | None,
        doc(
            "Of all standard errors: the study's replicates; or schools, one left out at a time "
            "(mean, SD, shares) and drawn anew (percentiles); null for fewer than three schools."
        ),
    ]
    df: Annotated[
        float | None,
        doc("For intervals of the mean: zones or replicates, else schools less one."),
    ]
    n_draws: Annotated[int, doc("Draws of schools behind the errors of percentiles, 0 for none.")]
    mean: ErroredValue
    sd: Annotated[ErroredValue, doc("Standard deviation, divisor the sum of weights.")]
    percentiles: tuple[Percentile, ...]
    benchmarks: Annotated[tuple[Benchmark, ...], doc("From the lowest; none where none are set.")]
    above_overall_mean: AboveOverallMean
