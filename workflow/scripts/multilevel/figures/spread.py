"""The standard deviation inside each school, against the range expected under one sigma2."""

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from scipy.special import gammaincinv

from multilevel import numbers
from multilevel.figures import axes, marks
from multilevel.figures.captions import FigureText
from multilevel.figures.caterpillar import binned_median
from multilevel.figures.data import Booleans, FigureData, Floats, Integers
from multilevel.figures.palette import FLAG, INK, WITHIN, WITHIN_TINT
from multilevel.figures.panel import Panel
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice, fit, text_width

HEIGHT = {"desktop": 3.0, "phone": 2.9, "page": 2.0}
SOME = 400
MOST_FLAGS = 120
MOST_NAMES = 6
NAME_WIDTH = 0.9

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spread:
    """Schools of two or more students, by observed mean.

    `school` holds rows of the table of groups, `low` and `high` the expected range of `sd`:
    (n_j - 1) s_j^2/sigma2 is chi-square with n_j - 1 df if all schools share sigma2.
    """

    school: Integers
    sd: Floats
    low: Floats
    high: Floats

    @property
    def unusual(self) -> Booleans:
        """Outside the range."""
        return np.asarray((self.sd < self.low) | (self.sd > self.high))


def spread_of(data: FigureData) -> Spread:
    """Range at the model's level of confidence."""
    groups = data.groups
    several = np.flatnonzero(groups.n > 1)
    school = several[np.argsort(groups.mean[several], kind="stable")]
    df = groups.n[school] - 1.0
    tail = (1 - data.model.confidence) / 2
    low, high = (
        data.model.sd_sigma * np.sqrt(2 * gammaincinv(df / 2, p) / df) for p in (tail, 1 - tail)
    )
    return Spread(school, groups.sd[school], low, high)


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """Dots over their range up to 400 schools; above that a band of SDs and the flagged ones."""
    spread = spread_of(data)
    count = len(spread.school)
    figure = axes.new_figure(layout, HEIGHT[layout.name])
    low, top = _limits(spread)
    ticks = axes.ticks_up(low, top, HEIGHT[layout.name] - 0.9)
    ax = axes.panel(figure, axes.ticks_width(ticks, layout), 0.1, 0.36, 0.42)
    ax.set_ylim(low, top)
    ax.set_xlim(0.3, count + 0.7)
    axes.y_axis(ax, ticks, voice.plain("label.axis"), layout)
    title = voice.plain("label.order", n=voice.groups(count))
    axes.x_axis(ax, axes.Ticks((), ()), title, layout, grid=False)
    axes.baseline(ax)
    if count <= SOME:
        _each(ax, spread, layout)
    else:
        _binned(ax, spread)
    _flags(ax, data, spread, layout)
    _pooled(ax, data, voice, layout)
    return figure


def _limits(spread: Spread) -> tuple[float, float]:
    """From 0 where the marks come near it, else with less empty space below."""
    highest = float(max(spread.sd.max(), np.quantile(spread.high, 0.9)))
    lowest = float(min(spread.sd.min(), np.quantile(spread.low, 0.1)))
    bottom = 0.0 if lowest < 0.6 * highest else lowest - 0.1 * (highest - lowest)
    return bottom, highest + 0.14 * (highest - bottom)


def _each(ax: Panel, spread: Spread, layout: Layout) -> None:
    x = np.arange(1, len(spread.school) + 1)
    bottom, top = ax.get_ylim()
    low, high = np.clip(spread.low, bottom, top), np.clip(spread.high, bottom, top)
    half = 0.36 if len(x) <= 60 else 0.5
    marks.boxes(ax, x - half, low, x + half, high, WITHIN_TINT, above=0.7)
    for end in (low, high):
        marks.segments(ax, x - half, end, x + half, end, WITHIN, 0.6, above=0.8)
    usual = ~spread.unusual
    pitch = 72 * axes.inches(ax)[0] / len(x)
    marks.dots(ax, x[usual], spread.sd[usual], WITHIN, min(4.6, max(2.0, 0.8 * pitch)))


def _binned(ax: Panel, spread: Spread) -> None:
    """The expected range, and inside it the middle SD of each stretch of schools."""
    bottom, top = ax.get_ylim()
    rank, low = binned_median(spread.low)
    _, high = binned_median(spread.high)
    _, middle = binned_median(spread.sd)
    marks.area(ax, rank, np.clip(low, bottom, top), np.clip(high, bottom, top), WITHIN_TINT)
    for end in (low, high):
        marks.curve(ax, rank, np.clip(end, bottom, top), WITHIN, 0.6)
    marks.curve(ax, rank[1:-1], middle[1:-1], WITHIN, 1.8)


def _flags(ax: Panel, data: FigureData, spread: Spread, layout: Layout) -> None:
    """Unusual schools as diamonds, named when few."""
    shown = flagged(spread)
    x, sd = shown + 1.0, spread.sd[shown]
    size = 5.0 if len(spread.school) <= 100 else 4.2
    marks.diamonds(ax, x, sd, FLAG, size)
    if len(shown) <= MOST_NAMES:
        _names(ax, data, spread, shown, layout)


def _names(ax: Panel, data: FigureData, spread: Spread, shown: Integers, layout: Layout) -> None:
    """Beside each diamond, on its outer side or else the other; none where both are taken."""
    low, high = ax.get_xlim()
    x_unit, y_unit = (high - low) / axes.inches(ax)[0], np.ptp(ax.get_ylim()) / axes.inches(ax)[1]
    near = 0.06
    taken = [
        (
            place + 1 - near * x_unit,
            place + 1 + near * x_unit,
            sd - near * y_unit,
            sd + near * y_unit,
        )
        for place, sd in zip(shown, spread.sd[shown], strict=True)
    ]
    for place in shown:
        text = fit(str(data.groups.group[spread.school[place]]), NAME_WIDTH, layout.small)
        half = text_width(text, layout.small) / 2 * x_unit
        x = min(max(float(place) + 1, low + half), high - half)
        outer = 1 if spread.sd[place] > spread.high[place] else -1
        for side in (outer, -outer):
            y = float(spread.sd[place]) + side * 0.15 * y_unit
            box = (x - half, x + half, y - 0.06 * y_unit, y + 0.06 * y_unit)
            if not any(_meet(box, other) for other in taken):
                taken.append(box)
                marks.words(ax, x, y, text, layout, FLAG, small=True, ha="center")
                break


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def flagged(spread: Spread) -> Integers:
    """Places of unusual schools; of more than 120 those farthest outside."""
    places = np.flatnonzero(spread.unusual)
    if len(places) <= MOST_FLAGS:
        return places
    sd, low, high = spread.sd[places], spread.low[places], spread.high[places]
    outside = np.maximum(np.log(sd / high), np.log(low / np.maximum(sd, 1e-12 * low)))
    return np.sort(places[np.argsort(-outside, kind="stable")[:MOST_FLAGS]])


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
    shown = len(flagged(spread))
    kind = "some" if count <= SOME else "many" if shown == found else "bounded"
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
        shown=numbers.count(shown),
    )


def _about(expected: float) -> str:
    """One decimal below 10, unless it is 0."""
    text = numbers.fixed(expected, 0 if expected >= 10 else 1)
    return text.removesuffix(".0")
