"""Observed and adjusted means on paper: no taller than paper has room for beside the text."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.figures.conftest import draw_one

from multilevel.figures.data import FigureData
from multilevel.figures.style import DESKTOP, PAGE
from multilevel.wording.catalogue import Catalogue

TALLEST = 3.0 * 72


@pytest.mark.parametrize("case", ["two", "lecture", "singletons", "forty", "unequal"])
def test_it_leaves_room_on_paper(
    case: str, data_of: Callable[[str], FigureData], words: Catalogue, fonts_folder: Path
) -> None:
    svg = draw_one("adjusted_means", data_of(case), words, fonts_folder, PAGE)
    assert float(re.search(r'height="([\d.]+)pt"', svg)[1]) <= TALLEST


def test_screens_have_the_names_of_forty_groups(
    data_of: Callable[[str], FigureData], words: Catalogue, fonts_folder: Path
) -> None:
    svg = draw_one("adjusted_means", data_of("forty"), words, fonts_folder, DESKTOP)
    assert svg.count(">51") >= 39
