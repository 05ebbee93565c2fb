"""What the figures of a comparison are drawn from."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from multilevel.figures.captions import FigureText
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice
from multilevel.records.comparison import ComparedDataset, Comparison
from multilevel.wording import numbers
from multilevel.wording.numbers import ShareFormat
from multilevel.wording.quoting import one_line

# Letters of a cycle's name.
LONGEST_CYCLE = 20


@dataclass(frozen=True)
class ComparisonFigure:
    """How a figure of a comparison is drawn, its texts, and whether it applies to a comparison."""

    draw: Callable[[Comparison, Voice, Layout], Figure]
    caption: Callable[[Comparison, Voice], FigureText]
    applies: Callable[[Comparison], bool]


def icc_format(datasets: tuple[ComparedDataset, ...]) -> ShareFormat:
    """The format that suits the most precise of the ICCs; two decimals where they have two."""
    rounded = [
        dataset.icc == round(dataset.icc, 2) for dataset in datasets if 0.1 <= dataset.icc <= 0.9
    ]
    if rounded and all(rounded):
        return ShareFormat(2)
    narrowest = min(datasets, key=lambda dataset: dataset.ci_icc[1] - dataset.ci_icc[0])
    return ShareFormat.of(narrowest.icc, *narrowest.ci_icc)


def name_of(dataset: ComparedDataset) -> str:
    """The dataset's title, or its id where it has none."""
    return dataset.title or dataset.id


def row_name(comparison: Comparison, dataset: ComparedDataset) -> str:
    """The dataset's name, with its cycle where the same countries come several times."""
    return " ".join(part for part in name_and_cycle(comparison, dataset) if part)


def name_and_cycle(comparison: Comparison, dataset: ComparedDataset) -> tuple[str, str]:
    """The parts of `row_name`; no cycle where countries are compared."""
    cycle = dataset.cycle if comparison.by == "cycle" else None
    return name_of(dataset), one_line(cycle, LONGEST_CYCLE) if cycle else ""


def confidence_of(comparison: Comparison) -> str:
    """The confidence level as printed, such as 95%."""
    return numbers.confidence_percent(comparison.confidence)
