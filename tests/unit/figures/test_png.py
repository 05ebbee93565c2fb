"""The figures as pictures for slides."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from multilevel.figures.data import FigureData
from multilevel.figures.palette import BETWEEN, PAPER
from multilevel.figures.png import recoloured_png, wrapped
from multilevel.figures.registry import FIGURES
from multilevel.figures.stage import captions, draw_all
from multilevel.figures.style import BOLD
from multilevel.figures.text import text_width
from multilevel.wording.catalogue import Catalogue

LARGEST = 150_000
DataOf = Callable[[str], FigureData]


@pytest.fixture(scope="module")
def pictures(data_of: DataOf, words: Catalogue, fonts_folder: Path) -> dict[str, bytes]:
    data = data_of("lecture")
    return draw_all(data, words, fonts_folder, captions(data, words), png=True).pictures


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_every_figure_fills_a_slide_in_few_bytes(pictures: dict[str, bytes]) -> None:
    # Schools of one size have no funnel.
    assert set(pictures) == {f"{name}.png" for name in FIGURES if name != "funnel"}
    for png in pictures.values():
        picture = Image.open(io.BytesIO(png))
        assert 1_600 <= picture.width <= 1_920
        assert picture.info["dpi"][0] == pytest.approx(220, abs=1)
        assert len(png) < LARGEST
        assert picture.convert("RGB").getpixel((2, 2)) == Image.new("RGB", (1, 1), PAPER).getpixel(
            (0, 0)
        )


def test_dots_are_drawn(pictures: dict[str, bytes]) -> None:
    """They are lines of no length, which one renderer leaves out."""
    pixels = np.asarray(opened(pictures["shrinkage.png"])).astype(int)
    blue = np.abs(pixels - np.array(Image.new("RGB", (1, 1), BETWEEN).getpixel((0, 0)))).sum(axis=2)
    rows = (blue < 24).sum(axis=1)
    # Twenty dots of 5 points: far more blue in their rows than any letter of the labels has.
    assert rows.max() > 100


def test_hostile_labels_are_drawn(data_of: DataOf, words: Catalogue, fonts_folder: Path) -> None:
    data = data_of("hostile")
    drawn = draw_all(data, words, fonts_folder, captions(data, words), png=True).pictures
    assert {opened(png).width for png in drawn.values()} == {opened(drawn["spread.png"]).width}


def test_titles_take_two_lines_at_most() -> None:
    assert wrapped("One line", 7.2, 11.5, BOLD) == ("One line",)
    lines = wrapped("word " * 60, 7.2, 11.5, BOLD)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(text_width(line, 11.5, BOLD) <= 7.2 for line in lines)


def test_a_picture_in_a_publisher_s_colours_differs_in_these_alone(
    pictures: dict[str, bytes],
) -> None:
    usual, own = (
        pictures["shrinkage.png"],
        recoloured_png(pictures["shrinkage.png"], {"between": "#7a0019", "above": "#550011"}),
    )
    before, after = (np.asarray(opened(png)).reshape(-1, 3) for png in (usual, own))
    blue, red = ((0x14, 0x61, 0x9F), (0x7A, 0x00, 0x19))
    assert ((before == blue).all(axis=1) == (after == red).all(axis=1)).all()
    assert (before == blue).all(axis=1).any()
    assert not (after == blue).all(axis=1).any()
    muted = (before == (0x51, 0x60, 0x6E)).all(axis=1)
    assert muted.any()
    assert (before[muted] == after[muted]).all()
    assert recoloured_png(usual, {}) == usual
