"""Level 1: students' deviations from their school's mean, against N(0, sigma2)."""

import math

import numpy as np
from matplotlib.figure import Figure

from multilevel.figures import axes, marks
from multilevel.figures.bell import PEAK, Bell, draw_bell, draw_sds
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData, Floats, residuals
from multilevel.figures.palette import INK, WITHIN_MID, WITHIN_TINT
from multilevel.figures.panel import Panel
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice
from multilevel.wording import numbers

HEIGHT = {"desktop": 3.0, "phone": 2.7, "page": 1.65}
REACH = 3.5
MOST_BINS = 49
# Of quantiles in steps of a twentieth of the SD.
BLURRED_BINS = 21


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """A histogram on the density scale under the model's curve."""
    figure = axes.new_figure(layout, HEIGHT[layout.name])
    ax = axes.panel(figure, left=0.1, right=0.1, top=0.3, bottom=layout.foot)
    sd = data.model.sd_sigma
    most = MOST_BINS if data.blurred is None else BLURRED_BINS
    edges, heights = _histogram(residuals(data) / sd, most)
    ax.set_xlim(-REACH * sd, REACH * sd)
    ax.set_ylim(
        0,
        max(
            1.1 * PEAK,
            1.03 * float(heights.max(initial=0.0)),
            1.25 * _tallest_outside(edges, heights),
        ),
    )
    ticks = axes.ticks_between(-REACH * sd, REACH * sd, axes.inches(ax)[0], layout)
    axes.x_axis(ax, ticks, voice.plain("label.axis"), layout, grid=False)
    axes.baseline(ax)
    gap = 0.06 * (edges[1] - edges[0])
    marks.boxes(ax, (edges[:-1] + gap) * sd, 0, (edges[1:] - gap) * sd, heights, WITHIN_MID, 1.0)
    bell = Bell(0.0, sd, INK, WITHIN_MID, WITHIN_TINT)
    draw_bell(ax, bell, filled=False)
    _labels(ax, bell, _tallest_outside(edges, heights), voice, layout)
    return figure


def _tallest_outside(edges: Floats, heights: Floats) -> float:
    """The highest bar where the words beside the SDs stand."""
    beside = (np.abs(edges[1:]) > 0.9) & (np.abs(edges[:-1]) > 0.9)
    return float(heights[beside].max(initial=0.0))


def _labels(ax: Panel, bell: Bell, tallest: float, voice: Voice, layout: Layout) -> None:
    value = voice.score.headline(bell.sd)
    at_one = PEAK * math.exp(-0.5)
    lift = max(0.02, tallest - at_one + 0.05)
    low = (voice.plain("common.minus_sd"), f"−{value}")
    draw_sds(ax, bell, low, (voice.plain("common.plus_sd"), f"+{value}"), layout, lift)
    marks.segments(ax, 0, 0, 0, PEAK, INK, 1.2)
    text = voice.plain("label.zero")
    marks.words(ax, 0, 1.02, text, layout, INK, True, ha="center", va="bottom", where="top")


def _histogram(standardised: Floats, most: int = MOST_BINS) -> tuple[Floats, Floats]:
    """Edges in SDs and heights as densities; what lies beyond the range counts in the scale."""
    wanted = math.ceil(2.2 * max(len(standardised), 1) ** (1 / 3)) + 6
    bins = min(most, wanted) | 1
    edges = np.linspace(-REACH, REACH, bins + 1)
    counts = np.histogram(standardised, edges)[0]
    return edges, np.asarray(counts / (max(len(standardised), 1) * (edges[1] - edges[0])))


def caption(data: FigureData, voice: Voice) -> FigureText:
    """How far students lie from their school's mean, with the share inside one SD counted."""
    deviations, said = residuals(data), data.results.publication
    sd = data.model.sd_sigma
    inside = float(np.mean(np.abs(deviations) <= sd)) if len(deviations) else math.nan
    beyond = int(np.sum(np.abs(deviations) > REACH * sd))
    return voice.caption(
        "title",
        "read.blurred" if data.blurred else "read.sample" if data.sampled else "read.all",
        "alt",
        sd=voice.score.headline(sd),
        percent=numbers.percent(inside),
        n=voice.members(len(deviations)),
        beyond=voice.members(beyond),
        rest=voice.plain("beyond", n=voice.members(beyond)) if beyond else "",
        reach=REACH,
        each=voice.members(said.min_members if said else 0),
    )
