"""How precisely each kind of number may be shown, so that withheld means stay hidden."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multilevel.publication.bounds import Statement, narrowest
from multilevel.publication.rounding import coarser, score_unit, to_unit, unit_above

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

# A withheld mean must stay open by so many standard deviations within groups.
OPEN = 0.5
# Standard deviations from the mean of a member whose score stands out.
FAR_OUT = 3.0
# Shares and variances have three digits at most, whatever is withheld.
LEAST_SHARE = 1e-3
# Of log-likelihoods, which move by about one when one group's mean moves.
LEAST_FIT_UNIT = 10.0


@dataclass(frozen=True, kw_only=True)
class Published:
    """A mean of the population, as a weighted sum of group means.

    Attributes
    ----------
    weights
        Of each group's mean, shape (J,).
    values
        The number at full precision, or of each plausible value.
    """

    weights: Floats
    values: tuple[float, ...]

    def statement(self, unit: float, hidden: Sequence[int], keys: Sequence[str]) -> Statement:
        """What it says of the groups `hidden`, rounded to `unit`."""
        shift = float(np.mean([to_unit(value, unit) - value for value in self.values]))
        return Statement(
            coefficients={keys[j]: float(self.weights[j]) for j in hidden},
            low=shift - unit / 2,
            high=shift + unit / 2,
        )


@dataclass(frozen=True, kw_only=True)
class Population:
    """What disclosure control needs to know at full precision.

    Attributes
    ----------
    keys
        Tell groups, and states of their members, apart; of former releases too.
    n, mean
        Of each group, shape (J,).
    sd, sd_within
        Standard deviation of all scores, and within groups.
    low, high
        The lowest and the highest score.
    means
        The means of the population that are published.
    """

    keys: tuple[str, ...]
    n: Integers
    mean: Floats
    sd: float
    sd_within: float
    low: float
    high: float
    means: tuple[Published, ...]


@dataclass(frozen=True, kw_only=True)
class Precision:
    """Units of what is shown.

    Attributes
    ----------
    score
        Of single groups' means, intervals and standard errors.
    mean
        Of means of the population.
    pooled
        Of the mean of all withheld groups; None where even the coarsest would tell too much.
    share
        Of variances, and statistics that follow from them, as a share of the number. Where groups
        are they don't tell: see `multilevel.publication.moved`.
    fit
        Of log-likelihoods and deviances.
    """

    score: float
    mean: float
    pooled: float | None
    share: float
    fit: float

    def of_power(self, power: int) -> float:
        """Of the mean of such powers of members' standardised residuals.

        So much as it moves when one far out, 3 standard deviations from the mean, moves by the
        gap; `share` is at least twice the weight of a member.
        """
        return unit_above(power * FAR_OUT ** (power - 1) * OPEN * self.share / 2.0)


def precision(
    population: Population, hidden: Booleans, former: Sequence[Statement] = ()
) -> Precision:
    """The finest units with which every withheld mean stays open by half a standard deviation.

    Parameters
    ----------
    hidden
        Groups that are withheld, shape (J,).
    former
        What former releases say of withheld means.
    """
    unit = score_unit(population.sd)
    gap = OPEN * population.sd_within
    places = np.flatnonzero(hidden).tolist()
    finest = max(unit, unit_above(gap * _weight_of_a_member(population, hidden)))
    share = _of_members(population)
    if not places:
        return Precision(score=unit, mean=finest, pooled=None, share=share, fit=LEAST_FIT_UNIT)
    wide = population.high - population.low

    def is_open(mean: float, pooled: float | None) -> bool:
        said = [*former, *statements(population, places, mean, pooled)]
        return _narrowest(population, places, said) >= gap * (1 - 1e-9)

    mean = _first(finest, wide, lambda step: is_open(step, None)) or coarser(wide)
    pooled = _first(unit, gap, lambda step: is_open(mean, step))
    return Precision(score=unit, mean=mean, pooled=pooled, share=share, fit=LEAST_FIT_UNIT)


def statements(
    population: Population, hidden: Sequence[int], mean: float, pooled: float | None
) -> list[Statement]:
    """What a release with these units says of withheld means."""
    keys = population.keys
    said = [one.statement(mean, hidden, keys) for one in population.means]
    if pooled is not None:
        said.append(pooled_mean(population, hidden).statement(pooled, hidden, keys))
    return said


def pooled_mean(population: Population, hidden: Sequence[int]) -> Published:
    """The mean of all members of withheld groups."""
    weights = np.zeros(len(population.n))
    weights[hidden] = population.n[hidden] / population.n[hidden].sum()
    return Published(weights=weights, values=(float(weights @ population.mean),))


def _first(start: float, end: float, fits: Callable[[float], bool]) -> float | None:
    """The smallest unit from `start` on, up to `end`, that fits."""
    unit = start
    while unit <= end:
        if fits(unit):
            return unit
        unit = coarser(unit)
    return None


def _narrowest(population: Population, hidden: Sequence[int], said: Sequence[Statement]) -> float:
    keys = population.keys
    reach: Mapping[str, tuple[float, float]] = {
        keys[j]: (population.low - population.mean[j], population.high - population.mean[j])
        for j in hidden
    }
    sizes = {keys[j]: int(population.n[j]) for j in hidden}
    return narrowest(said, reach, sizes, population.sd)


def _weight_of_a_member(population: Population, hidden: Booleans) -> float:
    """The most that the score of a member of a shown group weighs in a mean of the population.

    With a unit of so many times the gap, a member who joined or left stays as open as a group.
    """
    shown = population.n[~hidden]
    smallest = float(shown.min()) if len(shown) else 1.0
    return max(1.0 / float(population.n.sum()), 1.0 / (len(population.n) * smallest))


def _of_members(population: Population) -> float:
    """Of a variance: so much that no member's score could be read off it."""
    free = int(population.n.sum()) - len(population.n)
    return min(max(LEAST_SHARE, 2.0 / max(free, 1)), 1.0)
