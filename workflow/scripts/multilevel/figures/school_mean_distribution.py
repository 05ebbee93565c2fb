"""Level 2: the best guess of the distribution of true school means, N(gamma00, tau00)."""

import math

import numpy as np
from matplotlib.figure import Figure

from multilevel.figures import axes, marks
from multilevel.figures.bell import PEAK, REACH, Bell, draw_bell, draw_middle, draw_sds
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData, Floats
from multilevel.figures.palette import BETWEEN, BETWEEN_MID, BETWEEN_TINT, INK, MUTED
from multilevel.figures.panel import Panel
from multilevel.figures.style import BOLD, Layout
from multilevel.figures.text import Voice, fit, text_width
from multilevel.wording import numbers, verdicts

HEIGHT = {"desktop": 3.2, "phone": 3.0, "page": 1.8}
RUG_LIMIT = 300
MEAN_GAP = 0.022


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """The curve over a rug of the observed means; a single line where tau00 is 0."""
    figure = axes.new_figure(layout, HEIGHT[layout.name])
    ax = axes.panel(figure, left=0.1, right=0.1, top=0.3, bottom=layout.foot + 0.45)
    low, high = _range(data)
    ax.set_xlim(low, high)
    ax.set_ylim(0, 1.06 * PEAK)
    ticks = axes.ticks_between(low, high, axes.inches(ax)[0], layout)
    axes.x_axis(ax, ticks, voice.plain("label.axis"), layout, grid=False, pad=31)
    axes.baseline(ax)
    if data.leading.tau00.value > 0:
        _spread(ax, data, voice, layout)
    else:
        _point(ax, data, voice, layout)
    _rug(ax, data, voice, layout)
    return figure


def _range(data: FigureData) -> tuple[float, float]:
    means = rug(data.groups.mean)
    centre, reach = verdicts.centre(data.results), REACH * _sd(data)
    low = min(centre - reach, float(means.min()))
    high = max(centre + reach, float(means.max()))
    half = max(centre - low, high - centre)
    least, most = _reach(data)
    if math.isfinite(least):
        return axes.padded(max(centre - half, least), min(centre + half, most), 0.01)
    return axes.padded(centre - half, centre + half, 0.01)


def _sd(data: FigureData) -> float:
    return math.sqrt(data.leading.tau00.value)


def _reach(data: FigureData) -> tuple[float, float]:
    """The ends beyond which no mean can lie, where scores take few values; else infinite."""
    results = data.results
    if results.checks is None or results.data is None or "few_valued" not in results.checks.flags:
        return -math.inf, math.inf
    low, high = results.data.score_min, results.data.score_max
    return (-math.inf, math.inf) if low is None or high is None else (low, high)


def _spread(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    leading, score = data.leading, voice.score
    bell = Bell(
        verdicts.centre(data.results), _sd(data), BETWEEN, BETWEEN_MID, BETWEEN_TINT, _reach(data)
    )
    draw_bell(ax, bell)
    marks.segments(ax, bell.mean, 0, bell.mean, PEAK, INK, 1.2)
    _mean_label(ax, data, voice, layout)
    draw_sds(
        ax,
        bell,
        (voice.plain("common.minus_sd"), score.headline(leading.group_minus_1sd)),
        (voice.plain("common.plus_sd"), score.headline(leading.group_plus_1sd)),
        layout,
    )
    limits = ax.get_xlim()
    room = 1.8 * bell.sd / (limits[1] - limits[0]) * axes.inches(ax)[0]
    texts = (voice.plain("label.two_thirds"), voice.plain("label.of_groups"))
    if max(text_width(text, layout.small, BOLD) for text in texts) < room:
        draw_middle(ax, bell, texts, layout, room)


def _point(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    """Draw a single line, as all true means are equal where tau00 is 0."""
    gamma00 = verdicts.centre(data.results)
    marks.segments(ax, gamma00, 0, gamma00, PEAK, BETWEEN, 3.0)
    _mean_label(ax, data, voice, layout)
    text = fit(voice.plain("label.no_spread"), layout.width / 2 - 0.25, layout.small)
    low, high = ax.get_xlim()
    marks.words(ax, gamma00 + 0.02 * (high - low), 0.72 * PEAK, text, layout, BETWEEN, small=True)


def _mean_label(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    mean = verdicts.centre(data.results)
    text = voice.plain("common.mean_at", value=voice.score.headline(mean))
    marks.words(ax, mean, PEAK + MEAN_GAP, text, layout, INK, True, ha="center", va="bottom")


def _rug(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    """Observed means as ticks between the axis and its numbers."""
    width = 1.0 if len(data.groups) <= 60 else 0.6
    x = rug(data.groups.mean)
    unit = 1.06 * PEAK / axes.inches(ax)[1]
    marks.segments(ax, x, -0.07 * unit, x, -0.22 * unit, MUTED, width)
    text = fit(voice.plain("label.rug"), layout.width - 0.2, layout.small)
    where = ax.moved(ax.shares, 0, -20)
    ax.text(0.5, 0, text, where, fontsize=layout.small, color=MUTED, ha="center", va="top")


def rug(values: Floats) -> Floats:
    """The values themselves, or that many evenly spaced quantiles of them."""
    if len(values) <= RUG_LIMIT:
        return values
    return np.asarray(np.quantile(values, (np.arange(RUG_LIMIT) + 0.5) / RUG_LIMIT))


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say where two thirds of the true means lie."""
    leading, means = data.leading, data.groups.mean
    sd = _sd(data)
    case = "some" if sd > 0 else "none"
    read = f"read.{case}" if len(means) <= RUG_LIMIT else f"read.{case}_many"
    mean = voice.score.headline(verdicts.centre(data.results))
    title = str(data.verdict)
    if title == "differ" and not verdicts.two_in_three(data.results):
        title = "spread"
    return voice.caption(
        f"title.{title}",
        read,
        f"alt.{case}",
        mean=mean,
        around=voice.plain(
            "around.group_means" if verdicts.counts_groups_alike(data.results) else "around.model",
            mean=mean,
        ),
        low=voice.score.headline(leading.group_minus_1sd),
        high=voice.score.headline(leading.group_plus_1sd),
        sd=voice.score.headline(sd),
        difference=voice.score.headline(2.0 * sd),
        lowest=voice.score.headline(float(means.min())),
        highest=voice.score.headline(float(means.max())),
        ticks=numbers.count(min(len(means), RUG_LIMIT)),
        n_groups=voice.groups(len(means)),
    )
