"""The picture that both levels share: a normal curve, its middle shaded, SDs marked."""

import math
from dataclasses import dataclass

import numpy as np

from multilevel.figures import marks
from multilevel.figures.axes import inches
from multilevel.figures.data import Floats
from multilevel.figures.palette import INK, MUTED
from multilevel.figures.panel import Panel
from multilevel.figures.style import Layout
from multilevel.figures.text import text_width

POINTS = 161
REACH = 3.4
PEAK = 1.0 / math.sqrt(2.0 * math.pi)


@dataclass(frozen=True)
class Bell:
    """A normal distribution and the colours of its curve, middle and tails.

    What lies beyond `ends` isn't drawn.
    """

    mean: float
    sd: float
    colour: str
    middle: str
    tails: str
    ends: tuple[float, float] = (-math.inf, math.inf)

    def within(self, reach: float, points: int) -> Floats:
        """Points of the curve up to `reach` standard deviations from the mean."""
        low, high = self.ends
        start, stop = self.mean - reach * self.sd, self.mean + reach * self.sd
        return np.linspace(max(start, low), min(stop, high), points)


def density(bell: Bell, x: Floats) -> Floats:
    """The height of the peak in units of 1/sd, the same on every scale."""
    return np.asarray(PEAK * np.exp(-0.5 * ((x - bell.mean) / bell.sd) ** 2))


def draw_bell(ax: Panel, bell: Bell, filled: bool = True) -> None:
    """The curve; when `filled`, shaded below, the middle 68% darker."""
    x = bell.within(REACH, POINTS)
    if filled:
        marks.area(ax, x, 0, density(bell, x), bell.tails)
        core = bell.within(1.0, 61)
        marks.area(ax, core, 0, density(bell, core), bell.middle)
    marks.curve(ax, x, density(bell, x), bell.colour, 2.0)


def draw_sds(
    ax: Panel,
    bell: Bell,
    low: tuple[str, str],
    high: tuple[str, str],
    layout: Layout,
    lift: float = 0.0,
) -> None:
    """Lines at -1 and +1 SD, each with two lines of words outside the curve, raised by `lift`."""
    height = float(density(bell, np.asarray([bell.mean + bell.sd]))[0])
    bottom, top = ax.get_ylim()
    inch = (top - bottom) / inches(ax)[1]
    y = height + lift + 0.03 * inch
    for sign, (name, value) in ((-1, low), (1, high)):
        x = bell.mean + sign * bell.sd
        if not bell.ends[0] <= x <= bell.ends[1]:
            continue
        marks.segments(ax, x, 0, x, height, bell.colour, 1.2)
        outwards = x + sign * 0.22 * bell.sd
        ha = "right" if sign < 0 else "left"
        marks.words(ax, outwards, y + 0.18 * inch, name, layout, MUTED, small=True, ha=ha)
        marks.words(ax, outwards, y, value, layout, bell.colour, bold=True, ha=ha)


def draw_middle(
    ax: Panel, bell: Bell, texts: tuple[str, ...], layout: Layout, width: float
) -> None:
    """Words inside the middle; left out where `width` inches don't hold them."""
    if any(text_width(text, layout.small) > width for text in texts):
        return
    bottom, top = ax.get_ylim()
    inch = (top - bottom) / inches(ax)[1]
    y, tick = 0.21, 0.03 * inch
    ends = bell.mean - 0.96 * bell.sd, bell.mean + 0.96 * bell.sd
    marks.segments(ax, ends[0], y, ends[1], y, INK, 0.8)
    marks.segments(ax, ends, y - tick, ends, y + tick, INK, 0.8)
    for row, text in enumerate(texts):
        at, bold = y - (0.11 + 0.15 * row) * inch, not row
        label = marks.words(ax, bell.mean, at, text, layout, INK, bold, True, ha="center")
        marks.on_paper(label, bell.middle)
