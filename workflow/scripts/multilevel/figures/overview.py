"""Page one's picture: the schools' means with their intervals, small, around the average."""

import math

import numpy as np
from matplotlib.figure import Figure

from multilevel.figures import axes, marks
from multilevel.figures.captions import FigureText
from multilevel.figures.caterpillar import Means, estimates, evenly, mark, sides, tell
from multilevel.figures.data import FigureData, Integers
from multilevel.figures.palette import BETWEEN, BETWEEN_TINT, INK, MUTED
from multilevel.figures.panel import Panel
from multilevel.figures.style import BOLD, PAGE, Layout
from multilevel.figures.text import Voice, fit, text_width
from multilevel.wording import numbers, verdicts

HEIGHT = {"desktop": 2.6, "phone": 2.8, "page": 1.85}
# Inches from row to row at most: few schools make a low picture.
PITCH, TOP = 0.15, 0.26
LABEL_GAP = 0.08
# Rows that can be told from each other on paper.
MOST = 36
OBSERVED = ("none", "too_alike", "contested")


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """A line for each school, or for evenly spaced ones of many, from the lowest mean upwards."""
    mean, low, high = _means(data)
    order = evenly(np.argsort(mean, kind="stable"), MOST, MOST)
    room = min(HEIGHT[layout.name] - TOP - layout.foot, max(len(order), 3) * PITCH)
    figure = axes.new_figure(layout, room + TOP + layout.foot)
    ax = axes.panel(figure, 0.1, 0.1, TOP, layout.foot)
    limits = axes.padded(float(low.min()), float(high.max()))
    ax.set_xlim(*limits)
    ax.set_ylim(-0.8, len(order) - 0.2)
    ticks = axes.ticks_between(*limits, axes.inches(ax)[0], layout)
    _band(ax, data)
    axes.x_axis(ax, ticks, voice.plain("label.axis"), layout)
    gamma00 = data.model.gamma00
    marks.segments(ax, gamma00, -0.8, gamma00, len(order) - 0.2, INK, 1.2, above=1.8)
    _rows(ax, data, order, (mean, low, high))
    if layout is not PAGE:
        tell(ax, mean[order], np.arange(len(order)), data, order, voice, (mean, low, high))
    _labels(ax, data, voice, layout)
    return figure


def observed(data: FigureData) -> bool:
    """Whether observed means are drawn: with a variance of 0 all estimates are equal."""
    return data.verdict in OBSERVED


def _means(data: FigureData) -> Means:
    """Means and the ends of their intervals."""
    if observed(data):
        return data.groups.mean, data.groups.mean_ci_low, data.groups.mean_ci_high
    return estimates(data)


def _band(ax: Panel, data: FigureData) -> None:
    """Shade the range of two schools in three, where it is known."""
    if verdicts.two_in_three(data.results):
        low, high = data.leading.group_minus_1sd, data.leading.group_plus_1sd
        bottom, top = ax.get_ylim()
        left, right = ax.get_xlim()
        marks.boxes(ax, max(low, left), bottom, min(high, right), top, BETWEEN_TINT, 0.3)


def _rows(ax: Panel, data: FigureData, order: Integers, means: Means) -> None:
    """Draw a line and a mark each: a triangle where the side is clear, else a ring."""
    level = np.arange(len(order))
    pitch = 72 * axes.inches(ax)[1] / (len(order) + 0.6)
    size, line = min(5.4, max(2.4, pitch)), min(1.0, max(0.5, 0.25 * pitch))
    mean, low, high = (values[order] for values in means)
    every = ((MUTED, np.ones(len(data.groups), dtype=bool)),)
    for colour, all_chosen in every if observed(data) else sides(data):
        chosen = all_chosen[order]
        marks.segments(ax, low[chosen], level[chosen], high[chosen], level[chosen], colour, line)
        mark(ax, mean[chosen], level[chosen], colour, size)


def _labels(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    """The average above its line; the ends of the band where there is room beside it."""
    low, high = ax.get_xlim()
    unit = (high - low) / axes.inches(ax)[0]
    text = fit(_average(data, voice), layout.width - 0.3, layout.small, BOLD)
    half = text_width(text, layout.small, BOLD) / 2 * unit
    gamma00 = data.model.gamma00
    middle = min(max(gamma00, low + half), high - half)
    top = ax.get_ylim()[1]
    gap = 0.05 * (top + 0.8) / axes.inches(ax)[1]
    marks.words(ax, middle, top + gap, text, layout, INK, True, True, ha="center", va="bottom")
    if not verdicts.two_in_three(data.results):
        return
    for end in (data.leading.group_minus_1sd, data.leading.group_plus_1sd):
        word = voice.score.whole(end)
        reach = text_width(word, layout.small, BOLD) / 2 * unit
        apart = abs(end - middle) > half + reach + LABEL_GAP * unit
        if apart and low + reach <= end <= high - reach:
            marks.words(
                ax, end, top + gap, word, layout, BETWEEN, True, True, ha="center", va="bottom"
            )


def _average(data: FigureData, voice: Voice) -> str:
    """The line's name: the average of page one, or the model's where that is another."""
    which = "average" if data.leading.mean.quantity == "gamma00" else "model"
    return voice.plain(f"label.{which}", value=voice.score.whole(data.model.gamma00))


def _band_words(data: FigureData, voice: Voice, low: str, high: str) -> str:
    """Which groups lie in the band, and around what where that is not the line."""
    kind = "weighted" if data.leading.weighted else "usual"
    if verdicts.counts_groups_alike(data.results):
        kind = "group_means"
    centre = voice.score.whole(verdicts.centre(data.results))
    return voice.plain(f"band.{kind}", low=low, high=high, centre=centre)


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say how many schools differ clearly from the average, where that is known."""
    standing, count = data.standing, len(data.groups)
    clear = standing.n_above + standing.n_below
    sided = verdicts.told_apart(data.results)
    title = "observed" if observed(data) else "estimated"
    if sided:
        title = "none" if clear == 0 else "one" if clear == 1 else "part"
    leading, mean = data.leading, _means(data)[0]
    banded = verdicts.two_in_three(data.results)
    ends = [leading.group_minus_1sd, leading.group_plus_1sd] if banded else [math.nan] * 2
    low, high = (voice.score.whole(end) if banded else "" for end in ends)
    drawn = len(evenly(np.arange(count), MOST, MOST))
    which = "average" if leading.mean.quantity == "gamma00" else "model"
    average = voice.score.whole(data.model.gamma00)
    places = {
        "clear": numbers.count(clear),
        "count": numbers.count(count),
        "n_groups": voice.groups(count),
        "above": numbers.count(standing.n_above),
        "below": numbers.count(standing.n_below),
        "what": voice.plain(f"what.{which}", value=average),
        "confidence": numbers.confidence_percent(data.model.confidence),
        "mean": average,
        "lowest": voice.score.whole(float(mean.min())),
        "highest": voice.score.whole(float(mean.max())),
    }
    band = _band_words(data, voice, low, high) if banded else ""
    some = voice.plain("some", drawn=voice.groups(drawn), **places) if drawn < count else ""
    read = "observed" if observed(data) else "estimated"
    return voice.caption(
        f"title.{title}", f"read.{read}", f"alt.{read}", band=band, some=some, **places
    )
