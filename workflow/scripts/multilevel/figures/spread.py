"""The standard deviation inside each school against its size, in a funnel of what chance makes."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from scipy.special import gammainc, gammaincc, gammaincinv

from multilevel.figures import axes, marks, spots
from multilevel.figures.captions import FigureText
from multilevel.figures.data import Booleans, FigureData, Floats, Integers
from multilevel.figures.palette import FLAG, INK, WITHIN, WITHIN_TINT
from multilevel.figures.panel import Panel
from multilevel.figures.style import PAGE, Layout
from multilevel.figures.text import Voice, fit, shorten, text_width
from multilevel.wording import numbers

HEIGHT = {"desktop": 3.2, "phone": 3.2, "page": 2.0}
# Up to so many schools each has a dot; above that a dot stands for all of a cell.
EACH = 150
CELL = 0.085
DOT_SIZES = 6
MOST_FLAGS = 40
MOST_NAMES = 6
NAME_WIDTH = 0.9
# A school of one size takes this share of the size's room on the axis.
FILLED = 0.8
# From this ratio of sizes the axis is logarithmic.
WIDE_RATIO = 8
BAND_POINTS = 120

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spread:
    """Schools of two or more students, by size and then by observed mean.

    `school` holds rows of the table of groups, `low` and `high` the expected range of `sd`:
    (n_j - 1) s_j^2/sigma2 is chi-square with n_j - 1 df if all schools share sigma2.
    """

    school: Integers
    n: Integers
    sd: Floats
    low: Floats
    high: Floats

    @property
    def unusual(self) -> Booleans:
        """Outside the range."""
        return np.asarray((self.sd < self.low) | (self.sd > self.high))

    @property
    def wide(self) -> bool:
        """Whether sizes differ so much that they are drawn by their ratios."""
        return bool(self.n[-1] >= WIDE_RATIO * self.n[0])

    @property
    def place(self) -> Floats:
        """Where each stands: around its size, those of one size side by side."""
        first = np.searchsorted(self.n, self.n)
        count = np.searchsorted(self.n, self.n, side="right") - first
        share = (np.arange(len(self.n)) - first + 0.5) / count
        return self.across(self.n + FILLED * (share - 0.5))

    def across(self, n: npt.ArrayLike) -> Floats:
        """A size on the axis."""
        sizes = np.asarray(n, dtype=np.float64)
        return np.log10(sizes) if self.wide else sizes


def spread_of(data: FigureData) -> Spread:
    """Range at the model's level of confidence."""
    groups = data.groups
    several = np.flatnonzero(groups.n > 1)
    school = several[np.lexsort((groups.mean[several], groups.n[several]))]
    n = groups.n[school]
    return Spread(school, n, groups.sd[school], *_range(data, np.asarray(n - 1.0)))


def _range(data: FigureData, df: Floats) -> tuple[Floats, Floats]:
    """Quantiles of s_j at the ends of the model's level of confidence."""
    tail = (1 - data.model.confidence) / 2
    low, high = (
        data.model.sd_sigma * np.sqrt(2 * gammaincinv(df / 2, p) / df) for p in (tail, 1 - tail)
    )
    return low, high


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """The funnel, a dot for each school or for several, and diamonds for those outside."""
    spread = spread_of(data)
    figure = axes.new_figure(layout, HEIGHT[layout.name])
    low, top = _limits(spread)
    ticks = axes.ticks_up(low, top, HEIGHT[layout.name] - 0.9)
    ax = axes.panel(figure, axes.ticks_width(ticks, layout), 0.1, 0.42, layout.foot)
    ends = np.array([spread.n[0] - 0.5, spread.n[-1] + 0.5])
    ax.set_ylim(low, top)
    ax.set_xlim(*(float(end) for end in spread.across(ends)))
    axes.y_axis(ax, ticks, voice.plain("label.axis"), layout)
    _size_axis(ax, spread, voice, layout)
    axes.baseline(ax)
    _funnel(ax, data, spread)
    shown = flagged(spread, data.model.sigma2)
    _dots(ax, spread, shown)
    marks.diamonds(ax, spread.place[shown], spread.sd[shown], FLAG, 5.0)
    if layout is not PAGE:
        _tell(ax, data, spread, shown, voice)
    _names(ax, data, spread, shown, layout)
    _pooled(ax, data, voice, layout)
    return figure


