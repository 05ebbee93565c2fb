"""Whether student weights are what they are said to be: total, or conditional on the school.

A total weight is the product of the school's and the student's within it, both the inverse
of a chance and so at least 1: it is never below the school's. A conditional one often is,
and where schools were drawn with probability proportional to size it falls as the school's
weight rises. Both readings are guesses from the numbers; a flag is a warning, no verdict.
"""

from typing import Literal

import numpy as np

from multilevel.fit.sufficient import Floats, Integers

MemberIs = Literal["total", "conditional"]
# Relative: weights are given to some six digits.
ROUNDING = 1e-3
NEARLY_ALL, TOO_FEW = 0.99, 0.95
# School weights whose logarithms vary less say nothing.
CONSTANT = 0.05
# log mean student weight on log school weight: 0 or more for totals, -1 for conditional weights
# of schools drawn by size.
HALF_WAY = -0.5


def doubts(
    member: Floats, group: Integers, group_weight: Floats, member_is: MemberIs
) -> tuple[str, ...]:
    """Flags of `weighted` in results.json.

    Parameters
    ----------
    member
        Student weights as configured, shape (N,).
    group
        School of each student as 0..J-1.
    group_weight
        School weights, shape (J,).
    member_is
        What the configuration says that they are.
    """
    not_below = float(np.mean(member >= group_weight[group] * (1.0 - ROUNDING)))
    weights = bool(np.all(member >= 1.0 - ROUNDING))
    if member_is == "total" and not_below < TOO_FEW:
        return ("total_looks_conditional",) if weights else ("total_rescaled",)
    if member_is == "conditional" and not_below >= NEARLY_ALL and weights:
        slope = _slope(member, group, group_weight)
        if slope is not None and slope > HALF_WAY:
            return ("conditional_looks_total",)
    return ()


def _slope(member: Floats, group: Integers, group_weight: Floats) -> float | None:
    """Of log mean student weight on log school weight; None for school weights all alike."""
    mean = np.bincount(group, weights=member) / np.bincount(group)
    x = np.log(group_weight) - np.mean(np.log(group_weight))
    if float(np.std(x)) < CONSTANT:
        return None
    return float(x @ np.log(mean)) / float(x @ x)
