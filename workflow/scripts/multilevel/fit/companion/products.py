"""Sufficient statistics of the companion: sizes, group means and products within groups.

Covariates and outcomes are columns alike. A group enters the likelihood only through its size,
the means of its columns and their cross products about these means (Raudenbush & Bryk 2002,
ch. 3); two sets of them add up exactly (Chan, Golub & LeVeque 1983).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from multilevel.fit.sufficient import Floats, Integers
from multilevel.fit.weighted import Scaling


@dataclass(frozen=True, eq=False)
class GroupedProducts:
    """What C columns of J groups leave after one pass over the rows.

    Attributes
    ----------
    centre
        What was subtracted from the columns, shape (C,), in their units.
    n
        Rows per group, shape (J,).
    weight, weight2
        Sums of the rows' weights and of their squares, shape (J,); both n without weights.
    mean
        Weighted group means less `centre`, shape (J, C); 0 for an empty group.
    within
        Weighted cross products about the group means: summed over groups, shape (C, C), or of
        each group, shape (J, C, C).
    """

    centre: Floats
    n: Integers
    weight: Floats
    weight2: Floats
    mean: Floats
    within: Floats

    @classmethod
    def empty(cls, centre: Floats, by_group: bool) -> "GroupedProducts":
        """No group yet.

        Parameters
        ----------
        centre
            Shape (C,).
        by_group
            Whether products are kept for each group.
        """
        none, size = np.zeros(0), len(centre)
        return cls(
            centre=centre,
            n=np.zeros(0, dtype=np.int64),
            weight=none,
            weight2=none,
            mean=np.zeros((0, size)),
            within=np.zeros((0, size, size) if by_group else (size, size)),
        )

    @classmethod
    def of_rows(
        cls,
        group: Integers,
        columns: Sequence[Floats],
        centre: Floats,
        weight: Floats | None = None,
        by_group: bool = False,
    ) -> "GroupedProducts":
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
        return cls(
            centre=centre,
            n=n,
            weight=total,
            weight2=weight2,
            mean=np.stack(means, axis=1),
            within=_products(group, residuals, weight, len(n) if by_group else None),
        )

    @property
    def by_group(self) -> bool:
        """Whether products are kept for each group."""
        return self.within.ndim == 3

    def padded(self, n_groups: int, n_columns: int) -> "GroupedProducts":
        """With empty groups, and with columns that have been 0 so far, appended."""
        groups, columns = n_groups - len(self.n), n_columns - len(self.centre)
        if groups == 0 and columns == 0:
            return self
        square = [(0, columns), (0, columns)]
        return GroupedProducts(
            centre=np.pad(self.centre, (0, columns)),
            n=np.pad(self.n, (0, groups)),
            weight=np.pad(self.weight, (0, groups)),
            weight2=np.pad(self.weight2, (0, groups)),
            mean=np.pad(self.mean, [(0, groups), (0, columns)]),
            within=np.pad(self.within, [(0, groups), *square] if self.by_group else square),
        )

    def merge(self, other: "GroupedProducts") -> "GroupedProducts":
        """Of the rows of both, which name their groups and columns alike.

        Parameters
        ----------
        other
            With the same centre, or any: its means are moved to this one's.
        """
        n_groups = max(len(self.n), len(other.n))
        a, b = (part.padded(n_groups, len(self.centre)) for part in (self, other))
        weight = a.weight + b.weight
        divisor = np.where(weight > 0, weight, 1.0)
        both = (a.n > 0) & (b.n > 0)
        moved = b.mean + np.where(b.n > 0, 1.0, 0.0)[:, None] * (b.centre - a.centre)
        difference = moved - a.mean
        share = np.where(a.n > 0, b.weight / divisor, 1.0)
        between = np.where(both, a.weight * b.weight / divisor, 0.0)
        spec = "j,jc,jd->jcd" if self.by_group else "j,jc,jd->cd"
        return GroupedProducts(
            centre=a.centre,
            n=a.n + b.n,
            weight=weight,
            weight2=a.weight2 + b.weight2,
            mean=a.mean + difference * np.where(b.n > 0, share, 0.0)[:, None],
            within=a.within + b.within + np.einsum(spec, between, difference, difference),
        )

    def present(self) -> Integers:
        """Numbers of the groups that have rows, ascending."""
        return np.flatnonzero(self.n > 0)

    def of_groups(self, groups: Integers) -> "GroupedProducts":
        """Some groups alone; the others must be empty where products are summed over groups."""
        return replace(
            self,
            n=self.n[groups],
            weight=self.weight[groups],
            weight2=self.weight2[groups],
            mean=self.mean[groups],
            within=self.within[groups] if self.by_group else self.within,
        )

    def centred(self, group_weight: Floats | None = None) -> "GroupedProducts":
        """About the overall means: of rows, weighted where they are and times the group's weight.

        Parameters
        ----------
        group_weight
            Shape (J,).
        """
        weight = self.weight if group_weight is None else self.weight * group_weight
        shift = np.einsum("j,jc->c", weight, self.mean) / weight.sum()
        centre = self.centre + shift
        # What the sum rounded away stays with the groups.
        moved = (self.weight > 0)[:, None] * (centre - self.centre)
        return replace(self, centre=centre, mean=self.mean - moved)

    def scaled(self, scaling: Scaling) -> "GroupedProducts":
        """Conditional weights times a constant in each group, as `WeightedStatistics.scaled`.

        Parameters
        ----------
        scaling
            "none", "size" (their sum becomes n_j) or "effective" ((sum w)^2/sum w^2).
        """
        if scaling == "none":
            return self
        factor = self.n / self.weight if scaling == "size" else self.weight / self.weight2
        return replace(
            self,
            weight=self.weight * factor,
            weight2=self.weight2 * factor**2,
            within=self.within * factor[:, None, None],
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
