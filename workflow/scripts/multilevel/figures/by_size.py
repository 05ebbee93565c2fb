"""A value of each school against its size: places, dots and the range that chance leaves."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from multilevel.figures import axes, marks
from multilevel.figures.data import Booleans, Floats, Integers
from multilevel.figures.panel import Panel
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice
from multilevel.wording import numbers

# Up to so many schools each has a dot; above that a dot stands for all of a cell.
EACH = 150
CELL = 0.085
DOT_SIZES = 6
# A school of one size takes this share of the size's room on the axis.
FILLED = 0.8
# From this ratio of sizes the axis is logarithmic.
WIDE_RATIO = 8
BAND_POINTS = 120


@dataclass(frozen=True)
class BySize:
    """A value of each school beside its size.

    Attributes
    ----------
    school
        Rows of the table of groups, in ascending order of `n`.
    n, value
        Their sizes and values.
    low, high
        The range in which chance leaves a value of that size.
    """

    school: Integers
    n: Integers
    value: Floats
    low: Floats
    high: Floats

    @property
    def unusual(self) -> Booleans:
        """Which values lie outside the range, shape (J,)."""
        return np.asarray((self.value < self.low) | (self.value > self.high))

    @property
    def wide(self) -> bool:
        """Whether sizes differ so much that they are drawn by their ratios."""
        return bool(self.n[-1] >= WIDE_RATIO * self.n[0])

    @property
    def place(self) -> Floats:
        """Each school's place on the axis: near its size, equal sizes side by side."""
        first = np.searchsorted(self.n, self.n)
        count = np.searchsorted(self.n, self.n, side="right") - first
        share = (np.arange(len(self.n)) - first + 0.5) / count
        return self.across(self.n + FILLED * (share - 0.5))

    def across(self, n: npt.ArrayLike) -> Floats:
        """The place of a size on the axis."""
        sizes = np.asarray(n, dtype=np.float64)
        return np.log10(sizes) if self.wide else sizes


def panel(
    values: BySize, limits: tuple[float, float], height: float, voice: Voice, layout: Layout
) -> tuple[Figure, Panel]:
    """An empty figure of that height in inches: values within limits, above sizes."""
    figure = axes.new_figure(layout, height)
    ticks = axes.ticks_up(*limits, height - 0.9)
    ax = axes.panel(figure, axes.ticks_width(ticks, layout), 0.1, 0.42, layout.foot)
    ax.set_ylim(*limits)
    ends = np.array([values.n[0] - 0.5, values.n[-1] + 0.5])
    ax.set_xlim(*(float(end) for end in values.across(ends)))
    axes.y_axis(ax, ticks, voice.plain("label.axis"), layout)
    _size_axis(ax, values, voice, layout)
    axes.baseline(ax)
    return figure, ax


def _size_axis(ax: Panel, values: BySize, voice: Voice, layout: Layout) -> None:
    """Sizes along the axis; where all are one, the order that is left to tell schools apart."""
    low, high = int(values.n[0]), int(values.n[-1])
    if low == high:
        ticks = axes.Ticks((float(low),), (numbers.count(low),))
        title = voice.plain("label.one_size", n=voice.members(low))
    else:
        width = axes.inches(ax)[0]
        ticks = (
            axes.ticks_by_ratio(low, high, width, layout)
            if values.wide
            else axes.ticks_between(low, high, width, layout, whole=True)
        )
        title = voice.plain("label.size")
    axes.x_axis(ax, ticks, title, layout, grid=False)


def band(
    ax: Panel,
    values: BySize,
    ends: Callable[[Floats], tuple[Floats, Floats]],
    colours: tuple[str, str],
) -> None:
    """A shaded range over all sizes, which `ends` gives; the colours of its area and edge."""
    left, right = ax.get_xlim()
    x = np.linspace(left, right, BAND_POINTS)
    n = np.clip(10**x if values.wide else x, values.n[0], values.n[-1])
    bottom, top = ax.get_ylim()
    low, high = (np.clip(end, bottom, top) for end in ends(n))
    area, edge = colours
    marks.area(ax, x, low, high, area)
    for end in (low, high):
        marks.curve(ax, x, end, edge, 0.6)


def dots(ax: Panel, values: BySize, colour: str, left_out: Integers) -> None:
    """Draw a dot for each school, or for each cell of many, the larger the more it holds."""
    usual = np.setdiff1d(np.arange(len(values.n)), left_out)
    if len(values.n) <= EACH:
        size = 4.6 if len(values.n) <= 60 else 3.6
        marks.dots(ax, values.place[usual], values.value[usual], colour, size)
        return
    x, y, count = dots_of_cells(ax, values, usual)
    level = np.ceil(DOT_SIZES * np.sqrt(count / count.max()))
    for size in range(1, DOT_SIZES + 1):
        chosen = level == size
        diameter = max(72 * CELL * size / DOT_SIZES, 1.6)
        marks.dots(ax, x[chosen], y[chosen], colour, diameter)


def dots_of_cells(ax: Panel, values: BySize, chosen: Integers) -> tuple[Floats, Floats, Floats]:
    """Middles of the cells that hold the schools `chosen`, and how many each holds."""
    bottom, top = ax.get_ylim()
    rows = max(1, int(axes.inches(ax)[1] / CELL))
    columns = cell_edges(ax, values)
    up = np.linspace(bottom, top, rows + 1)
    count, _, _ = np.histogram2d(values.place[chosen], values.value[chosen], (columns, up))
    column, row = np.nonzero(count)
    middle = (columns[:-1] + columns[1:]) / 2, (up[:-1] + up[1:]) / 2
    return middle[0][column], middle[1][row], count[column, row]


def cell_edges(ax: Panel, values: BySize) -> Floats:
    """Columns of cells: whole sizes, or where a size has room for several, equal parts of it."""
    left, right = ax.get_xlim()
    cell = CELL * (right - left) / axes.inches(ax)[0]
    edges = [left]
    for end in values.across(np.unique(values.n) + 0.5):
        parts = int((end - edges[-1]) / cell)
        if parts:
            edges.extend(np.linspace(edges[-1], end, parts + 1)[1:].tolist())
    return np.array([*edges[:-1], right] if len(edges) > 1 else [left, right])
