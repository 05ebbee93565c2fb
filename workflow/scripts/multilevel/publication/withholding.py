"""Which groups are withheld: the small ones, and as many others as hide these."""

import numpy as np
from numpy.typing import NDArray

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]


def withheld(n: Integers, min_members: int) -> Booleans:
    """Groups that are shown singly nowhere, shape (J,).

    Those of fewer than `min_members`. Where that is a single group, or where they have fewer
    than `min_members` members together, the next smallest are withheld too, until they aren't:
    else what all groups give less what the others give would be theirs (complementary
    suppression; Cox 1980, Journal of the American Statistical Association 75, 377-385).

    Parameters
    ----------
    n
        Members of each group, shape (J,). Of groups of one size the first is withheld first.

    Examples
    --------
    >>> withheld(np.array([30, 4, 12, 25]), 10)
    array([False,  True,  True, False])
    """
    hidden = n < min_members
    if not hidden.any():
        return np.asarray(hidden)
    for place in np.argsort(n, kind="stable"):
        if hidden.sum() > 1 and n[hidden].sum() >= min_members:
            break
        hidden[place] = True
    return np.asarray(hidden)
