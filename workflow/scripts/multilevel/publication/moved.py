"""The data behind published estimates: withheld means moved to coarse places.

Numbers rounded one by one are each a further look at what is withheld, and many looks together see
more than any of them. So all numbers of the population are those of data in which each withheld
mean is at the nearest multiple of a standard deviation within groups: whatever is printed of
them, and how finely, it is the same for all means of that range. Groups of which a few members
came or went since they were published count with the mean that they had then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from multilevel.publication.ledger import Entry, Ledger, Roster, mostly_same
from multilevel.publication.rounding import relative
from multilevel.publication.withholding import Booleans
from multilevel.records.students import Moments, Students, ZoneSums

# A former unit stays while it is so many standard deviations within groups.
NARROWEST, WIDEST = 0.75, 1.5
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """Where withheld means may be; nothing of it depends on where they are.

    Attributes
    ----------
    unit
        Multiples of which they are moved to: a standard deviation within groups.
    centre, variance
        Of means, as shown groups have them: a number, and what is expected of each group's
        size, shape (J,).
    """

    unit: float
    centre: float
    variance: Floats

    @classmethod
    def among(
        cls,
        mean: Floats,
        n: Integers,
        hidden: Booleans,
        sd_within: float,
        former: float | None = None,
    ) -> "Places":
        """By the means and sizes of the groups that are shown.

        The unit `former` of the release before stays where it fits: multiples of another would
        be a second look at the same means, with other limits.
        """
        error = sd_within**2 / n
        tau00 = float(mean[~hidden].var(ddof=1) - error[~hidden].mean())
        fits = former is not None and NARROWEST <= former / sd_within <= WIDEST
        unit = former if former is not None and fits else relative(sd_within, 0.0, 2)
        return cls(unit, float(mean[~hidden].mean()), max(tau00, 0.0) + error)

    def of(self, mean: Floats) -> Floats:
        """The nearest places, drawn in by what rounding adds to the variance of means.

        Sheppard (1898), Proceedings of the London Mathematical Society 29, 353-380.
        """
        nearest = self.unit * np.round(mean / self.unit)
        drawn_in = np.sqrt(self.variance / (self.variance + self.unit**2 / 12.0))
        return np.asarray(self.centre + drawn_in * (nearest - self.centre))


def means_used(
    names: Sequence[str],
    lists: Sequence[Roster],
    mean: Floats,
    hidden: Booleans,
    before: Ledger,
    *,
    places: Places,
    min_members: int,
) -> Floats:
    """The means with which groups count in what is published, shape (J,).

    Parameters
    ----------
    mean
        Observed, averaged over plausible values, shape (J,).
    """
    used = np.where(hidden, places.of(mean), mean)
    for j, (name, roster) in enumerate(zip(names, lists, strict=True)):
        if hidden[j]:
            # A withheld group stays where it is, though places may be others now.
            old = before.withheld.get(name)
            stays = old is not None and mostly_same(old.roster, roster, min_members)
        else:
            old = before.row_near(name, roster, min_members)
            stays = old is not None
        if stays and old is not None and old.mean is not None:
            used[j] = old.mean
    return np.asarray(used)


def remembered(
    names: Sequence[str],
    lists: Sequence[Roster],
    used: Floats,
    hidden: Booleans,
    before: Ledger,
    min_members: int,
) -> dict[str, Entry]:
    """What is to be remembered of withheld groups: where each is, and of which members."""
    entries = dict(before.withheld)
    for j in np.flatnonzero(hidden).tolist():
        old = entries.get(names[j])
        if old is None or not mostly_same(old.roster, lists[j], min_members):
            entries[names[j]] = Entry(roster=lists[j], row={}, mean=float(used[j]))
    return entries


def moved(students: Students, shift: Floats) -> Students:
    """The students with all scores of each group moved by so much, shape (J,).

    Without covariates: what is made of them is shown nowhere.
    """
    members, conditional = students.members, students.conditional
    total, replicates = students.total, students.replicates
    weight = None
    if conditional is not None and students.group_weight is not None:
        weight = students.group_weight * conditional.weight
    return replace(
        students,
        moments=tuple(_moments(one, shift) for one in students.moments),
        averaged=_maybe(students.averaged, shift),
        members=replace(members, scores=members.scores + shift[members.group][:, None]),
        conditional=conditional and replace(conditional, offset=conditional.offset + shift),
        total=total
        if total is None or weight is None
        else replace(total, weighted=total.weighted + float(weight @ shift)),
        zones=_zones(students.zones, shift),
        replicates=replicates
        and replace(
            replicates, weighted=replicates.weighted + (shift @ replicates.of_groups)[:, None]
        ),
        covariates=None,
        aside=students.aside
        and replace(
            students.aside, moments=tuple(_moments(one, shift) for one in students.aside.moments)
        ),
    )


def _moments(moments: Moments, shift: Floats) -> Moments:
    return replace(moments, mean=moments.mean + shift / moments.unit)


def _maybe(moments: Moments | None, shift: Floats) -> Moments | None:
    return None if moments is None else _moments(moments, shift)


def _zones(zones: ZoneSums | None, shift: Floats) -> ZoneSums | None:
    if zones is None:
        return None
    cells, more = zones.cells, np.zeros(zones.weight.shape)
    np.add.at(more, (cells.zone, cells.half), cells.weight * shift[cells.group])
    return replace(zones, weighted=zones.weighted + more[:, :, None])
