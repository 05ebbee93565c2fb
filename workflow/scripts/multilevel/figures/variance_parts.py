"""Variance between schools to the left of an axis, within them to the right (OECD)."""

from matplotlib.figure import Figure

from multilevel.figures import exhibit
from multilevel.figures.captions import FigureText
from multilevel.figures.comparison_data import icc_format, name_and_cycle, row_name
from multilevel.figures.exhibit import Column
from multilevel.figures.palette import BETWEEN, INK, WITHIN
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice
from multilevel.records.comparison import Comparison
from multilevel.wording import numbers

BAR = 0.36


def draw(comparison: Comparison, voice: Voice, layout: Layout) -> Figure:
    """Bars in percent of the average total variance, ordered by the part between schools."""
    ordered = sorted(comparison.datasets, key=lambda dataset: (-dataset.between_share, dataset.id))
    datasets, icc = exhibit.both_ends(ordered), icc_format(comparison.datasets)
    intervals = [icc.interval(dataset.ci_icc) for dataset in datasets]
    spans = tuple(voice.plain("label.span", low=low, high=high) for low, high in intervals)
    columns = [
        Column(
            voice.plain("label.icc"), tuple(icc.show(dataset.icc) for dataset in datasets), True
        ),
        Column(voice.plain("label.interval"), spans),
    ]
    rows = exhibit.rows(
        layout,
        [name_and_cycle(comparison, dataset) for dataset in datasets],
        voice.plain("label.name"),
        columns,
        over=True,
    )
    left = max(dataset.between_share for dataset in datasets) * 1.04
    right = max(dataset.within_share for dataset in datasets) * 1.04
    rows.ax.set_xlim(-max(left, 0.02), right)
    parts = (
        ([-dataset.between_share for dataset in datasets], BETWEEN),
        ([dataset.within_share for dataset in datasets], WITHIN),
    )
    for shares, colour in parts:
        exhibit.boxes(rows.ax, [0.0] * len(shares), shares, range(len(shares)), BAR, colour)
    rows.ax.axvline(0, color=INK, linewidth=1.0, zorder=2.5)
    at = exhibit.ticks(*rows.ax.get_xlim(), 3 if layout.phone else 10)
    rows.scale(at, [numbers.percent(abs(value)) for value in at], voice.plain("label.axis"))
    zero = rows.x_of(0.0)
    between, within = voice.plain("label.between"), voice.plain("label.within")
    rows.over(between, zero - 0.06, "right", BETWEEN)
    rows.over(within, zero + 0.06, "left", WITHIN)
    exhibit.rule_between_ends(rows, len(ordered))
    return rows.figure


def caption(comparison: Comparison, voice: Voice) -> FigureText:
    """Name the datasets with the smallest and the largest part between schools."""
    ordered = sorted(comparison.datasets, key=lambda dataset: (-dataset.between_share, dataset.id))
    most, least, icc = ordered[0], ordered[-1], icc_format(comparison.datasets)
    return voice.caption(
        "title.some" if most.between_share > least.between_share else "title.same",
        "read" if len(ordered) <= exhibit.MOST_ROWS else "read_ends",
        most=row_name(comparison, most),
        least=row_name(comparison, least),
        most_percent=numbers.percent(most.between_share),
        least_percent=numbers.percent(least.between_share),
        most_icc=icc.show(most.icc),
        least_icc=icc.show(least.icc),
        n=numbers.count(len(ordered)),
        half=numbers.count(exhibit.MOST_ROWS // 2),
    )


def applies(comparison: Comparison) -> bool:
    """Whether datasets were compared at all."""
    return comparison.status == "ok"
