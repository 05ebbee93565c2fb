"""The figures of a comparison at all widths, and the texts around them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from multilevel.comparisons.context import score_format
from multilevel.figures.captions import FigureText
from multilevel.figures.comparison_registry import COMPARISON_FIGURES
from multilevel.figures.png import to_png
from multilevel.figures.style import DESKTOP, LAYOUTS, register_fonts, settings
from multilevel.figures.svg import to_svg
from multilevel.figures.text import Voice
from multilevel.records.comparison import Comparison
from multilevel.records.results import Results
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.quoting import one_line

LONGEST_TITLE = 100


@dataclass(frozen=True)
class Drawings:
    """Texts by figure; SVGs by figure and width; PNGs, where asked for, by figure."""

    texts: dict[str, FigureText]
    svgs: dict[str, str]
    pictures: dict[str, bytes]


def draw(
    comparison: Comparison,
    results: Sequence[Results],
    words: Catalogue,
    fonts: Path,
    *,
    png: bool = False,
) -> Drawings:
    """Every figure that applies; none of a comparison that was refused.

    Parameters
    ----------
    results
        Of the datasets, the first of which lends its words and decimals.
    fonts
        The folder of the bundled fonts.
    png
        Whether PNGs are asked for.
    """
    drawings = Drawings({}, {}, {})
    if comparison.status == "refused":
        return drawings
    family, score = register_fonts(fonts), score_format(comparison, results)
    for name, figure in COMPARISON_FIGURES.items():
        if not figure.applies(comparison):
            continue
        voice = replace(Voice.of(words, name, results[0]), score=score)
        text = drawings.texts[name] = figure.caption(comparison, voice)
        for layout in LAYOUTS:
            key = name if layout is DESKTOP else f"{name}-{layout.name}"
            with settings(family, salt=f"{key}.svg"):
                drawn = figure.draw(comparison, voice, layout)
                drawings.svgs[key] = to_svg(drawn)
                if png and layout is DESKTOP:
                    source = one_line(comparison.title, LONGEST_TITLE)
                    drawings.pictures[name] = to_png(drawn, text, source, layout)
    return drawings
