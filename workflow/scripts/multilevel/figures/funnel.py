"""Each school's observed mean against its size, in the funnels that chance makes."""

import math

import numpy as np
from matplotlib.figure import Figure

from multilevel.figures import axes, by_size, marks, spots
from multilevel.figures.by_size import BySize
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData, Floats
from multilevel.figures.palette import BETWEEN, BETWEEN_MID, BETWEEN_TINT, INK, RULE
from multilevel.figures.panel import Panel
from multilevel.figures.style import PAGE, Layout
from multilevel.figures.text import Voice, shorten
from multilevel.fit.distributions import normal_quantile
from multilevel.wording import numbers

HEIGHT = {"desktop": 3.6, "phone": 3.4, "page": 2.0}


def is_needed(data: FigureData) -> bool:
    """Whether schools differ in size: else there is no funnel."""
    return bool((data.groups.n != data.groups.n[0]).any())


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """A dot for each school or for several, over what chance and the model leave."""
    means = means_of(data)
    limits = axes.padded(float(means.value.min()), float(means.value.max()))
    figure, ax = by_size.panel(means, limits, HEIGHT[layout.name], voice, layout)
    colours = (BETWEEN_TINT, RULE), (BETWEEN_MID, RULE)
    if data.model.tau00 > 0:
        by_size.band(ax, means, lambda n: _reach(data, n, data.model.tau00), colours[0])
    by_size.band(ax, means, lambda n: _reach(data, n, 0.0), colours[1])
    by_size.dots(ax, means, BETWEEN, np.array([], dtype=np.int64))
    if layout is not PAGE and len(means.n) <= by_size.EACH:
        _tell(ax, data, means, voice)
    _mean(ax, data, voice, layout)
    return figure


def means_of(data: FigureData) -> BySize:
    """Observed means by size, with the range that holds them if all true means are one."""
    groups = data.groups
    school = np.lexsort((groups.mean, groups.n)).astype(np.int64)
    n = groups.n[school]
    return BySize(school, n, groups.mean[school], *_reach(data, n.astype(np.float64), 0.0))


def _reach(data: FigureData, n: Floats, tau00: float) -> tuple[Floats, Floats]:
    """Where means of that size lie around gamma00 at the model's level of confidence."""
    model = data.model
    half = normal_quantile(0.5 + model.confidence / 2) * np.sqrt(tau00 + model.sigma2 / n)
    return np.asarray(model.gamma00 - half), np.asarray(model.gamma00 + half)


def _tell(ax: Panel, data: FigureData, means: BySize, voice: Voice) -> None:
    words = [
        voice.plain(
            "label.mark",
            name=shorten(str(data.groups.group[j])),
            value=voice.score.headline(float(data.groups.mean[j])),
            n=voice.members(int(data.groups.n[j])),
        )
        for j in means.school
    ]
    spots.tell(ax, means.place, means.value, words)


def _mean(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    low, high = ax.get_xlim()
    marks.segments(ax, low, data.model.gamma00, high, data.model.gamma00, INK, 1.2, above=2.6)
    text = voice.plain("common.overall_mean_at", value=voice.score.headline(data.model.gamma00))
    where = {"ha": "right", "va": "baseline", "fontsize": layout.small, "fontweight": 600}
    ax.text(1.0, 1 + 0.14 / axes.inches(ax)[1], text, ax.shares, color=INK, **where)


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say how many means lie where chance alone would leave nearly all."""
    means, model = means_of(data), data.model
    outside = int(means.unusual.sum())
    kind = "each" if len(means.n) <= by_size.EACH else "cells"
    return voice.caption(
        "title",
        f"read.{kind}" if model.tau00 > 0 else f"read.{kind}_boundary",
        "alt",
        n_groups=voice.groups(len(means.n)),
        inside=numbers.count(len(means.n) - outside),
        outside=numbers.count(outside),
        count=numbers.count(len(means.n)),
        confidence=numbers.confidence_percent(model.confidence),
        mean=voice.score.headline(model.gamma00),
        sd=voice.score.headline(math.sqrt(model.tau00)),
        smallest=voice.members(int(means.n[0])),
        largest=voice.members(int(means.n[-1])),
        widest=voice.score.headline(float(means.high[0] - means.low[0])),
        narrowest=voice.score.headline(float(means.high[-1] - means.low[-1])),
    )
