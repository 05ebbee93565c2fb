"""The bar of percentiles with the mean's interval, as the IEA's exhibits have it."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from multilevel.figures import exhibit
from multilevel.figures.palette import BETWEEN, BETWEEN_MID, BETWEEN_TINT, INK
from multilevel.records.distribution import Percentile
from multilevel.records.sections import Interval

# Parts of the bar: from one percentile to another.
PARTS = ((5, 25, BETWEEN_TINT), (25, 75, BETWEEN_MID), (75, 95, BETWEEN_TINT))


def values(percentiles: Sequence[Percentile]) -> Mapping[int, float]:
    """The score of each percentage."""
    return {percentile.p: percentile.value for percentile in percentiles}


def bars(
    ax: Axes,
    percentiles: Sequence[Mapping[int, float]],
    y: Sequence[float],
    half: float,
    means: Sequence[float],
    intervals: Sequence[Interval | None],
) -> None:
    """Bars from the 5th to the 95th percentile about each `y`, `half` high on either side.

    The mean's interval is the dark box on a bar; without one, or where it is too narrow to be
    seen, the mean is a line.
    """
    at = np.asarray(y, dtype=np.float64)
    for low, high, colour in PARTS:
        start = np.array([percentile[low] for percentile in percentiles])
        end = np.array([percentile[high] for percentile in percentiles])
        exhibit.boxes(ax, start, end, at, half, colour, edge=BETWEEN)
    known = [(row, *ends) for row, ends in zip(at, intervals, strict=True) if ends is not None]
    if known:
        row, first, last = np.array(known).T
        exhibit.boxes(ax, first, last, row, half, INK, above=2.0)
    ax.vlines(np.asarray(means), at - half, at + half, color=INK, linewidth=1.2, zorder=2.1)
