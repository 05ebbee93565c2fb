"""From where on something is worth a warning."""

import numpy as np
from numpy.typing import NDArray

# So few groups say little about the variance between them.
FEW_GROUPS = 10
# Sizes that weigh no more than so many equal ones carry the model's mean where groups hardly
# differ: its interval then holds in .6 to .9 of samples. One group of half the members is 4.
FEWEST_EFFECTIVE = 5.0
# A departure from equal variances.
CLEAR_P = 0.001
# A slope on the schools' sizes.
SLOPE_P = 0.01
# So few values, each of several members, are no draws of a normal distribution.
FEW_VALUES = 10


def dominated(n: NDArray[np.int64]) -> bool:
    """Whether one of J > 2 groups, or very few, have a large part of the members.

    Parameters
    ----------
    n
        Members per group, shape (J,).
    """
    effective = float(n.sum()) ** 2 / float((n.astype(np.float64) ** 2).sum())
    return effective < min(FEWEST_EFFECTIVE, (len(n) + 1) / 2)


def few_valued(n_distinct: int, n: int) -> bool:
    """Whether `n` scores take few values for their number, or two."""
    return n_distinct <= 2 or (n_distinct <= FEW_VALUES and 2 * n_distinct <= n)
