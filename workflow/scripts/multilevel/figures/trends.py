"""Lines over cycles, with intervals: the mean, the SD between schools, the ICC."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from multilevel.figures import exhibit
from multilevel.figures.captions import FigureText
from multilevel.figures.comparison_data import confidence_of, icc_format, name_of
from multilevel.figures.palette import BETWEEN, FLAG, GRID, INK, MUTED, WITHIN
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice, fit, text_width
from multilevel.records.comparison import ComparedDataset, Comparison
from multilevel.records.sections import Interval
from multilevel.wording import numbers

HEIGHT = {"desktop": 2.7, "phone": 2.3, "page": 2.2}
# Countries that have a colour, a dash and a name each; lines of more are grey.
LOOKS = (
    (BETWEEN, "solid"),
    (WITHIN, (0, (4, 2))),
    (FLAG, (0, (1.2, 1.4))),
    (INK, (0, (6, 2, 1, 2))),
)
TOP, BOTTOM, LEFT, RIGHT = 0.34, 0.3, 0.5, 0.12
NAMES = 0.22


@dataclass(frozen=True)
class _Panel:
    """A statistic: its key among the labels, value, interval and how it is printed."""

    key: str
    value: Callable[[ComparedDataset], float]
    interval: Callable[[ComparedDataset], Interval | None]
    text: Callable[[float], str]


def draw(comparison: Comparison, voice: Voice, layout: Layout) -> Figure:
    """Three panels side by side, on a phone one below the other."""
    panels, series = _panels(comparison, voice), _series(comparison)
    named = 1 < len(series) <= len(LOOKS)
    down = len(panels) if layout.phone else 1
    figure = exhibit.new_figure(layout, HEIGHT[layout.name] * down + NAMES * named)
    width = layout.width if layout.phone else layout.width / len(panels)
    height = float(figure.get_size_inches()[1])
    for place, panel in enumerate(panels):
        left = 0.0 if layout.phone else place * width
        top = NAMES * named + (HEIGHT[layout.name] * place if layout.phone else 0.0)
        bottom = height - top - HEIGHT[layout.name]
        ax = exhibit.area(
            figure, left + LEFT, layout.width - left - width + RIGHT, top + TOP, bottom + BOTTOM
        )
        title = fit(voice.plain(f"label.{panel.key}"), width - 0.1, layout.small)
        exhibit.write(figure, left + 0.04, height - top - 0.14, title, layout, bold=True)
        _draw_panel(ax, panel, series, comparison, layout)
    if named:
        _names(figure, list(series), layout, height)
    return figure


def _panels(comparison: Comparison, voice: Voice) -> tuple[_Panel, ...]:
    icc = icc_format(comparison.datasets)

    return (
        _Panel(
            "mean", lambda dataset: dataset.mean, lambda dataset: dataset.ci_mean, voice.score.whole
        ),
        _Panel(
            "sd_between",
            lambda dataset: dataset.sd_between,
            lambda dataset: dataset.ci_sd_between,
            voice.score.whole,
        ),
        _Panel("icc", lambda dataset: dataset.icc, lambda dataset: dataset.ci_icc, icc.show),
    )


def _series(comparison: Comparison) -> dict[str, list[ComparedDataset]]:
    """Datasets of each country, in the order of the cycles."""
    series: dict[str, list[ComparedDataset]] = {}
    for dataset in comparison.datasets:
        series.setdefault(dataset.country or "", []).append(dataset)
    return series


def _cycles(comparison: Comparison) -> list[str]:
    """The cycles' names from the first on; the title of a dataset stands for a missing name."""
    return list(dict.fromkeys(dataset.cycle or name_of(dataset) for dataset in comparison.datasets))


