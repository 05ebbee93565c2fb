"""Empirical Bayes school means with intervals, in order."""

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from multilevel.figures import axes, marks, rows, spots
from multilevel.figures.captions import FigureText
from multilevel.figures.data import Booleans, FigureData, Floats, Integers
from multilevel.figures.palette import ABOVE, BELOW, BETWEEN_MID, INK, MUTED, RULE
from multilevel.figures.panel import Panel
from multilevel.figures.style import BOLD, PAGE, Layout
from multilevel.figures.text import Voice, fit, shorten, text_width
from multilevel.wording import numbers, verdicts

SOME = 400
# Stretches of a ribbon: at most so many, of so many schools at least.
BINS, IN_A_BIN = 150, 8
RANK_HEIGHT = {"desktop": 4.2, "phone": 4.2, "page": 2.6}
COUNT_PITCH = 0.18
# Schools named at either end of a rank plot, the room of a name and that of a line, in inches.
NAMED = {"desktop": 4, "phone": 3, "page": 3}
NAME_WIDTH = {"desktop": 1.4, "phone": 0.9, "page": 1.3}
NAME_PITCH = 0.15


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """Rows with names and numbers up to 40 schools, ranks up to 400, above that a ribbon."""
    if len(data.groups) <= rows.FEW:
        return _labelled(data, voice, layout)
    return _ranked(data, voice, layout)


def sides(data: FigureData) -> tuple[tuple[str, Booleans], ...]:
    """Schools clearly above gamma00, clearly below it and neither, each with its colour."""
    groups, gamma00 = data.groups, data.model.gamma00
    above, below = groups.ci_low > gamma00, groups.ci_high < gamma00
    return (ABOVE, above), (BELOW, below), (MUTED, ~(above | below))


def _mark(ax: Panel, x: npt.ArrayLike, y: npt.ArrayLike, colour: str, size: float) -> None:
    """A triangle up for above, one down for below, a ring for neither."""
    if colour == MUTED:
        marks.rings(ax, x, y, MUTED, size, min(1.2, 0.25 * size))
    else:
        marks.triangles(ax, x, y, colour, 1.25 * size, up=colour == ABOVE)


