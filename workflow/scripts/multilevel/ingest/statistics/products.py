"""Sizes, group means and cross products within groups of many columns, batch by batch.

Two sets of them add up exactly (Chan, Golub & LeVeque 1983).
"""

from collections.abc import Sequence

import numpy as np

from multilevel.records.covariates import Floats, Integers, Products


def empty(centre: Floats, by_group: bool) -> Products:
    """No group yet.

    Parameters
    ----------
    centre
        Shape (C,).
    by_group
        Whether products are kept for each group.
    """
    none, size = np.zeros(0), len(centre)
    return Products(
        centre=centre,
        n=np.zeros(0, dtype=np.int64),
        weight=none,
        weight2=none,
        mean=np.zeros((0, size)),
        within=np.zeros((0, size, size) if by_group else (size, size)),
    )


def of_rows(
    group: Integers,
    columns: Sequence[Floats],
    centre: Floats,
    weight: Floats | None = None,
    by_group: bool = False,
) -> Products:
    """Two passes over the rows.

    Parameters
    ----------
    group
        Group of each row as 0..J-1, shape (N,).
    columns
        C columns of finite values, each of shape (N,).
    centre
        Shape (C,), near the columns' means: a mean of 1e9 must cost no digits.
    weight
        Weights > 0 of the rows, shape (N,).
    by_group
        Whether products are kept for each group.
    """
    n = np.bincount(group).astype(np.int64)
    total = weight2 = n.astype(np.float64)
    if weight is not None:
        total = np.asarray(np.bincount(group, weight), dtype=np.float64)
        weight2 = np.asarray(np.bincount(group, weight * weight), dtype=np.float64)
    residuals, means = [], []
    for column, about in zip(columns, centre, strict=True):
        residual, mean = _residual(group, column - about, weight, total)
        residuals.append(residual)
        means.append(mean)
    return Products(
        centre=centre,
        n=n,
        weight=total,
        weight2=weight2,
        mean=np.stack(means, axis=1),
        within=_products(group, residuals, weight, len(n) if by_group else None),
    )


def padded(products: Products, n_groups: int, n_columns: int) -> Products:
    """With empty groups, and with columns that have been 0 so far, appended."""
    groups, columns = n_groups - len(products.n), n_columns - len(products.centre)
    if groups == 0 and columns == 0:
        return products
    square = [(0, columns), (0, columns)]
    by_group = products.within.ndim == 3
    return Products(
        centre=np.pad(products.centre, (0, columns)),
        n=np.pad(products.n, (0, groups)),
        weight=np.pad(products.weight, (0, groups)),
        weight2=np.pad(products.weight2, (0, groups)),
        mean=np.pad(products.mean, [(0, groups), (0, columns)]),
        within=np.pad(products.within, [(0, groups), *square] if by_group else square),
    )


def merged(one: Products, other: Products) -> Products:
    """Of the rows of both, which name their groups and columns alike.

    Parameters
    ----------
    other
        With the same centre, or any: its means are moved to the first's.
    """
    n_groups = max(len(one.n), len(other.n))
    a, b = (padded(part, n_groups, len(one.centre)) for part in (one, other))
    weight = a.weight + b.weight
    divisor = np.where(weight > 0, weight, 1.0)
    both = (a.n > 0) & (b.n > 0)
    moved = b.mean + np.where(b.n > 0, 1.0, 0.0)[:, None] * (b.centre - a.centre)
    difference = moved - a.mean
    share = np.where(a.n > 0, b.weight / divisor, 1.0)
    between = np.where(both, a.weight * b.weight / divisor, 0.0)
    spec = "j,jc,jd->jcd" if one.within.ndim == 3 else "j,jc,jd->cd"
    return Products(
        centre=a.centre,
        n=a.n + b.n,
        weight=weight,
        weight2=a.weight2 + b.weight2,
        mean=a.mean + difference * np.where(b.n > 0, share, 0.0)[:, None],
        within=a.within + b.within + np.einsum(spec, between, difference, difference),
    )


def ordered(products: Products, order: Integers) -> Products:
    """The groups of these numbers in this order; all with rows must be among them.

    A number beyond the groups so far is that of an empty group.
    """
    whole = padded(products, max(len(products.n), int(order.max()) + 1), len(products.centre))
    return Products(
        centre=whole.centre,
        n=whole.n[order],
        weight=whole.weight[order],
        weight2=whole.weight2[order],
        mean=whole.mean[order],
        within=whole.within[order] if whole.within.ndim == 3 else whole.within,
    )


def _residual(
    group: Integers, deviation: Floats, weight: Floats | None, total: Floats
) -> tuple[Floats, Floats]:
    """Deviations from the group means, and these; in place of `deviation`."""
    divisor = np.where(total > 0, total, 1.0)
    first = _sums(group, deviation, weight, len(total)) / divisor
    deviation -= first[group]
    # The first pass leaves a rounding error in the means; the second takes it out.
    left = _sums(group, deviation, weight, len(total)) / divisor
    deviation -= left[group]
    return deviation, first + left


def _sums(group: Integers, values: Floats, weight: Floats | None, size: int) -> Floats:
    weighted = values if weight is None else values * weight
    return np.asarray(np.bincount(group, weighted, minlength=size), dtype=np.float64)


def _products(
    group: Integers, residuals: Sequence[Floats], weight: Floats | None, n_groups: int | None
) -> Floats:
    """Shape (C, C), or (J, C, C) where the number of groups is given."""
    size = len(residuals)
    within = np.zeros((size, size) if n_groups is None else (n_groups, size, size))
    for a, left in enumerate(residuals):
        weighted = left if weight is None else left * weight
        for b in range(a, size):
            if n_groups is None:
                value = np.einsum("i,i->", weighted, residuals[b])
            else:
                value = np.bincount(group, weighted * residuals[b], minlength=n_groups)
            within[..., a, b] = within[..., b, a] = value
    return within