def _draw_panel(
    ax: Axes,
    panel: _Panel,
    series: dict[str, list[ComparedDataset]],
    comparison: Comparison,
    layout: Layout,
) -> None:
    cycles = _cycles(comparison)
    ends = [panel.value(dataset) for dataset in comparison.datasets]
    ends += [end for dataset in comparison.datasets for end in (panel.interval(dataset) or ())]
    ax.set_xlim(-0.35, len(cycles) - 0.65)
    ax.set_ylim(*exhibit.padded(ends, 0.08))
    for value in exhibit.ticks(*ax.get_ylim(), 5):
        ax.axhline(value, color=GRID, linewidth=0.8, zorder=0.5)
        ax.annotate(panel.text(value), (0, value), xycoords=("axes fraction", "data"),
                    xytext=(-4, 0), textcoords="offset points", ha="right",
                    va="center_baseline", color=MUTED, fontsize=layout.small)  # fmt: skip
    for at, label in _labels(cycles, ax, layout):
        ax.annotate(label, (at, 0), xycoords=("data", "axes fraction"), xytext=(0, -4),
                    textcoords="offset points", ha="center", va="top", color=MUTED,
                    fontsize=layout.small)  # fmt: skip
    few = len(series) <= len(LOOKS)
    for place, datasets in enumerate(series.values()):
        colour, dashes = LOOKS[place] if few else (MUTED, "solid")
        shift = 0.08 * (place - (len(series) - 1) / 2) if few else 0.0
        x = (
            np.array([cycles.index(dataset.cycle or name_of(dataset)) for dataset in datasets])
            + shift
        )
        y = [panel.value(dataset) for dataset in datasets]
        ax.plot(x, y, color=colour, linewidth=1.6 if few else 0.8, linestyle=dashes, zorder=2.0)
        if few:
            ax.scatter(x, y, s=20.0, color=colour, zorder=3.0)
            spans = [panel.interval(dataset) for dataset in datasets]
            for where, span in zip(x, spans, strict=True):
                if span is not None:
                    ax.vlines(where, *span, color=colour, linewidth=1.2, zorder=1.8)


def _labels(cycles: list[str], ax: Axes, layout: Layout) -> list[tuple[int, str]]:
    """Cycles with room for their names: all, or the first and the last."""
    inches = float(ax.get_position().width) * layout.width
    room = inches / len(cycles) - 0.04
    if all(text_width(cycle, layout.small) <= room for cycle in cycles):
        return list(enumerate(cycles))
    last = len(cycles) - 1
    room = inches * 0.36
    return [(k, fit(cycles[k], room, layout.small)) for k in dict.fromkeys((0, last))]


def _names(figure: Figure, names: list[str], layout: Layout, height: float) -> None:
    """The countries in a line at the top, each with a piece of its line."""
    room = layout.width / len(names)
    for place, (name, (colour, dashes)) in enumerate(zip(names, LOOKS, strict=False)):
        x = place * room + 0.04
        span = np.array([x, x + 0.25]) / layout.width
        line = (height - 0.1) / height
        figure.add_artist(_line(span, line, colour, dashes))
        text = fit(name, room - 0.4, layout.small)
        exhibit.write(figure, x + 0.31, height - 0.1, text, layout, colour=colour)


def _line(span: np.ndarray, y: float, colour: str, dashes: object) -> Line2D:
    line = Line2D(span, [y, y], color=colour, linewidth=1.6)
    line.set_linestyle(dashes)  # type: ignore[arg-type]
    return line


def caption(comparison: Comparison, voice: Voice) -> FigureText:
    """Say what is followed over which cycles; the differences say whether it changed."""
    cycles, series = _cycles(comparison), _series(comparison)
    key = "one" if len(series) == 1 else "few" if len(series) <= len(LOOKS) else "many"
    return voice.caption(
        "title",
        f"read.{key}",
        first=cycles[0],
        last=cycles[-1],
        confidence=confidence_of(comparison),
        n=numbers.count(len(series)),
    )


def applies(comparison: Comparison) -> bool:
    """Whether datasets were followed over two cycles or more."""
    return comparison.status == "ok" and comparison.by == "cycle" and len(_cycles(comparison)) > 1
