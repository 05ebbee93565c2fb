"""Covariates that others determine: found, so that they can be named and left out."""

import numpy as np

from multilevel.fit.sufficient import Floats

# Share of a column's variance that others must leave: below it only rounding is left.
LEAST_SHARE = 1e-11
EPSILON, MARGIN = float(np.finfo(np.float64).eps), 16.0


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
    left, passed_over = products.copy(), []
    # How far rounding may have moved each column's own product.
    error = EPSILON * np.maximum(np.diag(products), scale)
    for k in range(len(left)):
        least = max(LEAST_SHARE * max(products[k, k], scale[k]), MARGIN * error[k])
        if not left[k, k] > least:
            passed_over.append(k)
            continue
        ratio = left[k] / left[k, k]
        error = (np.sqrt(error) + np.abs(ratio) * np.sqrt(error[k])) ** 2
        left -= np.outer(left[:, k], ratio)
    return tuple(passed_over)
