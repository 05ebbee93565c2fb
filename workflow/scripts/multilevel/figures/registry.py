"""All figures, by name, in the order of the report.

A new figure is a module with `draw` and `caption`, a line here, and its sentences in
templates/text/en/figures.yaml under its name. Tests pick it up from here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matplotlib.figure import Figure

from multilevel.figures import (
    caterpillar,
    naive_and_model,
    normality,
    reliability,
    residual_distribution,
    school_mean_distribution,
    score_distribution,
    shrinkage,
    spread,
    variance_split,
    within_schools,
)
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice


@dataclass(frozen=True)
class FigureSpec:
    """How a figure is drawn and what is said about it."""

    draw: Callable[[FigureData, Voice, Layout], Figure]
    caption: Callable[[FigureData, Voice], FigureText]


FIGURES: Mapping[str, FigureSpec] = MappingProxyType(
    {
        module.__name__.rpartition(".")[2]: FigureSpec(module.draw, module.caption)
        for module in (
            variance_split,
            school_mean_distribution,
            score_distribution,
            within_schools,
            residual_distribution,
            naive_and_model,
            caterpillar,
            shrinkage,
            reliability,
            normality,
            spread,
        )
    }
)
