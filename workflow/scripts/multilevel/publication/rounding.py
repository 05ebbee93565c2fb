"""Numbers to a unit, and units that are easy to read: 1, 2 or 5 times a power of ten."""

import math

STEPS = (1.0, 2.0, 5.0, 10.0)
# A mean is printed in hundredths of the standard deviation, or coarser by less than ten times.
PARTS_OF_SD = 100
MEMBERS = 5
# A number is never rounded away: the unit is at most this share of it.
LARGEST_SHARE = 0.5


def to_unit(value: float, unit: float) -> float:
    """The multiple of `unit` that is nearest to `value`."""
    if not math.isfinite(value):
        return value
    return float(f"{round(value / unit) * unit:.12g}")


def unit_above(least: float) -> float:
    """The smallest 1, 2 or 5 times a power of ten that isn't below `least` > 0."""
    power = 10.0 ** math.floor(math.log10(least))
    step = next(step for step in STEPS if step * power >= least * (1 - 1e-9))
    return float(f"{step * power:.12g}")


def coarser(unit: float) -> float:
    """The next of these units."""
    return unit_above(unit * 1.01)


def score_unit(sd: float) -> float:
    """The unit of scores: a power of ten, at least a hundredth of their standard deviation.

    Examples
    --------
    >>> score_unit(85.0), score_unit(6.9)
    (1.0, 0.1)
    """
    return float(f"{10.0 ** math.ceil(math.log10(sd / PARTS_OF_SD) - 1e-9):.12g}")


def relative(value: float, share: float, digits: int) -> float:
    """At most so many significant digits, and a unit of at least `share` of the number."""
    if value == 0 or not math.isfinite(value):
        return value
    size = abs(value)
    unit = 10.0 ** (math.floor(math.log10(size)) - digits + 1)
    return to_unit(value, max(unit, unit_above(min(max(share, 1e-9), LARGEST_SHARE) * size)))


def proportion(value: float, share: float) -> float:
    """Two decimals, near 0 and 1 two digits of the distance from there, and no finer than `share`.

    `share` is of that distance.
    """
    if not 0 < value < 1:
        return to_unit(value, 0.01)
    rest = min(value, 1 - value)
    near = relative(rest, share, 2)
    near = near if rest < 0.1 else to_unit(near, 0.01)
    return float(f"{near if value < 0.5 else 1 - near:.12g}")


def members(n: int) -> int:
    """To the nearest 5."""
    return MEMBERS * round(n / MEMBERS)
