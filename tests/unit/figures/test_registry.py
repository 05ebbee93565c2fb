"""What holds for every figure of the registry, whatever the data."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.figures.conftest import draw_one

from multilevel.figures.captions import FigureTexts
from multilevel.figures.caterpillar import DRAWN
from multilevel.figures.comparison_registry import COMPARISON_FIGURES
from multilevel.figures.data import FigureData
from multilevel.figures.palette import palette, themed
from multilevel.figures.registry import FIGURES, figures_of
from multilevel.figures.stage import Drawn, captions, draw_all, write
from multilevel.figures.style import DESKTOP, LAYOUTS, PAGE, PHONE
from multilevel.figures.text import Voice
from multilevel.records.results import decode
from multilevel.wording.catalogue import Catalogue

LIMIT = 100_000
SVG = "{http://www.w3.org/2000/svg}"
DataOf = Callable[[str], FigureData]


@pytest.mark.parametrize("name", list(FIGURES))
def test_figure_is_drawn_safely_and_small(
    name: str, case_name: str, data_of: DataOf, words: Catalogue, fonts_folder: Path
) -> None:
    for layout in LAYOUTS:
        svg = draw_one(name, data_of(case_name), words, fonts_folder, layout)
        assert len(svg.encode()) < LIMIT, "draw bins or percentiles where groups are many"
        root = ET.fromstring(svg)
        assert root.get("width") == f"{layout.width * 72:g}pt"
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
            "svg", "g", "path", "text", "defs", "clipPath", "rect", "use", "metadata",
        }  # fmt: skip
        styles = " ".join(element.get("style", "") for element in root.iter())
        assert set(re.findall(r"#[0-9a-f]{6}", styles)) <= set(palette.values())
        assert "nan" not in re.sub(r"<text.*?</text>", "", svg)
        for text in root.iter(f"{SVG}text"):
            assert "fill: #" in text.get("style", "")


@pytest.mark.parametrize("name", list(FIGURES))
def test_texts_say_something_for_every_case(
    name: str, case_name: str, data_of: DataOf, words: Catalogue
) -> None:
    data = data_of(case_name)
    said = FIGURES[name].caption(data, Voice.of(words, name, data.results))
    hostile = case_name.startswith("hostile")
    for sentence in (said.title, said.subtitle, said.how_to_read, said.alt):
        assert sentence
        assert "n/a" not in sentence
        assert "nan" not in sentence.lower()
        assert hostile or not re.search(r"[{}]|<[a-z]", sentence)
    for markup in (said.title, said.subtitle, said.how_to_read):
        assert "<script" not in markup
        assert "<b>" not in markup
    assert hostile or len(said.title.split()) <= 15
    assert re.search(r"\d", said.alt)


def test_same_data_gives_same_bytes(data_of: DataOf, words: Catalogue, fonts_folder: Path) -> None:
    data = data_of("lecture")
    said = captions(data, words)
    first = draw_all(data, words, fonts_folder, said, png=True)
    assert first == draw_all(data, words, fonts_folder, said, png=True)
    assert first.svgs == draw_all(data, words, fonts_folder, said).svgs
    assert set(first.pictures) == {f"{name}.png" for name in figures_of(data)}
    assert set(first.svgs) == {
        f"{name}{end}.svg" for name in figures_of(data) for end in ("", "-phone", "-page")
    }


@pytest.mark.parametrize("case", ["lecture", "unequal", "schools_2000"])
def test_ids_never_meet_in_one_page(
    case: str, data_of: DataOf, words: Catalogue, fonts_folder: Path
) -> None:
    data = data_of(case)
    drawn = draw_all(data, words, fonts_folder, captions(data, words)).svgs
    ids = [found for svg in drawn.values() for found in re.findall(r'\sid="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))
    for svg in drawn.values():
        refers = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
        assert refers == set(re.findall(r'\sid="([^"]+)"', svg))
        assert "<style" not in svg
        assert "<!DOCTYPE" not in svg


def told(svg: str) -> tuple[list[float], list[float], list[str]]:
    """Places and words of the marks that a figure has words for."""
    found = ET.fromstring(svg).find(f"{SVG}metadata")
    x, y, said = json.loads(found.text or "") if found is not None else ([], [], [])
    return x, y, said


@pytest.mark.parametrize("name", ["overview", "caterpillar", "spread", "shrinkage"])
def test_single_marks_are_told_at_their_places(
    name: str, data_of: DataOf, words: Catalogue, fonts_folder: Path
) -> None:
    data = data_of("lecture")
    for layout in (DESKTOP, PHONE):
        x, y, said = told(draw_one(name, data, words, fonts_folder, layout))
        assert len(x) == len(y) == len(said) == len(data.groups)
        assert {one.split(":")[0] for one in said} == set(data.groups.group)
        assert min(x) >= 0
        assert max(x) <= 72 * layout.width
    assert told(draw_one(name, data, words, fonts_folder, PAGE)) == ([], [], [])


def test_a_told_place_is_where_the_mark_is_drawn(
    data_of: DataOf, words: Catalogue, fonts_folder: Path
) -> None:
    svg = draw_one("spread", data_of("lecture"), words, fonts_folder, DESKTOP)
    x, y, _ = told(svg)
    drawn = re.findall(r"M([\d.]+) ([\d.]+)h0", svg)
    assert len(drawn) == len(x)
    for place in zip(x, y, strict=True):
        assert min(abs(float(a) - place[0]) + abs(float(b) - place[1]) for a, b in drawn) < 0.2


def test_marks_told_of_are_bounded_and_hostile_names_stay_text(
    data_of: DataOf, words: Catalogue, fonts_folder: Path
) -> None:
    x, _, _ = told(draw_one("spread", data_of("schools_20000"), words, fonts_folder, DESKTOP))
    assert len(x) <= 40
    many = draw_one("caterpillar", data_of("schools_2000"), words, fonts_folder, DESKTOP)
    assert len(told(many)[2]) == DRAWN
    svg = draw_one("caterpillar", data_of("hostile"), words, fonts_folder, DESKTOP)
    assert "<script" not in svg
    assert any("<script>" in one for one in told(svg)[2])
    assert max(len(one) for one in told(svg)[2]) < 120


def test_phone_and_desktop_differ(data_of: DataOf, words: Catalogue, fonts_folder: Path) -> None:
    wide, narrow = (
        draw_one("caterpillar", data_of("lecture"), words, fonts_folder, layout)
        for layout in (DESKTOP, PHONE)
    )
    assert wide != narrow


def test_theming_reaches_every_colour(
    data_of: DataOf, words: Catalogue, fonts_folder: Path
) -> None:
    data = data_of("unequal")
    for svg in draw_all(data, words, fonts_folder, captions(data, words)).svgs.values():
        swapped = themed(svg)
        bare = re.sub(r"var\(--fig-[a-z-]+, #[0-9a-f]{6}\)", "", swapped)
        styles = " ".join(re.findall(r'style="[^"]*"', bare))
        assert not re.search(r"#[0-9a-f]{6}", styles)
        assert not re.search(r'(?:fill|stroke)="#', swapped)


def test_every_sentence_of_the_catalogue_is_used(words: Catalogue) -> None:
    areas = {key.split(".")[1] for key in words.keys_of("figures")}
    assert areas == {*FIGURES, *COMPARISON_FIGURES, "common"}


def test_written_texts_read_back(data_of: DataOf, words: Catalogue, tmp_path: Path) -> None:
    said = captions(data_of("three"), words)
    write(
        tmp_path / "figures",
        tmp_path / "figures.json",
        Drawn({"a.svg": "<svg/>"}, {"a.png": b"PNG"}),
        said,
    )
    assert decode((tmp_path / "figures.json").read_bytes(), FigureTexts) == said
    assert (tmp_path / "figures" / "a.svg").read_text() == "<svg/>"
    assert (tmp_path / "figures" / "a.png").read_bytes() == b"PNG"


def test_a_dataset_without_a_companion_has_no_adjusted_means(
    data_of: DataOf, words: Catalogue, fonts_folder: Path
) -> None:
    data = replace(data_of("lecture"), adjusted=None)
    said = captions(data, words)
    assert set(said.figures) == {*FIGURES} - {"adjusted_means", "funnel"}
    assert "adjusted_means.svg" not in draw_all(data, words, fonts_folder, said).svgs