def _limits(spread: Spread) -> tuple[float, float]:
    """From 0 where the marks come near it, else with less empty space below."""
    highest = float(max(spread.sd.max(), np.quantile(spread.high, 0.9)))
    lowest = float(min(spread.sd.min(), np.quantile(spread.low, 0.1)))
    bottom = 0.0 if lowest < 0.6 * highest else lowest - 0.1 * (highest - lowest)
    return bottom, highest + 0.14 * (highest - bottom)


def _size_axis(ax: Panel, spread: Spread, voice: Voice, layout: Layout) -> None:
    """Sizes along the axis; where all are one, the order that is left to tell schools apart."""
    low, high = int(spread.n[0]), int(spread.n[-1])
    if low == high:
        ticks = axes.Ticks((float(low),), (numbers.count(low),))
        title = voice.plain("label.one_size", n=voice.members(low))
    else:
        width = axes.inches(ax)[0]
        ticks = (
            axes.ticks_by_ratio(low, high, width, layout)
            if spread.wide
            else axes.ticks_between(low, high, width, layout, whole=True)
        )
        title = voice.plain("label.size")
    axes.x_axis(ax, ticks, title, layout, grid=False)


def _funnel(ax: Panel, data: FigureData, spread: Spread) -> None:
    left, right = ax.get_xlim()
    x = np.linspace(left, right, BAND_POINTS)
    n = np.clip(10**x if spread.wide else x, spread.n[0], spread.n[-1])
    bottom, top = ax.get_ylim()
    low, high = (np.clip(end, bottom, top) for end in _range(data, n - 1.0))
    marks.area(ax, x, low, high, WITHIN_TINT)
    for end in (low, high):
        marks.curve(ax, x, end, WITHIN, 0.6)


def _dots(ax: Panel, spread: Spread, left_out: Integers) -> None:
    """Each school, or of many a dot for a cell, the larger the more of them are in it."""
    usual = np.setdiff1d(np.arange(len(spread.n)), left_out)
    if len(spread.n) <= EACH:
        size = 4.6 if len(spread.n) <= 60 else 3.6
        marks.dots(ax, spread.place[usual], spread.sd[usual], WITHIN, size)
        return
    x, y, count = dots_of_cells(ax, spread, usual)
    level = np.ceil(DOT_SIZES * np.sqrt(count / count.max()))
    for size in range(1, DOT_SIZES + 1):
        chosen = level == size
        diameter = max(72 * CELL * size / DOT_SIZES, 1.6)
        marks.dots(ax, x[chosen], y[chosen], WITHIN, diameter)


def dots_of_cells(ax: Panel, spread: Spread, chosen: Integers) -> tuple[Floats, Floats, Floats]:
    """Middles of the cells that hold the schools `chosen`, and how many each holds."""
    bottom, top = ax.get_ylim()
    rows = max(1, int(axes.inches(ax)[1] / CELL))
    columns = cell_edges(ax, spread)
    up = np.linspace(bottom, top, rows + 1)
    count, _, _ = np.histogram2d(spread.place[chosen], spread.sd[chosen], (columns, up))
    column, row = np.nonzero(count)
    middle = (columns[:-1] + columns[1:]) / 2, (up[:-1] + up[1:]) / 2
    return middle[0][column], middle[1][row], count[column, row]


def cell_edges(ax: Panel, spread: Spread) -> Floats:
    """Columns of cells: whole sizes, or where a size has room for several, equal parts of it."""
    left, right = ax.get_xlim()
    cell = CELL * (right - left) / axes.inches(ax)[0]
    edges = [left]
    for end in spread.across(np.unique(spread.n) + 0.5):
        parts = int((end - edges[-1]) / cell)
        if parts:
            edges.extend(np.linspace(edges[-1], end, parts + 1)[1:].tolist())
    return np.array([*edges[:-1], right] if len(edges) > 1 else [left, right])


