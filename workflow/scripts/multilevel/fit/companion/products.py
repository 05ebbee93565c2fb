"""The companion's sufficient statistics: sizes, group means and products within groups.

Covariates and outcomes are columns alike. A group enters the likelihood only through its size,
the means of its columns and their cross products about these means (Raudenbush & Bryk 2002,
ch. 3).
"""

from dataclasses import dataclass, replace

import numpy as np

from multilevel.fit.sufficient import Floats, Integers
from multilevel.fit.weighted import Scaling
from multilevel.records.covariates import Products


@dataclass(frozen=True, eq=False)
class GroupedProducts(Products):
    """What ingest added up, and the ways in which the models read it."""

    @classmethod
    def of(cls, products: Products) -> "GroupedProducts":
        """Of what ingest added up."""
        return cls(
            centre=products.centre,
            n=products.n,
            weight=products.weight,
            weight2=products.weight2,
            mean=products.mean,
            within=products.within,
        )

    @property
    def by_group(self) -> bool:
        """Whether products are kept for each group."""
        return self.within.ndim == 3

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
