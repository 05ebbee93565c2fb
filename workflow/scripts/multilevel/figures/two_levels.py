"""Both levels' deviations, each against its normal curve: N(0, sigma2) and N(0, tau00)."""

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from multilevel.figures import axes, marks
from multilevel.figures.bell import PEAK, Bell, draw_bell, draw_sds
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData, Floats, residuals
from multilevel.figures.palette import (
    BETWEEN,
    BETWEEN_MID,
    BETWEEN_TINT,
    INK,
    WITHIN,
    WITHIN_MID,
    WITHIN_TINT,
)
from multilevel.figures.panel import Panel
from multilevel.figures.style import BOLD, Layout
from multilevel.figures.text import Voice, fit
from multilevel.wording import numbers

# Of one panel; a phone has them one above the other.
HEIGHT = {"desktop": 2.7, "phone": 2.5, "page": 1.6}
TOP, BETWEEN_PANELS, WORDS = 0.54, 0.3, 0.34
REACH = 3.5
MOST_BINS = 49
# Of quantiles in steps of a twentieth of the SD.
BLURRED_BINS = 21


@dataclass(frozen=True)
class _Level:
    """A panel's deviations, their SD by the model, and its words and colours."""

    name: str
    deviations: Floats
    sd: float
    bars: str
    bell: Bell
    most_bins: int = MOST_BINS


def effects(data: FigureData) -> Floats:
    """u_0j: observed mean less gamma00, times the root of the school's reliability.

    An observed mean varies by tau00 + V_j around gamma00; the factor makes it tau00 in every
    school. All 0 where tau00 is.
    """
    groups = data.groups
    return np.asarray(np.sqrt(groups.reliability) * (groups.mean - data.model.gamma00))


def _levels(data: FigureData) -> tuple[_Level, _Level]:
    model, blurred = data.model, data.blurred is not None
    sigma, tau = model.sd_sigma, model.sd_tau00
    within = Bell(0.0, sigma, INK, WITHIN_MID, WITHIN_TINT)
    between = Bell(0.0, tau, INK, BETWEEN_MID, BETWEEN_TINT)
    most = BLURRED_BINS if blurred else MOST_BINS
    return (
        _Level("level1", residuals(data), sigma, WITHIN_MID, within, most),
        _Level("level2", effects(data), tau, BETWEEN_MID, between),
    )


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """Draw level 1 at the left or above, level 2 at the right or below."""
    height, width = HEIGHT[layout.name], layout.width
    figure = axes.new_figure(layout, 2 * height if layout.phone else height)
    half = 0.0 if layout.phone else (width + BETWEEN_PANELS) / 2
    upper = height if layout.phone else 0.0
    places = ((0.1, 0.1 + half, upper), (0.1 + half, 0.1, 0.0))
    for level, (left, right, lift) in zip(_levels(data), places, strict=True):
        top = TOP + (height - lift if layout.phone else 0.0)
        ax = axes.panel(figure, left, right, top, layout.foot + lift)
        _draw_level(ax, level, voice, layout)
    return figure


