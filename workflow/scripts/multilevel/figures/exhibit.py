"""Tables with a picture in their middle: a row a dataset, names left, numbers right.

The kind of figure that the IEA's and the OECD's reports open with, drawn on matplotlib's axes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from multilevel.figures.palette import GRID, INK, MUTED, RULE
from multilevel.figures.style import BOLD, REGULAR, Layout
from multilevel.figures.text import fit, text_width

T = TypeVar("T")
Floats = npt.NDArray[np.float64]

# Of more datasets a figure shows half of these from either end of its order.
MOST_ROWS = 60
PITCH = {"desktop": 0.2, "phone": 0.21, "page": 0.165}
# Inches that all rows may take together: paper has no scroll bar.
ROOM = {"desktop": 99.0, "phone": 99.0, "page": 7.6}
WIDEST_NAME = {"desktop": 1.7, "phone": 1.0, "page": 1.6}
EDGE, GAP = 0.02, 0.14
# Inches from the line of heads to the first row, and from the last row to the bottom.
HEAD, FOOT = 0.1, 0.46
# From the top to the line of heads, with and without one above it.
HEADS, ALONE, OVER = 0.32, 0.13, 0.13


@dataclass(frozen=True)
class Column:
    """Numbers at the right of the rows, with a head."""

    head: str
    cells: tuple[str, ...]
    bold: bool = False

    def width(self, layout: Layout) -> float:
        """Inches of the widest cell."""
        weight = BOLD if self.bold else REGULAR
        cells = max((text_width(cell, layout.small, weight) for cell in self.cells), default=0.0)
        return max(cells, text_width(self.head, layout.small))


def both_ends(items: Sequence[T]) -> tuple[T, ...]:
    """A few dozen items as they are, of more those at both ends."""
    if len(items) <= MOST_ROWS:
        return tuple(items)
    half = MOST_ROWS // 2
    return (*items[:half], *items[-half:])


def new_figure(layout: Layout, height: float) -> Figure:
    """An empty figure of `height` inches."""
    return Figure(figsize=(layout.width, height), dpi=72)


def area(figure: Figure, left: float, right: float, top: float, bottom: float) -> Axes:
    """Bare axes at so many inches from the figure's edges."""
    width, height = figure.get_size_inches()
    box = (
        left / width,
        bottom / height,
        (width - left - right) / width,
        (height - top - bottom) / height,
    )
    ax = figure.add_axes(box)
    ax.set_axis_off()
    return ax


def write(
    figure: Figure,
    x: float,
    y: float,
    text: str,
    layout: Layout,
    *,
    colour: str = INK,
    bold: bool = False,
    ha: str = "left",
    va: str = "center_baseline",
) -> None:
    """Small words at so many inches from the figure's lower left corner."""
    width, height = figure.get_size_inches()
    figure.text(
        x / width,
        y / height,
        text,
        fontsize=layout.small,
        color=colour,
        fontweight=BOLD if bold else REGULAR,
        ha=ha,
        va=va,
    )


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers inside [low, high], at most so many steps."""
    at = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    margin = 1e-9 * (high - low)
    return [float(value) for value in at if low - margin <= value <= high + margin]


@dataclass(frozen=True)
class Rows:
    """A figure of rows, the first at the top.

    Attributes
    ----------
    ax
        Row k lies at y = k; limits in x are still to be set.
    left, width
        Inches from the figure's edge to the axes, and across them.
    heads
        Inches from the top to the line of heads.
    """

    figure: Figure
    ax: Axes
    layout: Layout
    left: float
    width: float
    count: int
    heads: float

    def x_of(self, value: float) -> float:
        """Inches from the figure's left edge."""
        low, high = self.ax.get_xlim()
        return self.left + (value - low) / (high - low) * self.width

    def scale(self, at: Sequence[float], labels: Sequence[str], title: str) -> None:
        """Faint lines, labels beneath that fit side by side, and what they are."""
        free = -1.0
        for value, label in zip(at, labels, strict=True):
            self.ax.axvline(value, color=GRID, linewidth=0.8, zorder=0.5)
            x, half = self.x_of(value), text_width(label, self.layout.small) / 2
            if x - half > free and x - half > EDGE and x + half < self.layout.width - EDGE:
                write(
                    self.figure,
                    x,
                    FOOT - 0.05,
                    label,
                    self.layout,
                    colour=MUTED,
                    ha="center",
                    va="top",
                )
                free = x + half + 0.06
        text = fit(title, self.layout.width - 2 * EDGE, self.layout.small)
        half = text_width(text, self.layout.small) / 2
        centre = self.left + self.width / 2
        centre = min(max(centre, half + EDGE), self.layout.width - half - EDGE)
        write(
            self.figure, centre, FOOT - 0.22, text, self.layout, colour=MUTED, ha="center", va="top"
        )

    def head(self, text: str) -> None:
        """Words above the picture, beside the heads of names and columns."""
        label = fit(text, self.width, self.layout.small)
        y = float(self.figure.get_size_inches()[1]) - self.heads
        centre = self.left + self.width / 2
        write(self.figure, centre, y, label, self.layout, colour=MUTED, ha="center")

    def over(self, text: str, x: float, ha: Literal["left", "right"], colour: str) -> None:
        """Words on a line of their own above all heads, from `x` to the figure's edge."""
        room = x - EDGE if ha == "right" else self.layout.width - EDGE - x
        label = fit(text, room, self.layout.small)
        y = float(self.figure.get_size_inches()[1]) - OVER
        write(self.figure, x, y, label, self.layout, colour=colour, ha=ha)


