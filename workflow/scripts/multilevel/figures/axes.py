"""Figures and axes laid out in inches, with ticks of our own."""

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from multilevel import numbers
from multilevel.figures.palette import GRID, MUTED, RULE
from multilevel.figures.style import Layout
from multilevel.figures.text import fit, text_width

PLAIN_LIMIT = 1e7
PLAIN_STEP = 1e-5


@dataclass(frozen=True)
class Ticks:
    """Positions of ticks and what is printed there."""

    at: tuple[float, ...]
    labels: tuple[str, ...]


def new_figure(layout: Layout, height: float) -> Figure:
    """An empty, transparent figure of `height` inches."""
    return Figure(figsize=(layout.width, height), dpi=72)


def panel(figure: Figure, left: float, right: float, top: float, bottom: float) -> Axes:
    """Axes at so many inches from the figure's edges; no spines, no ticks."""
    width, height = figure.get_size_inches()
    box = (
        left / width,
        bottom / height,
        (width - left - right) / width,
        (height - top - bottom) / height,
    )
    ax = figure.add_axes(box)
    ax.set_axisbelow(True)
    ax.tick_params(length=0, labelcolor=MUTED, pad=4)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xticks([])
    ax.set_yticks([])
    return ax


def sheet(figure: Figure) -> Axes:
    """Axes over the whole figure, with inches from its lower left corner as coordinates."""
    width, height = figure.get_size_inches()
    ax = panel(figure, 0, 0, 0, 0)
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    ax.set_axis_off()
    return ax


def figure_of(ax: Axes) -> Figure:
    """The figure that holds the axes."""
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("These axes belong to no figure.")
    return figure


def inches(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes."""
    width, height = figure_of(ax).get_size_inches()
    box = ax.get_position()
    return float(box.width * width), float(box.height * height)


def x_axis(ax: Axes, ticks: Ticks, title: str, layout: Layout, grid: bool = True) -> None:
    """Ticks below, the title under them, faint lines up."""
    labels = [
        label if _inside(ax, at, label, layout) else ""
        for at, label in zip(ticks.at, ticks.labels, strict=True)
    ]
    ax.set_xticks(ticks.at, labels, fontsize=layout.small)
    if grid:
        ax.xaxis.grid(True, color=GRID, linewidth=0.8)
    if title:
        room = inches(ax)[0]
        ax.set_xlabel(
            fit(title, room, layout.small), fontsize=layout.small, color=MUTED, labelpad=5
        )


def _inside(ax: Axes, at: float, label: str, layout: Layout) -> bool:
    """Whether a centred tick label stays inside the figure."""
    low, high = ax.get_xlim()
    box = ax.get_position()
    x = (box.x0 + (at - low) / (high - low) * box.width) * layout.width
    half = text_width(label, layout.small) / 2
    return bool(half <= x <= layout.width - half)


def y_axis(ax: Axes, ticks: Ticks, title: str, layout: Layout) -> None:
    """Ticks at the left, the title horizontally above them, faint lines across."""
    ax.set_yticks(ticks.at, ticks.labels, fontsize=layout.small)
    ax.yaxis.grid(True, color=GRID, linewidth=0.8)
    if title:
        box = ax.get_position()
        width, height = figure_of(ax).get_size_inches()
        figure_of(ax).text(
            0.02 / width,
            box.y1 + 0.14 / height,
            fit(title, width - 0.1, layout.small),
            fontsize=layout.small,
            color=MUTED,
            va="baseline",
        )


def baseline(ax: Axes) -> None:
    """The axis line at the bottom."""
    ax.spines["bottom"].set_visible(True)
    ax.spines["bottom"].set_color(RULE)
    ax.spines["bottom"].set_linewidth(0.8)


def ticks_between(
    low: float, high: float, width: float, layout: Layout, whole: bool = False
) -> Ticks:
    """Round ticks inside [low, high], as many as fit side by side into `width` inches.

    `whole` is for counts: no tick between two whole numbers.
    """
    for wanted in (7, 6, 5, 4, 3, 2):
        ticks = _ticks(low, high, wanted, whole)
        room = sum(text_width(label, layout.small) + 0.16 for label in ticks.labels)
        if room <= width:
            break
    return ticks


def ticks_up(low: float, high: float, height: float) -> Ticks:
    """Round ticks inside [low, high] for an upright axis of `height` inches."""
    return _ticks(low, high, max(2, min(6, int(height / 0.4))))


def ticks_width(ticks: Ticks, layout: Layout) -> float:
    """Inches that the labels of an upright axis need at its left."""
    return max((text_width(label, layout.small) for label in ticks.labels), default=0.0) + 0.1


def padded(low: float, high: float, share: float = 0.04) -> tuple[float, float]:
    """The range widened at both ends; never empty."""
    width = high - low
    if not width > 0:
        width = abs(low) or 1.0
    return low - share * width, high + share * width


def _ticks(low: float, high: float, wanted: int, whole: bool = False) -> Ticks:
    steps = [1, 2, 5, 10] if whole else [1, 2, 2.5, 5, 10]
    locator = MaxNLocator(nbins=wanted, steps=steps, integer=whole)
    margin = 1e-9 * (high - low)
    at = [float(v) for v in locator.tick_values(low, high) if low - margin <= v <= high + margin]
    if not at:
        at = [(low + high) / 2]
    step = at[1] - at[0] if len(at) > 1 else high - low
    return Ticks(tuple(at), tuple(_tick_label(value, step) for value in at))


def _tick_label(value: float, step: float) -> str:
    """As many decimals as the step needs; powers of ten for very large or small numbers."""
    if abs(value) < 1e-9 * step:
        return "0"
    if step < PLAIN_STEP or abs(value) >= PLAIN_LIMIT * 100:
        digits = max(math.ceil(math.log10(abs(value) / step)) + 1, 0)
        text = f"{value:.{min(digits, 12)}e}"
    else:
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        if not math.isclose(step * 10**decimals, round(step * 10**decimals), rel_tol=1e-6):
            decimals += 1
        text = numbers.fixed(value, decimals)
    return text.replace("-", "−", 1) if value < 0 else text
