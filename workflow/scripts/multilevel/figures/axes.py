"""Figures and panels laid out in inches, with ticks of our own."""

import math
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from multilevel.figures import marks
from multilevel.figures.palette import GRID, MUTED, RULE
from multilevel.figures.panel import Panel
from multilevel.figures.spots import Drawing
from multilevel.figures.style import Layout
from multilevel.figures.text import POINTS, fit, line_height, text_width
from multilevel.wording import numbers

PLAIN_LIMIT = 1e7
PLAIN_STEP = 1e-5
# Points from the panel to the labels of ticks, and from there to the title.
LABEL_PAD, TITLE_PAD = 4.0, 5.0


@dataclass(frozen=True)
class Ticks:
    """Positions of ticks and what is printed there."""

    at: tuple[float, ...]
    labels: tuple[str, ...]


def new_figure(layout: Layout, height: float) -> Figure:
    """An empty, transparent figure of `height` inches."""
    return Drawing(layout.width, height)


def panel(figure: Figure, left: float, right: float, top: float, bottom: float) -> Panel:
    """A panel at so many inches from the figure's edges."""
    width, height = figure.get_size_inches()
    return Panel(
        figure,
        Bbox.from_extents(left / width, bottom / height, 1 - right / width, 1 - top / height),
    )


def sheet(figure: Figure) -> Panel:
    """A panel over the whole figure, with inches from its lower left corner as coordinates."""
    width, height = figure.get_size_inches()
    ax = panel(figure, 0, 0, 0, 0)
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    return ax


def inches(ax: Panel) -> tuple[float, float]:
    """Width and height of the panel."""
    width, height = ax.figure.get_size_inches()
    return float(ax.box.width * width), float(ax.box.height * height)


def x_axis(
    ax: Panel,
    ticks: Ticks,
    title: str,
    layout: Layout,
    grid: bool = True,
    pad: float = LABEL_PAD,
) -> None:
    """Draw labels `pad` points below, the title under them, and faint lines upwards."""
    looks = {"fontsize": layout.small, "color": MUTED, "ha": "center", "va": "top"}
    for at, label in zip(ticks.at, ticks.labels, strict=True):
        if _inside(ax, at, label, layout):
            ax.text(at, 0, label, ax.moved(ax.across, 0, -pad), **looks)
    if grid:
        low, high = ax.get_ylim()
        marks.segments(ax, ticks.at, low, ticks.at, high, GRID, 0.8, above=0.5)
    if title:
        down = TITLE_PAD + (pad + POINTS * line_height(layout.small) if ticks.at else 0.0)
        fitting = fit(title, inches(ax)[0], layout.small)
        ax.text(0.5, 0, fitting, ax.moved(ax.shares, 0, -down), **looks)


def _inside(ax: Panel, at: float, label: str, layout: Layout) -> bool:
    """Whether a centred tick label stays inside the figure."""
    low, high = ax.get_xlim()
    box = ax.box
    x = (box.x0 + (at - low) / (high - low) * box.width) * layout.width
    half = text_width(label, layout.small) / 2
    return bool(half <= x <= layout.width - half)


def y_axis(ax: Panel, ticks: Ticks, title: str, layout: Layout) -> None:
    """Draw labels at the left, the title above them, and faint lines across."""
    looks = {"fontsize": layout.small, "color": MUTED}
    where = ax.moved(ax.up, -LABEL_PAD, 0)
    for at, label in zip(ticks.at, ticks.labels, strict=True):
        ax.text(0, at, label, where, ha="right", va="center_baseline", **looks)
    low, high = ax.get_xlim()
    marks.segments(ax, low, ticks.at, high, ticks.at, GRID, 0.8, above=0.5)
    if title:
        width, height = ax.figure.get_size_inches()
        x, y = 0.02 / width, ax.box.y1 + 0.14 / height
        fitting = fit(title, width - 0.1, layout.small)
        ax.text(x, y, fitting, ax.figure.transFigure, va="baseline", **looks)


def baseline(ax: Panel) -> None:
    """Draw the axis line at the bottom."""
    (low, high), bottom = ax.get_xlim(), ax.get_ylim()[0]
    marks.segments(ax, low, bottom, high, bottom, RULE, 0.8, "projecting", above=2.5)


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
            return ticks
    return Ticks(ticks.at[:1], ticks.labels[:1])


def ticks_by_ratio(low: float, high: float, width: float, layout: Layout) -> Ticks:
    """Powers of ten with 2 and 5 of them inside [low, high], at their logarithms to base 10.

    Parameters
    ----------
    low, high
        Positive; `width` inches lie between their logarithms.
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for digits in ((1, 2, 5), (1, 3), (1,)):
        at = [d * 10.0**power for power in powers for d in digits]
        at = [value for value in at if low <= value <= high]
        labels = tuple(numbers.fixed(value, max(0, -math.floor(math.log10(value)))) for value in at)
        if sum(text_width(label, layout.small) + 0.16 for label in labels) <= width:
            break
    return Ticks(tuple(math.log10(value) for value in at), labels)


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
    """The number with the decimals that the step needs; powers of ten where very large or small."""
    if abs(value) < 1e-9 * step:
        return "0"
    last = math.floor(math.log10(step) + 1e-9)
    if not math.isclose(step / 10.0**last, round(step / 10.0**last), rel_tol=1e-6):
        last -= 1
    if step < PLAIN_STEP or abs(value) >= PLAIN_LIMIT * 100:
        digits = max(math.floor(math.log10(abs(value)) + 1e-9) - last, 0)
        text = f"{value:.{min(digits, 12)}e}"
    else:
        text = numbers.fixed(value, max(-last, 0))
    return text.replace("-", "−")
