"""Covariates that others determine: found, so that they can be named and left out."""

import numpy as np

from multilevel.fit.sufficient import Floats

# Share of a column's variance that others must leave: below it only rounding is left.
LEAST_SHARE = 1e-11


def aliased(products: Floats, scale: Floats) -> tuple[int, ...]:
    """Places of the columns that are linear in a constant and the columns before them.

    The decomposition of A at q = 0 with R's limited pivoting: columns keep their order, and one
    that earlier ones determine is passed over.

    Parameters
    ----------
    products
        Of p columns about their overall means, shape (p, p).
    scale
        What each column's own product would be before anything was taken from it (its group
        means, say), shape (p,): rounding is judged by it.
    """
    left = products.copy()
    passed_over = []
    for k in range(len(left)):
        if not left[k, k] > LEAST_SHARE * max(products[k, k], scale[k]):
            passed_over.append(k)
            continue
        left -= np.outer(left[:, k], left[k]) / left[k, k]
    return tuple(passed_over)
