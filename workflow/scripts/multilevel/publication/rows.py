"""The table of groups as it may be shown."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from multilevel.publication.rules import Kind, Rounding
from multilevel.publication.withholding import Booleans

if TYPE_CHECKING:
    import pandas as pd

# A column without a rule is left out.
COLUMN_RULES: Mapping[str, Kind] = {
    "group": "keep",
    "n": "members",
    "mean": "score",
    "sd": "score",
    "error_variance": "variance",
    "reliability": "share",
    "eb_mean": "score",
    "eb_se": "score",
    "ci_low": "score",
    "ci_high": "score",
    "mean_ci_low": "score",
    "mean_ci_high": "score",
    "eb_se_lme4": "score",
    "eb_se_hlm": "score",
    "overlap_low": "score",
    "overlap_high": "score",
    "rank_low": "keep",
    "rank_high": "keep",
    "mean_se": "score",
    "ci_mean": "score",
    "ci_se": "score",
    "weighted_mean": "score",
    "weighted_reliability": "share",
    "weighted_eb_mean": "score",
    "weighted_eb_se": "score",
    "weighted_ci_low": "score",
    "weighted_ci_high": "score",
}


def shown_rows(schools: "pd.DataFrame", hidden: Booleans, rounding: Rounding) -> "pd.DataFrame":
    """The rows of groups that are not `hidden` (shape (J,)), each column by its rule."""
    kept = schools[~hidden].reset_index(drop=True)
    for column in kept.columns:
        kind = COLUMN_RULES.get(str(column), "withhold")
        if kind == "withhold":
            kept = kept.drop(columns=column)
        elif kind != "keep":
            kept[column] = [
                rounding.number(kind, value) if value == value else value for value in kept[column]
            ]
    return kept
