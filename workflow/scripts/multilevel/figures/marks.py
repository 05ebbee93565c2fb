"""Marks: each function draws many marks of a kind as one path, in the panel's data units."""

import numpy as np
import numpy.typing as npt
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text

from multilevel.figures.palette import INK, PAPER
from multilevel.figures.panel import Panel
from multilevel.figures.style import BOLD, REGULAR, Layout


def segments(
    ax: Panel,
    x0: npt.ArrayLike,
    y0: npt.ArrayLike,
    x1: npt.ArrayLike,
    y1: npt.ArrayLike,
    colour: str,
    width: float,
    cap: str = "butt",
    opacity: float | None = None,
    above: float = 2.0,
) -> None:
    """Straight lines from (x0, y0) to (x1, y1), `width` points thick; scalars repeat."""
    ends = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (x0, y0, x1, y1)))
    count = ends[0].size
    if count == 0:
        return
    vertices = np.empty((2 * count, 2))
    vertices[0::2, 0], vertices[0::2, 1] = ends[0].ravel(), ends[1].ravel()
    vertices[1::2, 0], vertices[1::2, 1] = ends[2].ravel(), ends[3].ravel()
    codes = np.tile([Path.MOVETO, Path.LINETO], count)
    patch = PathPatch(
        Path(vertices, codes),
        facecolor="none",
        edgecolor=colour,
        linewidth=width,
        capstyle=cap,
        alpha=opacity,
        zorder=above,
    )
    ax.add(patch)


def dots(
    ax: Panel,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    colour: str,
    size: float,
    opacity: float | None = None,
    above: float = 3.0,
) -> None:
    """Round dots of `size` points: lines of no length with round ends, which PDF writers like."""
    segments(ax, x, y, x, y, colour, size, "round", opacity, above)


def rings(
    ax: Panel, x: npt.ArrayLike, y: npt.ArrayLike, colour: str, size: float, line: float = 1.2
) -> None:
    """Open dots."""
    dots(ax, x, y, colour, size, above=3.0)
    dots(ax, x, y, PAPER, size - 2 * line, above=3.1)


def diamonds(ax: Panel, x: npt.ArrayLike, y: npt.ArrayLike, colour: str, size: float) -> None:
    """Filled diamonds, `size` points wide and high."""
    _polygons(ax, x, y, ((-1, 0), (0, 1), (1, 0), (0, -1)), colour, size * 0.71, 3.5)


def triangles(
    ax: Panel,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    colour: str,
    size: float,
    up: bool,
) -> None:
    """Filled triangles, `size` points wide, that point up or down."""
    tip = 1.0 if up else -1.0
    corners = ((-1, -0.8 * tip), (1, -0.8 * tip), (0, tip))
    _polygons(ax, x, y, corners, colour, size / 2, 3.0)


def _polygons(
    ax: Panel,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    corners: tuple[tuple[float, float], ...],
    colour: str,
    reach: float,
    above: float,
) -> None:
    """Draw the shape at each place; its corners are in units of `reach` points."""
    across, up = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (x, y))
    if across.size == 0:
        return
    width, height = ax.figure.get_size_inches() * 72
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    x_unit = reach * (right - left) / (ax.box.width * width)
    y_unit = reach * (top - bottom) / (ax.box.height * height)
    closed = np.array([*corners, corners[0]])
    vertices = np.stack(
        [across[:, None] + closed[:, 0] * x_unit, up[:, None] + closed[:, 1] * y_unit], axis=2
    ).reshape(-1, 2)
    codes = [Path.MOVETO, *([Path.LINETO] * (len(corners) - 1)), Path.CLOSEPOLY]
    path = Path(vertices, np.tile(codes, across.size))
    ax.add(PathPatch(path, facecolor=colour, edgecolor="none", zorder=above))


def on_paper(label: Text, ground: str = PAPER) -> None:
    """Give the label a ground that covers what lies under it."""
    label.set_bbox({"facecolor": ground, "edgecolor": "none", "pad": 0.6, "alpha": 0.8})


def curve(
    ax: Panel, x: npt.ArrayLike, y: npt.ArrayLike, colour: str, width: float, dashes: bool = False
) -> None:
    """A line through the points."""
    line = Line2D(np.asarray(x), np.asarray(y), color=colour, linewidth=width)
    if dashes:
        line.set_linestyle((0, (3, 2.4)))
    ax.add(line, clip=True)


def area(ax: Panel, x: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike, colour: str) -> None:
    """A filled band between two lines."""
    across = np.asarray(x, dtype=np.float64)
    bottom = np.broadcast_to(np.asarray(low, dtype=np.float64), across.shape)
    top = np.broadcast_to(np.asarray(high, dtype=np.float64), across.shape)
    outline = np.column_stack(
        [np.concatenate([across, across[::-1]]), np.concatenate([bottom, top[::-1]])]
    )
    patch = PathPatch(Path(outline, closed=False), facecolor=colour, edgecolor="none", zorder=0.6)
    ax.add(patch, clip=True)


def boxes(
    ax: Panel,
    x0: npt.ArrayLike,
    y0: npt.ArrayLike,
    x1: npt.ArrayLike,
    y1: npt.ArrayLike,
    colour: str,
    above: float = 1.5,
) -> None:
    """Filled rectangles."""
    left, bottom, right, top = (
        v.ravel()
        for v in np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (x0, y0, x1, y1)))
    )
    corners = np.stack(
        [
            np.column_stack([left, bottom]),
            np.column_stack([left, top]),
            np.column_stack([right, top]),
            np.column_stack([right, bottom]),
            np.column_stack([left, bottom]),
        ],
        axis=1,
    ).reshape(-1, 2)
    codes = np.tile([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], left.size)
    patch = PathPatch(Path(corners, codes), facecolor=colour, edgecolor="none", zorder=above)
    ax.add(patch)


def words(
    ax: Panel,
    x: float,
    y: float,
    text: str,
    layout: Layout,
    colour: str = INK,
    bold: bool = False,
    small: bool = False,
    size: float | None = None,
    ha: str = "left",
    va: str = "center_baseline",
    where: str = "data",
) -> Text:
    """A label.

    `where` says what x and y are: "data"; "top" for x in data and y as a share of the panel's
    height; "side" for x in inches from the figure's left edge and y in data.
    """
    transform = {"data": ax.data, "top": ax.across, "side": ax.side}[where]
    return ax.text(
        x,
        y,
        text,
        transform,
        color=colour,
        fontsize=size or (layout.small if small else layout.text),
        fontweight=BOLD if bold else REGULAR,
        ha=ha,
        va=va,
        zorder=5,
    )
