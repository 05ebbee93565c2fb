"""Level 2: the best guess of the distribution of true school means, N(gamma00, tau00)."""

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
from multilevel.wording import numbers

HEIGHT = {"desktop": 3.2, "phone": 3.0, "page": 2.25}
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
    if data.model.tau00 > 0:
        _spread(ax, data, voice, layout)
    else:
        _point(ax, data, voice, layout)
    _rug(ax, data, voice, layout)
    return figure


def _range(data: FigureData) -> tuple[float, float]:
    model, means = data.model, rug(data.groups.mean)
    reach = REACH * model.sd_tau00
    low = min(model.gamma00 - reach, float(means.min()))
    high = max(model.gamma00 + reach, float(means.max()))
    half = max(model.gamma00 - low, high - model.gamma00)
    return axes.padded(model.gamma00 - half, model.gamma00 + half, 0.01)


def _spread(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    model, between, score = data.model, data.between, voice.score
    bell = Bell(model.gamma00, model.sd_tau00, BETWEEN, BETWEEN_MID, BETWEEN_TINT)
    draw_bell(ax, bell)
    marks.segments(ax, bell.mean, 0, bell.mean, PEAK, INK, 1.2)
    _mean_label(ax, data, voice, layout)
    draw_sds(
        ax,
        bell,
        (voice.plain("common.minus_sd"), score.headline(between.school_minus_1sd)),
        (voice.plain("common.plus_sd"), score.headline(between.school_plus_1sd)),
        layout,
    )
    limits = ax.get_xlim()
    room = 0.86 * bell.sd / (limits[1] - limits[0]) * axes.inches(ax)[0]
    texts = (voice.plain("label.two_thirds"), voice.plain("label.of_groups"))
    if max(text_width(text, layout.small, BOLD) for text in texts) < room:
        beside = Bell(bell.mean - bell.sd / 2, bell.sd, BETWEEN, BETWEEN_MID, BETWEEN_TINT)
        draw_middle(ax, beside, texts, layout, room)


def _point(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    """tau00 = 0: all true means at one place."""
    gamma00 = data.model.gamma00
    marks.segments(ax, gamma00, 0, gamma00, PEAK, BETWEEN, 3.0)
    _mean_label(ax, data, voice, layout)
    text = fit(voice.plain("label.no_spread"), layout.width / 2 - 0.25, layout.small)
    low, high = ax.get_xlim()
    marks.words(ax, gamma00 + 0.02 * (high - low), 0.72 * PEAK, text, layout, BETWEEN, small=True)


def _mean_label(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    text = voice.plain("common.mean_at", value=voice.score.headline(data.model.gamma00))
    top = PEAK + MEAN_GAP
    marks.words(ax, data.model.gamma00, top, text, layout, INK, True, ha="center", va="bottom")


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
    """Where two thirds of true means lie."""
    model, between, means = data.model, data.between, data.groups.mean
    case = "some" if model.tau00 > 0 else "none"
    read = f"read.{case}" if len(means) <= RUG_LIMIT else f"read.{case}_many"
    flags = data.checks.flags if case == "some" else ()
    if "not_supported" in flags:
        title = "title.unsupported"
    else:
        title = "title.rough" if "few_groups" in flags else f"title.{case}"
    return voice.caption(
        title,
        read,
        f"alt.{case}",
        mean=voice.score.headline(model.gamma00),
        low=voice.score.headline(between.school_minus_1sd),
        high=voice.score.headline(between.school_plus_1sd),
        sd=voice.score.headline(model.sd_tau00),
        difference=voice.score.headline(between.difference_2sd),
        lowest=voice.score.headline(float(means.min())),
        highest=voice.score.headline(float(means.max())),
        ticks=numbers.count(min(len(means), RUG_LIMIT)),
        n_groups=voice.groups(len(means)),
    )
