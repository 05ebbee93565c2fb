"""All figures, by name, in the order of the report.

A new figure is a module with `draw` and `caption`, a line here, and its sentences in
templates/text/en/figures.yaml under its name. Tests pick it up from here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matplotlib.figure import Figure

from multilevel.figures import (
    adjusted_means,
    caterpillar,
    funnel,
    naive_and_model,
    normality,
    overview,
    reliability,
    school_mean_distribution,
    score_distribution,
    shrinkage,
    spread,
    two_levels,
    variance_split,
    within_schools,
)
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice


@dataclass(frozen=True)
class FigureSpec:
    """How a figure is drawn, its texts, and whether a dataset has it."""

    draw: Callable[[FigureData, Voice, Layout], Figure]
    caption: Callable[[FigureData, Voice], FigureText]
    is_needed: Callable[[FigureData], bool]


def _always(data: FigureData) -> bool:
    """Whether a dataset has a figure: True, for the figures that all have."""
    return True


FIGURES: Mapping[str, FigureSpec] = MappingProxyType(
    {
        module.__name__.rpartition(".")[2]: FigureSpec(
            module.draw, module.caption, getattr(module, "is_needed", _always)
        )
        for module in (
            overview,
            variance_split,
            school_mean_distribution,
            score_distribution,
            within_schools,
            two_levels,
            naive_and_model,
            caterpillar,
            funnel,
            shrinkage,
            adjusted_means,
            reliability,
            normality,
            spread,
        )
    }
)


def figures_of(data: FigureData) -> dict[str, FigureSpec]:
    """The figures that a dataset has, in the order of the report."""
    return {name: spec for name, spec in FIGURES.items() if spec.is_needed(data)}
