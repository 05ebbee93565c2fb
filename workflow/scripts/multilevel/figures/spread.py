"""The standard deviation inside each school against its size, in a funnel of what chance makes."""

import numpy as np
from matplotlib.figure import Figure
from scipy.special import gammainc, gammaincc, gammaincinv

from multilevel.figures import axes, by_size, marks, spots
from multilevel.figures.by_size import BySize
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData, Floats, Integers
from multilevel.figures.palette import FLAG, INK, WITHIN, WITHIN_TINT
from multilevel.figures.panel import Panel
from multilevel.figures.style import PAGE, Layout
from multilevel.figures.text import Voice, fit, shorten, text_width
from multilevel.summarise.checks import more_than_chance
from multilevel.wording import numbers

HEIGHT = {"desktop": 3.2, "phone": 3.2, "page": 1.6}
MOST_FLAGS = 40
MOST_NAMES = 6
NAME_WIDTH = 0.9

Box = tuple[float, float, float, float]


def spread_of(data: FigureData) -> BySize:
    """Schools of two or more students, by size and then by observed mean.

    (n_j - 1) s_j^2/sigma2 is chi-square with n_j - 1 df if all schools share sigma2; the range is
    at the model's level of confidence.
    """
    groups = data.groups
    several = np.flatnonzero(groups.n > 1)
    school = several[np.lexsort((groups.mean[several], groups.n[several]))]
    n = groups.n[school]
    return BySize(school, n, groups.sd[school], *_range(data, np.asarray(n - 1.0)))


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
    figure, ax = by_size.panel(spread, _limits(spread), HEIGHT[layout.name], voice, layout)
    by_size.band(ax, spread, lambda n: _range(data, n - 1.0), (WITHIN_TINT, WITHIN))
    unusual = flagged(spread, data.model.sigma2)
    by_size.dots(ax, spread, WITHIN, unusual)
    marks.diamonds(ax, spread.place[unusual], spread.value[unusual], FLAG, 5.0)
    if layout is not PAGE:
        _tell(ax, data, spread, unusual, voice)
    _names(ax, data, spread, unusual, layout)
    _pooled(ax, data, voice, layout)
    return figure


def _limits(spread: BySize) -> tuple[float, float]:
    """The ends of the upright axis: from 0 where marks come near it, else with less space below."""
    highest = float(max(spread.value.max(), np.quantile(spread.high, 0.9)))
    lowest = float(min(spread.value.min(), np.quantile(spread.low, 0.1)))
    bottom = 0.0 if lowest < 0.6 * highest else lowest - 0.1 * (highest - lowest)
    return bottom, highest + 0.14 * (highest - bottom)


def _names(ax: Panel, data: FigureData, spread: BySize, unusual: Integers, layout: Layout) -> None:
    """Name the farthest schools on the outer side of their diamonds, else on the other."""
    low, high = ax.get_xlim()
    bottom, top = ax.get_ylim()
    x_unit, y_unit = (high - low) / axes.inches(ax)[0], (top - bottom) / axes.inches(ax)[1]
    near = 0.06
    taken = [
        (x - near * x_unit, x + near * x_unit, sd - near * y_unit, sd + near * y_unit)
        for x, sd in zip(spread.place[unusual], spread.value[unusual], strict=True)
    ]
    for place in unusual[:MOST_NAMES]:
        text = fit(str(data.groups.group[spread.school[place]]), NAME_WIDTH, layout.small)
        half = text_width(text, layout.small) / 2 * x_unit
        x = min(max(float(spread.place[place]), low + half), high - half)
        outer = 1 if spread.value[place] > spread.high[place] else -1
        for side in (outer, -outer) if len(spread.n) <= by_size.EACH else (outer,):
            y = float(spread.value[place]) + side * 0.15 * y_unit
            box = (x - half, x + half, y - 0.07 * y_unit, y + 0.07 * y_unit)
            inside = bottom <= box[2] and box[3] <= top
            if inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                label = marks.words(ax, x, y, text, layout, FLAG, small=True, ha="center")
                marks.on_paper(label)
                break


def _tell(ax: Panel, data: FigureData, spread: BySize, unusual: Integers, voice: Voice) -> None:
    """Give each school with a mark of its own its name, SD and size, in the order of sizes."""
    single = np.arange(len(spread.n)) if len(spread.n) <= by_size.EACH else np.sort(unusual)
    words = [
        voice.plain(
            "label.mark",
            name=shorten(str(data.groups.group[spread.school[place]])),
            sd=voice.score.headline(float(spread.value[place])),
            n=voice.members(int(spread.n[place])),
        )
        for place in single
    ]
    spots.tell(ax, spread.place[single], spread.value[single], words)


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def flagged(spread: BySize, sigma2: float) -> Integers:
    """Places of unusual schools, those that chance makes least often first, at most 40."""
    places = np.flatnonzero(spread.unusual)
    df = spread.n[places] - 1.0
    half = df * spread.value[places] ** 2 / (2 * sigma2)
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
    """Say how many schools are unusual, and how many chance alone would make so."""
    spread = spread_of(data)
    count, n_unusual = len(spread.school), int(spread.unusual.sum())
    chance = 1 - data.model.confidence
    expected = chance * count
    more = more_than_chance(n_unusual, count, chance)
    title = "none" if n_unusual == 0 else "more" if more else "chance"
    if title != "none":
        title += ".one" if n_unusual == 1 else ".many"
    left_out = len(data.groups) - count
    omitted = voice.plain("omitted", n=voice.groups(left_out)) if left_out else ""
    n_drawn = len(flagged(spread, data.model.sigma2))
    kind = "each" if count <= by_size.EACH else "cells"
    diamonds = voice.plain(
        "diamonds.all" if n_drawn == n_unusual else "diamonds.some", shown=n_drawn
    )
    return voice.caption(
        f"title.{title}",
        f"read.{kind}",
        "alt",
        found=numbers.count(n_unusual),
        n_groups=voice.groups(count),
        expected=_about(expected),
        confidence=numbers.confidence_percent(data.model.confidence),
        pooled=voice.score.headline(data.model.sd_sigma),
        lowest=voice.score.headline(float(spread.value.min())),
        highest=voice.score.headline(float(spread.value.max())),
        omitted=omitted,
        diamonds=diamonds,
    )


def _about(expected: float) -> str:
    """The number with one decimal below 10, unless that is 0."""
    text = numbers.fixed(expected, 0 if expected >= 10 else 1)
    return text.removesuffix(".0")
