"""Data that no random-intercept model can be fitted to: refused, with the reason."""

import numpy as np

from multilevel.errors import DataRefused
from multilevel.fit.sufficient import SufficientStatistics

# Relative to the largest deviation from the mean: below it only rounding is left.
ROUNDING = 16 * np.finfo(np.float64).eps
# Standard deviations outside would leave double precision by their fourth powers.
LARGEST, SMALLEST = 1e70, 1e-70


@np.errstate(over="ignore", invalid="ignore")  # infinities are refused
def check_fittable(
    statistics: SufficientStatistics,
    outcome: str,
    group: str,
    one_group: str = "group",
    one_member: str = "member",
) -> None:
    """Refuse what has no answer.

    Parameters
    ----------
    statistics
        Of all students, no empty school.
    outcome, group
        Names of the columns, for the message.
    one_group, one_member
        What a group and a member are called, such as "school" and "student".

    Raises
    ------
    DataRefused
        one_group, constant_outcome, no_replication, zero_within_variance, or not_numeric for
        scores whose squares overflow or vanish.
    """
    if statistics.n_groups < 2:
        raise DataRefused(
            "one_group",
            f"Column {group!r} holds one {one_group} only, so there is nothing to compare.",
            f"Check that this column tells one {one_group} from another and that the file has all.",
        )
    spread = float(np.max(np.abs(statistics.offset)))
    total = statistics.ssw + float(statistics.n @ statistics.offset**2)
    if not np.isfinite(total):
        raise _magnitude(outcome)
    rounding = ROUNDING * max(spread, np.spacing(abs(statistics.centre)))
    if total <= statistics.n_members * rounding**2:
        raise DataRefused(
            "constant_outcome",
            f"Column {outcome!r} has the same value, {statistics.centre:g}, in every row.",
            "Check that this is the score, and that missing codes are declared under 'missing'.",
        )
    if not SMALLEST**2 < total / statistics.n_members < LARGEST**2:
        raise _magnitude(outcome)
    if int(statistics.n.max()) == 1:
        raise DataRefused(
            "no_replication",
            f"Every {one_group} in column {group!r} has one {one_member} only, so differences "
            f"between them and within them can't be told apart.",
            f"Check that this column names the {one_group}, not the {one_member}.",
        )
    if statistics.ssw <= statistics.n_members * rounding**2:
        raise DataRefused(
            "zero_within_variance",
            f"Column {outcome!r} does not vary within any {one_group} of column {group!r}.",
            f"Check that it holds each {one_member}'s own score, not a mean of the {one_group}.",
        )


def _magnitude(outcome: str) -> DataRefused:
    return DataRefused(
        "not_numeric",
        f"Column {outcome!r} has scores too large or too small to calculate with.",
        "Rescale the scores, or look for a damaged value among the largest.",
    )
