"""Which groups are withheld: the small ones, and as many others as hide these."""

import numpy as np
from numpy.typing import NDArray

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Standard deviations within groups: an attacker must not have a score to within a quarter of it.
ALIKE = 0.25


def alike(n: Integers, sd: Floats) -> Booleans:
    """Groups whose members scored nearly the same, shape (J,): their mean is each one's score.

    Parameters
    ----------
    sd
        Standard deviation within each group, NaN of a single member, shape (J,).
    """
    several = n > 1
    f = n[several] - 1.0
    within = float(np.sqrt(f @ sd[several] ** 2 / f.sum()))
    return np.asarray(several & (sd < ALIKE * within))


def withheld(n: Integers, min_members: int, telling: Booleans | None = None) -> Booleans:
    """Groups that are shown singly nowhere, shape (J,).

    Those of fewer than `min_members`, and those that are `telling`. Where that is a single group,
    or where they have fewer than `min_members` members together, the next smallest are withheld
    too, until they aren't:
    else what all groups give less what the others give would be theirs (complementary
    suppression; Cox 1980, Journal of the American Statistical Association 75, 377-385).

    Parameters
    ----------
    n
        Members of each group, shape (J,). Of groups of one size the first is withheld first.
    telling
        Groups that are withheld whatever their size, shape (J,).

    Examples
    --------
    >>> withheld(np.array([30, 4, 12, 25]), 10)
    array([False,  True,  True, False])
    """
    hidden = n < min_members if telling is None else telling | (n < min_members)
    if not hidden.any():
        return np.asarray(hidden)
    for place in np.argsort(n, kind="stable"):
        if hidden.sum() > 1 and n[hidden].sum() >= min_members:
            break
        hidden[place] = True
    return np.asarray(hidden)
