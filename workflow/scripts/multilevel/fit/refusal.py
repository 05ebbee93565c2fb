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
        raise DataRefused("one_group", group, group=one_group)
    spread = float(np.max(np.abs(statistics.offset)))
    total = statistics.ssw + float(statistics.n @ statistics.offset**2)
    if not np.isfinite(total):
        raise DataRefused("not_numeric.magnitude", outcome)
    rounding = ROUNDING * max(spread, np.spacing(abs(statistics.centre)))
    if total <= statistics.n_members * rounding**2:
        raise DataRefused("constant_outcome", outcome, value=statistics.centre)
    if not SMALLEST**2 < total / statistics.n_members < LARGEST**2:
        raise DataRefused("not_numeric.magnitude", outcome)
    if int(statistics.n.max()) == 1:
        raise DataRefused(
            "no_replication.one_member_each", group, group=one_group, member=one_member
        )
    if statistics.ssw <= statistics.n_members * rounding**2:
        raise DataRefused(
            "zero_within_variance",
            outcome,
            group_column=group,
            group=one_group,
            member=one_member,
        )
