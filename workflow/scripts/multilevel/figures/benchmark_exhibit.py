"""Shares of students at or above each benchmark, a row a dataset (IEA)."""

import numpy as np
from matplotlib.figure import Figure

from multilevel.figures import exhibit
from multilevel.figures.captions import FigureText
from multilevel.figures.comparison_data import name_and_cycle
from multilevel.figures.exhibit import Column
from multilevel.figures.palette import ABOVE, BELOW, BETWEEN, BETWEEN_MID, RULE
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice, shorten
from multilevel.records.comparison import ComparedDataset, Comparison
from multilevel.wording import numbers

# From the hardest benchmark: dark and filled to light.
SHADES = (ABOVE, BETWEEN, BELOW, BETWEEN_MID)
DOT = 30.0
# Columns of numbers beside the dots: of more benchmarks the dots alone are shown.
MOST_COLUMNS = {"desktop": 4, "phone": 2, "page": 4}
LONGEST_HEAD = 12


def draw(comparison: Comparison, voice: Voice, layout: Layout) -> Figure:
    """Dots on a line from 0 to 100%; the hardest benchmark at the left."""
    ordered = _ordered(comparison)
    datasets, levels = exhibit.both_ends(ordered), _levels(comparison)
    shares = np.array([_shares(comparison, dataset) for dataset in datasets])
    columns = [
        Column(shorten(name, LONGEST_HEAD), tuple(map(numbers.percent, shares[:, k])))
        for k, name in reversed(list(enumerate(levels)))
    ]
    if len(columns) > MOST_COLUMNS[layout.name]:
        columns = []
    rows = exhibit.rows(
        layout,
        [name_and_cycle(comparison, dataset) for dataset in datasets],
        voice.plain("label.name"),
        columns,
    )
    rows.ax.set_xlim(-0.02, 1.02)
    y = np.arange(len(datasets))
    rows.ax.hlines(y, shares[:, -1], shares[:, 0], color=RULE, linewidth=1.0, zorder=1.2)
    for place, share in enumerate(shares.T[::-1]):
        colour = SHADES[place * len(SHADES) // len(levels)]
        rows.ax.scatter(
            share, y, s=DOT, color=colour, edgecolors=BETWEEN, linewidths=0.6, zorder=2.0 + place
        )
    at = [0.0, 0.25, 0.5, 0.75, 1.0]
    rows.scale(at, [numbers.percent(value) for value in at], voice.plain("label.axis"))
    names = [shorten(name, 30) for name in levels[::-1]]
    key = "label.key_short" if layout.phone else "label.key"
    text = voice.plain(key, levels=", ".join(names), first=names[0], last=names[-1])
    rows.head(text)
    exhibit.rule_between_ends(rows, len(ordered))
    return rows.figure


def _levels(comparison: Comparison) -> list[str]:
    """Names of the benchmarks that all have, as the first calls them, the lowest first."""
    names = {level.cut: level.name for level in comparison.datasets[0].benchmarks}
    return [names[cut] for cut in comparison.shared_cuts]


def _shares(comparison: Comparison, dataset: ComparedDataset) -> list[float]:
    """A dataset's shares at or above the benchmarks that all have, from the lowest."""
    share = {level.cut: level.share_at_or_above for level in dataset.benchmarks}
    return [share[cut] for cut in comparison.shared_cuts]


def _ordered(comparison: Comparison) -> list[ComparedDataset]:
    """The datasets by their share at the hardest benchmark, as the IEA has them; cycles in turn."""
    if comparison.by == "cycle":
        return list(comparison.datasets)
    return sorted(
        comparison.datasets,
        key=lambda dataset: (-_shares(comparison, dataset)[-1], dataset.id),
    )


def caption(comparison: Comparison, voice: Voice) -> FigureText:
    """Say from where to where the share at the lowest benchmark goes."""
    lowest = sorted(_shares(comparison, dataset)[0] for dataset in comparison.datasets)
    names, ordered = _levels(comparison), _ordered(comparison)
    return voice.caption(
        "title",
        "read" if len(ordered) <= exhibit.MOST_ROWS else "read_ends",
        level=names[0],
        low=numbers.percent(lowest[0]),
        high=numbers.percent(lowest[-1]),
        levels=", ".join(names[::-1]),
        n=numbers.count(len(ordered)),
        half=numbers.count(exhibit.MOST_ROWS // 2),
    )


def applies(comparison: Comparison) -> bool:
    """Whether there is a benchmark that all datasets have."""
    return comparison.status == "ok" and bool(comparison.shared_cuts)
