"""The figures of a comparison, by name, in the order of its report."""

from collections.abc import Mapping
from types import MappingProxyType

from multilevel.figures import benchmark_exhibit, score_exhibit, trends, variance_parts
from multilevel.figures.comparison_data import ComparisonFigure

COMPARISON_FIGURES: Mapping[str, ComparisonFigure] = MappingProxyType(
    {
        module.__name__.rpartition(".")[2]: ComparisonFigure(
            module.draw, module.caption, module.applies
        )
        for module in (variance_parts, score_exhibit, benchmark_exhibit, trends)
    }
)
