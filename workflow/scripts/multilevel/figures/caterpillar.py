"""Empirical Bayes school means with intervals, in order."""

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from multilevel.figures import axes, marks, rows, spots
from multilevel.figures.captions import FigureText
from multilevel.figures.data import Booleans, FigureData, Floats, Integers
from multilevel.figures.palette import ABOVE, BELOW, INK, MUTED
from multilevel.figures.panel import Panel
from multilevel.figures.style import BOLD, PAGE, Layout
from multilevel.figures.text import Voice, fit, shorten, text_width
from multilevel.wording import numbers, verdicts

# Of more schools than these, evenly spaced ones are drawn, so that each has a mark of its own.
SOME, DRAWN = 200, 120
RANK_HEIGHT = {"desktop": 4.2, "phone": 4.2, "page": 2.4}
COUNT_PITCH = 0.18

# Means and the ends of their intervals, a school each.
Means = tuple[Floats, Floats, Floats]


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """Rows with names and numbers up to 40 schools, above that ranks."""
    if len(data.groups) <= rows.FEW:
        return _labelled(data, voice, layout)
    return _ranked(data, voice, layout)


def sides(data: FigureData) -> tuple[tuple[str, Booleans], ...]:
    """Schools clearly above gamma00, clearly below it and neither, each with its colour."""
    groups, gamma00 = data.groups, data.model.gamma00
    above, below = groups.ci_low > gamma00, groups.ci_high < gamma00
    return (ABOVE, above), (BELOW, below), (MUTED, ~(above | below))


def estimates(data: FigureData) -> Means:
    """The empirical Bayes means."""
    return data.groups.eb_mean, data.groups.ci_low, data.groups.ci_high


def mark(ax: Panel, x: npt.ArrayLike, y: npt.ArrayLike, colour: str, size: float) -> None:
    """Draw a triangle up for above, a triangle down for below and a ring for neither."""
    if colour == MUTED:
        marks.rings(ax, x, y, MUTED, size, min(1.2, 0.25 * size))
    else:
        marks.triangles(ax, x, y, colour, 1.25 * size, up=colour == ABOVE)


def evenly(order: Integers, some: int = SOME, drawn: int = DRAWN) -> Integers:
    """`order`, or where it is longer than `some`, `drawn` evenly spaced places of it."""
    if len(order) <= some:
        return order
    return np.asarray(order[np.linspace(0, len(order) - 1, drawn).round().astype(np.int64)])


