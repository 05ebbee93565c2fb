"""Observed group means beside those adjusted for covariates, in order of the groups' names."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from multilevel.figures import axes, marks, rows, spots
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData, Floats
from multilevel.figures.palette import BETWEEN, INK, MUTED, RULE
from multilevel.figures.panel import Panel
from multilevel.figures.style import PAGE, Layout
from multilevel.figures.text import Voice, shorten
from multilevel.wording import numbers

# More groups than these are drawn by so many, evenly spaced by name.
MOST = 200
# Groups up to which they have rows with names; on paper more would take a page of their own.
NAMED = {"desktop": rows.FEW, "phone": rows.FEW, "page": 16}
HEIGHT = {"desktop": 3.1, "phone": 3.3, "page": 2.0}
KEY = 0.26


def is_needed(data: FigureData) -> bool:
    """Whether there are adjusted means."""
    return data.adjusted is not None


@dataclass(frozen=True)
class _Pairs:
    """What is drawn: names, observed and adjusted means, in order of the names."""

    names: list[str]
    observed: Floats
    adjusted: Floats


def _pairs(data: FigureData) -> _Pairs:
    adjusted = _adjusted(data)
    known = np.flatnonzero(np.isfinite(adjusted))
    if len(known) > MOST:
        known = known[np.linspace(0, len(known) - 1, MOST).round().astype(np.int64)]
    return _Pairs(
        names=[str(data.groups.group[j]) for j in known],
        observed=data.groups.mean[known],
        adjusted=adjusted[known],
    )


def _adjusted(data: FigureData) -> Floats:
    if data.adjusted is None:
        raise ValueError("The results lack adjusted means.")
    return data.adjusted


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """Draw a few groups in rows with names, more of them in columns without."""
    pairs = _pairs(data)
    if len(pairs.names) <= NAMED[layout.name]:
        return _labelled(pairs, voice, layout)
    return _columns(pairs, voice, layout)


def _range(pairs: _Pairs) -> tuple[float, float]:
    values = np.concatenate([pairs.observed, pairs.adjusted])
    return axes.padded(float(values.min()), float(values.max()), 0.05)


def _labelled(pairs: _Pairs, voice: Voice, layout: Layout) -> Figure:
    count = len(pairs.names)
    left = rows.name_width(pairs.names, layout, voice.plain("common.Group"))
    height = KEY + 0.1 + layout.foot + rows.pitch(layout, count) * (count + 0.2)
    figure = axes.new_figure(layout, height)
    ax = axes.panel(figure, left, 0.15, KEY + 0.1, layout.foot)
    low, high = _range(pairs)
    ax.set_xlim(low, high)
    ax.set_ylim(-0.6, count - 0.4)
    ticks = axes.ticks_between(low, high, axes.inches(ax)[0], layout)
    axes.x_axis(ax, ticks, voice.plain("common.group_mean_axis"), layout)
    # The first name stands at the top.
    level = np.arange(count)[::-1].astype(np.float64)
    rows.write_names(ax, pairs.names[::-1], left, layout)
    marks.segments(ax, pairs.observed, level, pairs.adjusted, level, RULE, 1.1)
    marks.rings(ax, pairs.observed, level, MUTED, 5.6)
    marks.dots(ax, pairs.adjusted, level, BETWEEN, 5.6)
    _key(figure, voice, layout)
    if layout is not PAGE:
        _tell(ax, pairs, pairs.adjusted, level, voice)
    return figure


def _columns(pairs: _Pairs, voice: Voice, layout: Layout) -> Figure:
    count = len(pairs.names)
    figure = axes.new_figure(layout, HEIGHT[layout.name])
    low, high = _range(pairs)
    ticks = axes.ticks_up(low, high, HEIGHT[layout.name] - 1)
    ax = axes.panel(figure, axes.ticks_width(ticks, layout), 0.12, KEY + 0.36, layout.foot)
    ax.set_ylim(low, high)
    ax.set_xlim(0, count + 1)
    axes.y_axis(ax, ticks, voice.plain("common.group_mean_axis"), layout)
    axes.x_axis(ax, axes.Ticks((), ()), voice.plain("label.order"), layout, grid=False)
    axes.baseline(ax)
    across = np.arange(1.0, count + 1.0)
    size = min(4.4, max(1.6, 54 * axes.inches(ax)[0] / count))
    marks.segments(ax, across, pairs.observed, across, pairs.adjusted, RULE, 0.8)
    marks.rings(ax, across, pairs.observed, MUTED, size, 0.25 * size)
    marks.dots(ax, across, pairs.adjusted, BETWEEN, size)
    _key(figure, voice, layout)
    if layout is not PAGE:
        _tell(ax, pairs, across, pairs.adjusted, voice)
    return figure


def _key(figure: Figure, voice: Voice, layout: Layout) -> None:
    """Explain ring and dot on a line above the panel."""
    sheet = axes.sheet(figure)
    y, x = float(figure.get_size_inches()[1]) - 0.12, 0.08
    for name, colour in (("observed", MUTED), ("adjusted", BETWEEN)):
        mark = marks.rings if name == "observed" else marks.dots
        mark(sheet, x, y, colour, 5.6)
        text = voice.plain(f"label.{name}")
        marks.words(sheet, x + 0.1, y, text, layout, INK, small=True)
        x = layout.width / 2 + 0.08


def _tell(ax: Panel, pairs: _Pairs, x: Floats, y: Floats, voice: Voice) -> None:
    """Give each group's dot its name and both means."""
    words = [
        voice.plain(
            "label.mark",
            name=shorten(name),
            observed=voice.score.headline(float(observed)),
            adjusted=voice.score.headline(float(adjusted)),
        )
        for name, observed, adjusted in zip(
            pairs.names, pairs.observed, pairs.adjusted, strict=True
        )
    ]
    spots.tell(ax, x, y, words)


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say how far both kinds of means spread, over all groups that have both."""
    adjusted = _adjusted(data)
    known = np.isfinite(adjusted)
    n = int(known.sum())
    return voice.caption(
        "title",
        "read.all" if n <= MOST else "read.some",
        "alt",
        sd_observed=voice.visible(float(np.std(data.groups.mean[known], ddof=1))),
        sd_adjusted=voice.visible(float(np.std(adjusted[known], ddof=1))),
        n_groups=voice.groups(n),
        n_drawn=numbers.count(MOST),
    )