def _draw_level(ax: Panel, level: _Level, voice: Voice, layout: Layout) -> None:
    colour = WITHIN if level.name == "level1" else BETWEEN
    width = axes.inches(ax)[0]
    title = fit(voice.plain(f"label.{level.name}"), width, layout.text, BOLD)
    lift = 1 + 0.36 / axes.inches(ax)[1]
    ax.text(0, lift, title, ax.shares, fontsize=layout.text, fontweight=BOLD, color=colour)
    if level.sd == 0:
        _nothing(ax, voice, layout)
        return
    edges, heights = _histogram(level.deviations / level.sd, level.most_bins)
    reach = REACH * level.sd
    ax.set_xlim(-reach, reach)
    tallest = _tallest_outside(edges, heights)
    # The words beside the SDs stand above the bars there, and below those over the panel.
    room = (tallest + 0.05) / (1 - WORDS / axes.inches(ax)[1])
    ax.set_ylim(0, max(1.1 * PEAK, 1.03 * float(heights.max(initial=0.0)), room))
    ticks = axes.ticks_between(-reach, reach, width, layout)
    axes.x_axis(ax, ticks, voice.plain(f"label.axis_{level.name}"), layout, grid=False)
    axes.baseline(ax)
    gap = 0.06 * (edges[1] - edges[0])
    left, right = (edges[:-1] + gap) * level.sd, (edges[1:] - gap) * level.sd
    marks.boxes(ax, left, 0, right, heights, level.bars, 1.0)
    draw_bell(ax, level.bell, filled=False)
    value = voice.score.headline(level.sd)
    raised = max(0.02, tallest - PEAK * math.exp(-0.5) + 0.05)
    low, high = voice.plain("common.minus_sd"), voice.plain("common.plus_sd")
    draw_sds(ax, level.bell, (low, f"−{value}"), (high, f"+{value}"), layout, raised)
    marks.segments(ax, 0, 0, 0, PEAK, INK, 1.2)
    text = fit(voice.plain(f"label.zero_{level.name}"), width, layout.small, BOLD)
    marks.words(ax, 0, 1.04, text, layout, INK, True, True, ha="center", va="bottom", where="top")


def _nothing(ax: Panel, voice: Voice, layout: Layout) -> None:
    """Say in the panel that tau00 is 0, where there are no deviations to draw."""
    ax.set_xlim(-1, 1)
    ax.set_ylim(0, 1)
    axes.baseline(ax)
    marks.segments(ax, 0, 0, 0, 0.8, BETWEEN, 3.0)
    text = fit(voice.plain("label.no_spread"), axes.inches(ax)[0] / 2 - 0.2, layout.small)
    marks.words(ax, 0.06, 0.5, text, layout, BETWEEN, small=True)


def _tallest_outside(edges: Floats, heights: Floats) -> float:
    """The highest bar where the words beside the SDs stand."""
    beside = np.maximum(np.abs(edges[1:]), np.abs(edges[:-1])) > 1.15
    return float(heights[beside].max(initial=0.0))


def _histogram(standardised: Floats, most: int) -> tuple[Floats, Floats]:
    """Edges in SDs and heights as densities; what lies beyond the range counts in the scale."""
    wanted = math.ceil(2.2 * max(len(standardised), 1) ** (1 / 3)) + 6
    bins = min(most, wanted) | 1
    edges = np.linspace(-REACH, REACH, bins + 1)
    counts = np.histogram(standardised, edges)[0]
    return edges, np.asarray(counts / (max(len(standardised), 1) * (edges[1] - edges[0])))


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say how far students and schools lie from their means, with the shares inside one SD."""
    publication = data.results.publication
    level1, level2 = _levels(data)
    beyond = int(np.sum(np.abs(level1.deviations) > REACH * level1.sd))
    far = int(np.sum(np.abs(level2.deviations) > REACH * level2.sd)) if level2.sd else 0
    parts = [
        voice.plain("beyond.members", n=voice.members(beyond)) if beyond else "",
        voice.plain("beyond.groups", n=voice.groups(far)) if far else "",
    ]
    spread = "some" if level2.sd > 0 else "none"
    kind = "blurred" if data.blurred else "sample" if data.sampled else "all"
    return voice.caption(
        f"title.{spread}",
        f"read.{kind}",
        f"alt.{spread}",
        sd=voice.score.headline(level1.sd),
        sd_between=voice.score.headline(level2.sd),
        percent=numbers.percent(_inside(level1)),
        percent_between=numbers.percent(_inside(level2)) if level2.sd > 0 else "",
        n=voice.members(len(level1.deviations)),
        n_groups=voice.groups(len(level2.deviations)),
        beyond=voice.members(beyond),
        rest=" ".join(part for part in parts if part),
        reach=REACH,
        each=voice.members(publication.min_members if publication else 0),
    )


def _inside(level: _Level) -> float:
    deviations = np.abs(level.deviations)
    return float(np.mean(deviations <= level.sd)) if len(deviations) else math.nan
