"""No words outside a figure, none over others."""

import warnings
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from multilevel.figures.data import FigureData
from multilevel.figures.registry import FIGURES
from multilevel.figures.style import LAYOUTS, register_fonts, settings
from multilevel.figures.text import Voice
from multilevel.wording.catalogue import Catalogue

SLACK = 1.5  # points by which boxes may meet: they include room for descenders
FINE = 3
CASES = (
    "lecture",
    "three",
    "two",
    "unequal",
    "singletons",
    "icc_huge",
    "boundary_unequal",
    "small_scale",
    "large_scale",
    "hostile",
    "hostile_many",
    "schools_2000",
)


def text_boxes(figure: Figure) -> Iterator[tuple[str, Bbox]]:
    """Of all words, in points; measured finely, lest hinting widens them."""
    figure.set_dpi(72 * FINE)
    canvas = FigureCanvasAgg(figure)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        canvas.draw()
        for text in figure.findobj(Text):
            if isinstance(text, Text) and text.get_visible() and text.get_text().strip():
                box = text.get_window_extent(canvas.get_renderer())
                if text.axes is None or text.axes.axison or text in text.axes.texts:
                    yield text.get_text(), Bbox(box.get_points() / FINE)


@pytest.mark.parametrize("case_name", CASES)
@pytest.mark.parametrize("name", list(FIGURES))
def test_words_are_whole_and_apart(
    name: str,
    case_name: str,
    data_of: Callable[[str], FigureData],
    words: Catalogue,
    fonts_folder: Path,
) -> None:
    data = data_of(case_name)
    for layout in LAYOUTS:
        with settings(register_fonts(fonts_folder), "layout"):
            voice = Voice.of(words, name, data.results)
            figure = FIGURES[name].draw(data, voice, layout)
            boxes = list(text_boxes(figure))
        width, height = figure.get_size_inches() * 72
        for text, box in boxes:
            assert box.x0 >= -SLACK, (layout.name, text)
            assert box.x1 <= width + SLACK, (layout.name, text)
            assert box.y0 >= -SLACK, (layout.name, text)
            assert box.y1 <= height + SLACK, (layout.name, text)
        for (text, box), (other_text, other) in combinations(boxes, 2):
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            up = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert across <= SLACK or up <= SLACK, (layout.name, text, other_text)
