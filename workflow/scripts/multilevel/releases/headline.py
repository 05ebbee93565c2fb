"""The numbers that a report leads with, as the tables over datasets and releases have them."""

from dataclasses import dataclass

from multilevel.records.results import Results


@dataclass(frozen=True, kw_only=True)
class Headline:
    """Columns of datasets.csv and history.csv; empty for what has no estimate or interval.

    Attributes
    ----------
    leading_mean_quantity
        official_mean where there are weights, else mean_of_group_means or gamma00.
    leading_mean, leading_mean_se, leading_mean_low, leading_mean_high
        That mean, its standard error and interval, in units of the scores.
    leading_icc, leading_icc_low, leading_icc_high
        The intraclass correlation, weighted where `leading_weighted`, and its interval.
    leading_weighted
        "yes" or "no", "" without estimates.
    """

    leading_mean_quantity: str = ""
    leading_mean: float | None = None
    leading_mean_se: float | None = None
    leading_mean_low: float | None = None
    leading_mean_high: float | None = None
    leading_icc: float | None = None
    leading_icc_low: float | None = None
    leading_icc_high: float | None = None
    leading_weighted: str = ""


def headline_of(results: Results) -> Headline:
    """Of a dataset; all empty for a refused one."""
    leading = results.leading
    if leading is None:
        return Headline()
    mean_low, mean_high = leading.mean.interval or (None, None)
    icc_low, icc_high = leading.icc.interval or (None, None)
    return Headline(
        leading_mean_quantity=leading.mean.quantity,
        leading_mean=leading.mean.value,
        leading_mean_se=leading.mean.se,
        leading_mean_low=mean_low,
        leading_mean_high=mean_high,
        leading_icc=leading.icc.value,
        leading_icc_low=icc_low,
        leading_icc_high=icc_high,
        leading_weighted="yes" if leading.weighted else "no",
    )
