"""Observed school means beside the model's: how far they move towards gamma00."""

import numpy as np
from matplotlib.figure import Figure

from multilevel.figures import axes, marks, spots
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData, Floats
from multilevel.figures.palette import BETWEEN, GRID, INK, MUTED, RULE
from multilevel.figures.panel import Panel
from multilevel.figures.style import PAGE, Layout
from multilevel.figures.text import Voice, fit, shorten, text_width
from multilevel.wording import numbers

JOINED = 60
HEIGHT = {"desktop": 2.05, "phone": 2.5, "page": 1.6}
OBSERVED, ESTIMATED = 1.0, 0.0


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """Joined dots up to 60 schools, above that a histogram each."""
    figure = axes.new_figure(layout, HEIGHT[layout.name])
    names = (voice.plain("label.estimated"), voice.plain("label.observed"))
    widest = max(text_width(name, layout.text, 600) for name in names)
    left = 0.1 if layout.phone else min(widest, 2.0) + 0.3
    ax = axes.panel(figure, left, 0.15, 0.32, layout.foot)
    low, high = _range(data)
    ax.set_xlim(low, high)
    joined = len(data.groups) <= JOINED
    below = -0.6 if layout.phone and joined else -0.35
    ax.set_ylim(below, (1.6 if layout.phone else 1.35) if joined else 1.9)
    ticks = axes.ticks_between(low, high, axes.inches(ax)[0], layout)
    axes.x_axis(ax, ticks, voice.plain("common.group_mean_axis"), layout)
    _overall(ax, data, voice, layout)
    if joined:
        _joined(ax, data)
        if layout is not PAGE:
            _tell(ax, data, voice)
    else:
        _histograms(ax, data)
    _names(ax, names, layout, joined)
    return figure


def _range(data: FigureData) -> tuple[float, float]:
    values = np.concatenate([data.groups.mean, data.groups.eb_mean])
    return axes.padded(float(values.min()), float(values.max()), 0.05)


def _overall(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    gamma00 = data.model.gamma00
    low, high = ax.get_ylim()
    marks.segments(ax, gamma00, low, gamma00, high, INK, 1.2, above=1.2)
    text = voice.plain("common.overall_mean_at", value=voice.score.headline(gamma00))
    marks.words(ax, gamma00, 1.03, text, layout, INK, True, True, None, "center", "bottom", "top")


def _joined(ax: Panel, data: FigureData) -> None:
    observed, estimated = data.groups.mean, data.groups.eb_mean
    marks.segments(ax, observed, OBSERVED, estimated, ESTIMATED, RULE, 0.9)
    marks.rings(ax, observed, np.full(len(observed), OBSERVED), MUTED, 6.0)
    marks.dots(ax, estimated, np.full(len(estimated), ESTIMATED), BETWEEN, 6.0)


def _tell(ax: Panel, data: FigureData, voice: Voice) -> None:
    """Give each school's estimate its name, observed mean and estimate."""
    groups = data.groups
    order = np.argsort(groups.eb_mean, kind="stable")
    words = [
        voice.plain(
            "label.mark",
            name=shorten(str(groups.group[j])),
            observed=voice.score.headline(float(groups.mean[j])),
            estimated=voice.score.headline(float(groups.eb_mean[j])),
        )
        for j in order
    ]
    spots.tell(ax, groups.eb_mean[order], np.full(len(order), ESTIMATED), words)


def _histograms(ax: Panel, data: FigureData) -> None:
    """Draw both as histograms with the same bins and scale."""
    low, high = ax.get_xlim()
    bins = int(min(60, max(24, 2 * np.sqrt(len(data.groups)))))
    # A bin is centred on the overall mean, where estimates gather.
    step = (high - low) / bins
    first = data.model.gamma00 - step * (np.ceil((data.model.gamma00 - low) / step) + 0.5)
    edges = first + step * np.arange(bins + 3)
    counts = [np.histogram(values, edges)[0] for values in (data.groups.mean, data.groups.eb_mean)]
    highest = max(int(c.max()) for c in counts)
    for count, base, colour in zip(counts, (0.95, -0.25), (MUTED, BETWEEN), strict=True):
        _bars(ax, edges, count * (0.85 / highest), base, colour)
        marks.segments(ax, low, base, high, base, GRID, 0.8, above=1.0)


def _bars(ax: Panel, edges: Floats, heights: Floats, base: float, colour: str) -> None:
    some = heights > 0
    gap = 0.06 * (edges[1] - edges[0])
    marks.boxes(
        ax, edges[:-1][some] + gap, base, edges[1:][some] - gap, base + heights[some], colour
    )


def _names(ax: Panel, names: tuple[str, str], layout: Layout, joined: bool) -> None:
    """Name the two rows at the left, on a phone clear of the marks."""
    if layout.phone:
        places = (-0.32, 1.3) if joined else (0.5, 1.7)
    else:
        places = (ESTIMATED, OBSERVED) if joined else (0.0, 1.2)
    for name, y, colour in zip(names, places, (BETWEEN, MUTED), strict=True):
        x, width = 0.02, layout.width - 0.2 if layout.phone else 2.0
        text = fit(name, width, layout.text, 600)
        marks.words(ax, x, y, text, layout, colour, True, where="side")


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Name the largest move of a school's mean."""
    score, largest = voice.score, data.standing.largest_shrinkage
    case = "some" if data.model.tau00 > 0 else "none"
    kind = "few" if len(data.groups) <= JOINED else "many"
    return voice.caption(
        f"title.{case}",
        f"read.{kind}",
        f"alt.{case}",
        largest=voice.visible(largest),
        largest_sd=numbers.share(largest / data.sd_total),
        mean=score.headline(data.model.gamma00),
        reliability=data.reliability.show(data.between.reliability),
        sd_observed=score.headline(float(np.std(data.groups.mean, ddof=1))),
        sd_estimated=score.headline(float(np.std(data.groups.eb_mean, ddof=1))),
        n_groups=voice.groups(len(data.groups)),
    )