def rows(
    layout: Layout,
    names: Sequence[tuple[str, str]],
    head: str,
    columns: Sequence[Column],
    *,
    over: bool = False,
) -> Rows:
    """An empty picture between names and columns.

    Parameters
    ----------
    names
        One for each row, at least one: what is cut where it is too long, and what stays whole.
    head
        Above the names.
    over
        Whether words shall stand above all heads.
    """
    count = len(names)
    pitch = min(PITCH[layout.name], ROOM[layout.name] / count)
    heads = HEADS if over else ALONE
    top = heads + HEAD
    height = top + pitch * count + FOOT
    figure = new_figure(layout, height)
    cut = [_cut(name, layout) for name in (*names, (head, ""))]
    left = max(text_width(name, layout.small) for name in cut) + EDGE + GAP
    right = sum(column.width(layout) + GAP for column in columns) + EDGE
    ax = area(figure, left, right, top, FOOT)
    ax.set_ylim(count - 0.5, -0.5)
    middle = [height - top - pitch * (k + 0.5) for k in range(count)]
    write(figure, EDGE, height - heads, cut[-1], layout, colour=MUTED)
    for name, y in zip(cut, middle, strict=False):
        write(figure, EDGE, y, name, layout)
    edge = layout.width - right + EDGE
    for column in columns:
        edge += column.width(layout) + GAP
        x = edge - EDGE
        write(figure, x, height - heads, column.head, layout, colour=MUTED, ha="right")
        for cell, y in zip(column.cells, middle, strict=True):
            write(figure, x, y, cell, layout, bold=column.bold, ha="right")
    return Rows(figure, ax, layout, left, layout.width - left - right, count, heads)


def _cut(name: tuple[str, str], layout: Layout) -> str:
    """A name cut to the room there is, with its end whole."""
    whole, end = name
    end = f" {fit(end, WIDEST_NAME[layout.name] / 2, layout.small)}" if end else ""
    room = WIDEST_NAME[layout.name] - text_width(end, layout.small)
    return fit(whole, room, layout.small) + end


def boxes(
    ax: Axes,
    left: Sequence[float] | Floats,
    right: Sequence[float] | Floats,
    y: Sequence[float] | Floats,
    half: float,
    colour: str,
    *,
    edge: str = "none",
    above: float = 1.5,
) -> None:
    """Boxes about each `y`, `half` high on either side, as one patch: many are drawn at once."""
    x0, x1, at = (np.asarray(v, dtype=np.float64) for v in (left, right, y))
    x = np.column_stack([x0, x0, x1, x1, x0])
    height = at[:, None] + half * np.array([-1.0, 1.0, 1.0, -1.0, -1.0])
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    outline = Path(np.column_stack([x.ravel(), height.ravel()]), np.tile(codes, len(at)))
    ax.add_patch(
        PathPatch(
            outline,
            facecolor=colour,
            edgecolor=edge,
            linewidth=0.0 if edge == "none" else 0.5,
            joinstyle="miter",
            zorder=above,
        )
    )


def rule_between_ends(rows: Rows, total: int) -> None:
    """A dashed line where datasets are left out."""
    if total > rows.count:
        rows.ax.axhline(
            rows.count / 2 - 0.5, color=RULE, linewidth=0.8, linestyle=(0, (3, 2.4)), zorder=0.6
        )


def padded(values: Sequence[float], share: float = 0.04) -> tuple[float, float]:
    """The range of the numbers, widened at both ends; never empty."""
    low, high = float(np.min(values)), float(np.max(values))
    width = (high - low) or abs(low) or 1.0
    return low - share * width, high + share * width