def _labelled(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    order = np.argsort(data.groups.eb_mean, kind="stable")
    names = [str(data.groups.group[j]) for j in order]
    values = [voice.score.headline(float(v)) for v in data.groups.eb_mean[order]]
    spans = [_span(voice, data, int(j)) for j in order]
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
        _tell(ax, data.groups.eb_mean[order], np.arange(len(order)), data, order, voice)
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
        _mark(ax, mean[chosen], level[chosen], colour, 5.6)


def _tell(
    ax: Panel, x: npt.ArrayLike, y: npt.ArrayLike, data: FigureData, order: Integers, voice: Voice
) -> None:
    """Of each school its name, estimate and interval."""
    words = [
        voice.plain(
            "label.mark",
            name=shorten(str(data.groups.group[j])),
            value=voice.score.headline(float(data.groups.eb_mean[j])),
            interval=_span(voice, data, int(j)),
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


def _span(voice: Voice, data: FigureData, j: int) -> str:
    low, high = float(data.groups.ci_low[j]), float(data.groups.ci_high[j])
    return voice.plain(
        "common.span", low=voice.score.headline(low), high=voice.score.headline(high)
    )


def _interval_head(data: FigureData, voice: Voice) -> str:
    confidence = numbers.confidence_percent(data.model.confidence)
    return voice.plain("label.interval", confidence=confidence)


def _widest(texts: list[str], layout: Layout) -> float:
    return max(text_width(text, layout.small, BOLD) for text in texts)


def _ranked(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    groups = data.groups
    figure = axes.new_figure(layout, RANK_HEIGHT[layout.name])
    low, high = axes.padded(float(groups.ci_low.min()), float(groups.ci_high.max()), 0.11)
    ticks = axes.ticks_up(low, high, RANK_HEIGHT[layout.name] - 1)
    count = len(groups)
    top = 0.58 + (2 * COUNT_PITCH if layout.phone else 0)
    ax = axes.panel(figure, axes.ticks_width(ticks, layout), 0.12, top, layout.foot)
    ax.set_ylim(low, high)
    ax.set_xlim(0, count + 1)
    axes.y_axis(ax, ticks, voice.plain("label.axis"), layout)
    across = axes.ticks_between(1, count, axes.inches(ax)[0], layout, whole=True)
    axes.x_axis(ax, across, voice.plain("label.rank"), layout, grid=False)
    axes.baseline(ax)
    if count <= SOME:
        _rank_marks(ax, data)
        if layout is not PAGE:
            order = np.argsort(groups.eb_mean, kind="stable")
            _tell(ax, np.arange(1, count + 1), groups.eb_mean[order], data, order, voice)
    else:
        _ribbon(ax, data)
    _rank_labels(ax, data, voice, layout)
    if data.model.tau00 > 0:
        _extremes(ax, data, voice, layout)
    _counts(figure, data, voice, layout)
    return figure


def _rank_marks(ax: Panel, data: FigureData) -> None:
    groups = data.groups
    order = np.argsort(groups.eb_mean, kind="stable")
    rank = np.arange(1, len(order) + 1)
    pitch = 72 * axes.inches(ax)[0] / len(order)
    size, line = min(4.4, max(1.8, 0.75 * pitch)), min(1.2, max(0.5, 0.45 * pitch))
    mean, low, high = groups.eb_mean[order], groups.ci_low[order], groups.ci_high[order]
    for colour, all_chosen in sides(data):
        chosen = all_chosen[order]
        marks.segments(ax, rank[chosen], low[chosen], rank[chosen], high[chosen], colour, line)
        _mark(ax, rank[chosen], mean[chosen], colour, size)


def _ribbon(ax: Panel, data: FigureData) -> None:
    """The band of intervals, its line of estimates in the colour of what most schools are."""
    groups, gamma00 = data.groups, data.model.gamma00
    order = np.argsort(groups.eb_mean, kind="stable")
    rank, low = binned_median(groups.ci_low[order])
    _, high = binned_median(groups.ci_high[order])
    _, mean = binned_median(groups.eb_mean[order])
    marks.area(ax, rank, low, high, BETWEEN_MID)
    for end in (low, high):
        marks.curve(ax, rank, end, RULE, 0.6)
    above, below = low > gamma00, high < gamma00
    for colour, chosen in ((MUTED, ~(above | below)), (BELOW, below), (ABOVE, above)):
        for first, past in _runs(chosen):
            part = slice(max(first - 1, 0), min(past + 1, len(rank)))
            marks.curve(ax, rank[part], mean[part], colour, 2.4)


def _runs(chosen: Booleans) -> list[tuple[int, int]]:
    """First and past-the-last place of each stretch of True."""
    steps = np.diff(np.concatenate([[0], chosen.astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def binned_median(ordered: Floats) -> tuple[Floats, Floats]:
    """Middle rank and median of stretches of nearly equal length; the ends are kept."""
    bins = max(1, min(BINS, len(ordered) // IN_A_BIN))
    stretches = np.array_split(np.arange(len(ordered)), bins)
    rank = [1.0, *(float(s.mean()) + 1 for s in stretches), float(len(ordered))]
    value = [ordered[0], *(float(np.median(ordered[s])) for s in stretches), ordered[-1]]
    return np.array(rank), np.array(value)


def _rank_labels(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    """gamma00's line with its label."""
    gamma00 = data.model.gamma00
    count = len(data.groups)
    marks.segments(ax, 0, gamma00, count + 1, gamma00, INK, 1.2, above=2.6)
    text = voice.plain("common.overall_mean_at", value=voice.score.headline(gamma00))
    low, high = ax.get_ylim()
    gap = 0.07 * (high - low) / axes.inches(ax)[1]
    # At the left estimates lie below the line, so that there is room above it.
    label = marks.words(ax, 0, gamma00 + gap, text, layout, INK, True, True, va="bottom")
    marks.on_paper(label)


def _extremes(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    """The names of the schools at either end, joined to their marks."""
    groups = data.groups
    order = np.argsort(groups.eb_mean, kind="stable")
    count, each = len(order), NAMED[layout.name]
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    across, up = (right - left) / axes.inches(ax)[0], (top - bottom) / axes.inches(ax)[1]
    place = np.arange(each)
    for inward, end, rank in ((-1, top, count - place), (1, bottom, 1 + place)):
        chosen = order[rank - 1]
        at = groups.eb_mean[chosen]
        x = rank + inward * (0.22 + 0.02 * place) * across
        y = end + inward * (0.1 + NAME_PITCH * place) * up
        marks.segments(ax, x - inward * 0.04 * across, y, rank, at, RULE, 0.6, above=1.5)
        for k, j in enumerate(chosen):
            name = fit(str(groups.group[j]), NAME_WIDTH[layout.name], layout.small)
            text = voice.plain("label.named", name=name, value=voice.score.headline(float(at[k])))
            ha = "right" if inward < 0 else "left"
            label = marks.words(ax, float(x[k]), float(y[k]), text, layout, INK, small=True, ha=ha)
            marks.on_paper(label)
        if count > SOME:
            for colour, all_chosen in sides(data):
                of_colour = all_chosen[chosen]
                _mark(ax, rank[of_colour], at[of_colour], colour, 4.0)


def _counts(figure: Figure, data: FigureData, voice: Voice, layout: Layout) -> None:
    """How many lie above, below and neither, each beside its mark: a line, on a phone three."""
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
        _mark(ax, x, y, colour, 5.0)
        marks.words(ax, x + indent, y, text, layout, INK, True, True)
        if layout.phone:
            y -= COUNT_PITCH
        else:
            x += indent + text_width(text, layout.small, BOLD) + 0.25


def caption(data: FigureData, voice: Voice) -> FigureText:
    """How many schools differ clearly from the overall mean."""
    standing, count = data.standing, len(data.groups)
    clear = standing.n_above + standing.n_below
    kind = "few" if count <= rows.FEW else "some" if count <= SOME else "many"
    title = "none" if clear == 0 else "one" if clear == 1 else "all" if clear == count else "part"
    told = verdicts.told_apart(data.results)
    return voice.caption(
        f"title.{title if told else 'untold'}",
        f"read.{kind}",
        "alt.told" if told else "alt.untold",
        clear=numbers.count(clear),
        count=numbers.count(count),
        n_groups=voice.groups(count),
        above=numbers.count(standing.n_above),
        below=numbers.count(standing.n_below),
        neither=numbers.count(standing.n_not_distinguishable),
        mean=voice.score.headline(data.model.gamma00),
        lowest=voice.score.headline(float(data.groups.eb_mean.min())),
        highest=voice.score.headline(float(data.groups.eb_mean.max())),
        confidence=numbers.confidence_percent(data.model.confidence),
    )