def _labelled(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    order = np.argsort(data.groups.eb_mean, kind="stable")
    names = [str(data.groups.group[j]) for j in order]
    values = [voice.score.headline(float(v)) for v in data.groups.eb_mean[order]]
    spans = [_span(voice, estimates(data), int(j)) for j in order]
    heads = (voice.plain("label.estimate"), _interval_head(data, voice))
    value_width = _widest([*values, heads[0]], layout)
    span_width = _widest([*spans, heads[1]], layout)
    left = rows.name_width(names, layout, voice.plain("common.Group"))
    figure = axes.new_figure(
        layout, 0.54 + layout.foot + rows.pitch(layout, len(order)) * (len(order) + 0.2)
    )
    ax = axes.panel(figure, left, value_width + span_width + 0.3, 0.54, layout.foot)
    _frame(ax, data, voice, layout, len(order))
    rows.write_names(ax, names, left, layout)
    _row_marks(ax, data, order.astype(np.int64))
    if layout is not PAGE:
        places = data.groups.eb_mean[order], np.arange(len(order))
        tell(ax, *places, data, order, voice, estimates(data))
    edge = layout.width - 0.02
    for row, (value, span) in enumerate(zip(values, spans, strict=True)):
        x = edge - span_width - 0.12
        marks.words(ax, x, row, value, layout, INK, True, True, ha="right", where="side")
        marks.words(ax, edge, row, span, layout, MUTED, False, True, ha="right", where="side")
    _heads(ax, voice, layout, len(order), heads, edge, span_width)
    return figure


def _frame(ax: Panel, data: FigureData, voice: Voice, layout: Layout, count: int) -> None:
    groups, gamma00 = data.groups, data.model.gamma00
    low = min(float(groups.ci_low.min()), float(groups.mean.min()))
    high = max(float(groups.ci_high.max()), float(groups.mean.max()))
    limits = axes.padded(low, high)
    ax.set_xlim(*limits)
    ax.set_ylim(-0.6, count - 0.4)
    ticks = axes.ticks_between(*limits, axes.inches(ax)[0], layout)
    axes.x_axis(ax, ticks, voice.plain("label.axis"), layout)
    rows.overall_mean(ax, gamma00, count, voice, layout, lift=0.85)


def _row_marks(ax: Panel, data: FigureData, order: Integers) -> None:
    groups = data.groups
    level = np.arange(len(order))
    mean, low, high = groups.eb_mean[order], groups.ci_low[order], groups.ci_high[order]
    observed = groups.mean[order]
    marks.segments(ax, observed, level - 0.3, observed, level + 0.3, INK, 1.0, above=2.5)
    for colour, all_chosen in sides(data):
        chosen = all_chosen[order]
        marks.segments(ax, low[chosen], level[chosen], high[chosen], level[chosen], colour, 1.4)
        mark(ax, mean[chosen], level[chosen], colour, 5.6)


def tell(
    ax: Panel,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    data: FigureData,
    order: Integers,
    voice: Voice,
    means: Means,
) -> None:
    """Give each school's mark its name, mean and interval."""
    words = [
        voice.plain(
            "common.mark",
            name=shorten(str(data.groups.group[j])),
            value=voice.score.headline(float(means[0][j])),
            interval=_span(voice, means, int(j)),
        )
        for j in order
    ]
    spots.tell(ax, x, y, words)


def _heads(
    ax: Panel,
    voice: Voice,
    layout: Layout,
    count: int,
    heads: tuple[str, str],
    edge: float,
    span_width: float,
) -> None:
    """Column heads on one line, the overall mean's label above it."""
    y = count - 0.1
    group = fit(voice.plain("common.Group"), rows.WIDEST[layout.name], layout.small)
    marks.words(ax, 0.02, y, group, layout, MUTED, False, True, va="bottom", where="side")
    for x, head in ((edge - span_width - 0.12, heads[0]), (edge, heads[1])):
        marks.words(
            ax, x, y, head, layout, MUTED, False, True, ha="right", va="bottom", where="side"
        )


def _span(voice: Voice, means: Means, j: int) -> str:
    low, high = (voice.score.headline(float(end[j])) for end in means[1:])
    return voice.plain("common.span", low=low, high=high)


def _interval_head(data: FigureData, voice: Voice) -> str:
    confidence = numbers.confidence_percent(data.model.confidence)
    return voice.plain("label.interval", confidence=confidence)


def _widest(texts: list[str], layout: Layout) -> float:
    return max(text_width(text, layout.small, BOLD) for text in texts)


def _ranked(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    groups = data.groups
    figure = axes.new_figure(layout, RANK_HEIGHT[layout.name])
    low, high = axes.padded(float(groups.ci_low.min()), float(groups.ci_high.max()))
    ticks = axes.ticks_up(low, high, RANK_HEIGHT[layout.name] - 1)
    count = len(groups)
    top = 0.5 + (3 if layout.phone else 1) * COUNT_PITCH
    ax = axes.panel(figure, axes.ticks_width(ticks, layout), 0.12, top, layout.foot)
    ax.set_ylim(low, high)
    ax.set_xlim(0, count + 1)
    axes.y_axis(ax, ticks, voice.plain("label.axis"), layout)
    across = axes.ticks_between(1, count, axes.inches(ax)[0], layout, whole=True)
    axes.x_axis(ax, across, voice.plain("label.rank"), layout, grid=False)
    axes.baseline(ax)
    marks.segments(ax, 0, data.model.gamma00, count + 1, data.model.gamma00, INK, 1.2, above=2.6)
    rank = evenly(np.arange(1, count + 1))
    order = np.argsort(groups.eb_mean, kind="stable")[rank - 1]
    _rank_marks(ax, data, order, rank)
    if layout is not PAGE:
        tell(ax, rank, groups.eb_mean[order], data, order, voice, estimates(data))
    _counts(figure, data, voice, layout)
    return figure


def _rank_marks(ax: Panel, data: FigureData, order: Integers, rank: Integers) -> None:
    pitch = 72 * axes.inches(ax)[0] / len(order)
    size, line = min(4.4, max(1.8, 0.75 * pitch)), min(1.2, max(0.5, 0.45 * pitch))
    mean, low, high = (column[order] for column in estimates(data))
    for colour, all_chosen in sides(data):
        chosen = all_chosen[order]
        marks.segments(ax, rank[chosen], low[chosen], rank[chosen], high[chosen], colour, line)
        mark(ax, rank[chosen], mean[chosen], colour, size)


def _counts(figure: Figure, data: FigureData, voice: Voice, layout: Layout) -> None:
    """Count the schools above, below and neither beside their marks; explain the mean's line."""
    standing, ax = data.standing, axes.sheet(figure)
    lines = (
        ("label.above", standing.n_above, ABOVE),
        ("label.below", standing.n_below, BELOW),
        ("label.neither", standing.n_not_distinguishable, MUTED),
    )
    x, y = 0.08, figure.get_figheight() - 0.12
    for key, number, colour in lines:
        room = layout.width - 0.4 if layout.phone else layout.width / 3 - 0.35
        text = fit(voice.plain(key, n=voice.groups(number)), room, layout.small, BOLD)
        indent = 0.1
        mark(ax, x, y, colour, 5.0)
        marks.words(ax, x + indent, y, text, layout, INK, True, True)
        if layout.phone:
            y -= COUNT_PITCH
        else:
            x += indent + text_width(text, layout.small, BOLD) + 0.25
    x, y = 0.04, y if layout.phone else y - COUNT_PITCH
    marks.segments(ax, x, y, x + 0.12, y, INK, 1.2)
    text = voice.plain("common.overall_mean_at", value=voice.score.headline(data.model.gamma00))
    marks.words(
        ax, x + 0.2, y, fit(text, layout.width - 0.4, layout.small, BOLD), layout, INK, True, True
    )


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say how many schools differ clearly from the overall mean."""
    standing, count = data.standing, len(data.groups)
    clear = standing.n_above + standing.n_below
    kind = "few" if count <= rows.FEW else "some" if count <= SOME else "many"
    title = "none" if clear == 0 else "one" if clear == 1 else "all" if clear == count else "part"
    apart = verdicts.told_apart(data.results)
    return voice.caption(
        f"title.{title if apart else 'untold'}",
        f"read.{kind}",
        "alt.told" if apart else "alt.untold",
        clear=numbers.count(clear),
        count=numbers.count(count),
        drawn=voice.groups(len(evenly(np.arange(count)))),
        n_groups=voice.groups(count),
        above=numbers.count(standing.n_above),
        below=numbers.count(standing.n_below),
        neither=numbers.count(standing.n_not_distinguishable),
        mean=voice.score.headline(data.model.gamma00),
        lowest=voice.score.headline(float(data.groups.eb_mean.min())),
        highest=voice.score.headline(float(data.groups.eb_mean.max())),
        confidence=numbers.confidence_percent(data.model.confidence),
    )