def _names(ax: Panel, data: FigureData, spread: Spread, shown: Integers, layout: Layout) -> None:
    """Of the farthest, on the outer side of the diamond or else the other, where there is room."""
    low, high = ax.get_xlim()
    bottom, top = ax.get_ylim()
    x_unit, y_unit = (high - low) / axes.inches(ax)[0], (top - bottom) / axes.inches(ax)[1]
    near = 0.06
    taken = [
        (x - near * x_unit, x + near * x_unit, sd - near * y_unit, sd + near * y_unit)
        for x, sd in zip(spread.place[shown], spread.sd[shown], strict=True)
    ]
    for place in shown[:MOST_NAMES]:
        text = fit(str(data.groups.group[spread.school[place]]), NAME_WIDTH, layout.small)
        half = text_width(text, layout.small) / 2 * x_unit
        x = min(max(float(spread.place[place]), low + half), high - half)
        outer = 1 if spread.sd[place] > spread.high[place] else -1
        for side in (outer, -outer) if len(spread.n) <= EACH else (outer,):
            y = float(spread.sd[place]) + side * 0.15 * y_unit
            box = (x - half, x + half, y - 0.07 * y_unit, y + 0.07 * y_unit)
            inside = bottom <= box[2] and box[3] <= top
            if inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                label = marks.words(ax, x, y, text, layout, FLAG, small=True, ha="center")
                marks.on_paper(label)
                break


def _tell(ax: Panel, data: FigureData, spread: Spread, shown: Integers, voice: Voice) -> None:
    """Of each school that has a mark of its own: its name, SD and size, by size."""
    single = np.arange(len(spread.n)) if len(spread.n) <= EACH else np.sort(shown)
    words = [
        voice.plain(
            "label.mark",
            name=shorten(str(data.groups.group[spread.school[place]])),
            sd=voice.score.headline(float(spread.sd[place])),
            n=voice.members(int(spread.n[place])),
        )
        for place in single
    ]
    spots.tell(ax, spread.place[single], spread.sd[single], words)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def flagged(spread: Spread, sigma2: float) -> Integers:
    """Places of unusual schools, those that chance makes least often first, at most 40."""
    places = np.flatnonzero(spread.unusual)
    df = spread.n[places] - 1.0
    half = df * spread.sd[places] ** 2 / (2 * sigma2)
    chance = np.minimum(gammainc(df / 2, half), gammaincc(df / 2, half))
    return places[np.argsort(chance, kind="stable")[:MOST_FLAGS]]


def _pooled(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    sd = data.model.sd_sigma
    low, high = ax.get_xlim()
    marks.segments(ax, low, sd, high, sd, INK, 1.2, above=2.6)
    text = voice.plain("label.pooled", value=voice.score.headline(sd))
    ax.text(
        1.0,
        1 + 0.14 / axes.inches(ax)[1],
        text,
        ax.shares,
        ha="right",
        va="baseline",
        fontsize=layout.small,
        fontweight=600,
        color=INK,
    )


def caption(data: FigureData, voice: Voice) -> FigureText:
    """How many are unusual, beside how many chance alone would make so."""
    spread = spread_of(data)
    count, found = len(spread.school), int(spread.unusual.sum())
    chance = 1 - data.model.confidence
    expected = chance * count
    beyond_chance = found > expected + 2 * math.sqrt(max(expected * (1 - chance), 0.25))
    title = "none" if found == 0 else "more" if beyond_chance else "chance"
    if title != "none":
        title += ".one" if found == 1 else ".many"
    left_out = len(data.groups) - count
    omitted = voice.plain("omitted", n=voice.groups(left_out)) if left_out else ""
    shown = len(flagged(spread, data.model.sigma2))
    kind = "each" if count <= EACH else "cells"
    diamonds = voice.plain("diamonds.all" if shown == found else "diamonds.some", shown=shown)
    return voice.caption(
        f"title.{title}",
        f"read.{kind}",
        "alt",
        found=numbers.count(found),
        n_groups=voice.groups(count),
        expected=_about(expected),
        confidence=numbers.confidence_percent(data.model.confidence),
        pooled=voice.score.headline(data.model.sd_sigma),
        lowest=voice.score.headline(float(spread.sd.min())),
        highest=voice.score.headline(float(spread.sd.max())),
        omitted=omitted,
        diamonds=diamonds,
    )


def _about(expected: float) -> str:
    """One decimal below 10, unless it is 0."""
    text = numbers.fixed(expected, 0 if expected >= 10 else 1)
    return text.removesuffix(".0")
