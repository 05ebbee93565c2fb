import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pypdfium2
import pytest
import yaml
from weasyprint import CSS, HTML

from multilevel.report.blocks import Equation
from multilevel.report.equation_svg import equation_svg, shared_symbols, without_symbols
from multilevel.report.equations import SYMBOLS, Equations
from multilevel.report.mathml import frac, math, number, piece, row, sub
from multilevel.report.pdf import Bundle

Build = Callable[[Equations], Equation]

BUILDS: dict[str, Build] = {
    "level_1": lambda e: e.level_1(),
    "level_2": lambda e: e.level_2(),
    "combined": lambda e: e.combined(),
    "gamma00": lambda e: e.gamma00("538.979"),
    "tau00": lambda e: e.tau00("72.298", "5,227"),
    "sigma2": lambda e: e.sigma2("70.666", "4,994"),
    "mean_over_members": lambda e: e.mean_over_members("538.98", "600"),
    "mean_over_groups": lambda e: e.mean_over_groups("538.98", "20"),
    "naive_variance": lambda e: e.naive_variance("5,393.40"),
    "observed_variance": lambda e: e.observed_variance(),
    "error_variance": lambda e: e.error_variance("4,994", "30", "166.5"),
    "standard_error": lambda e: e.standard_error(),
    "standard_error_value": lambda e: e.standard_error("4,994", "30", "12.9"),
    "tau00_from_naive": lambda e: e.tau00_from_naive("5,393", "166.5", "5,226.5"),
    "decomposition": lambda e: e.decomposition("5,393", "5,227", "166.5"),
    "decomposition_residual": lambda e: e.decomposition("5,393", "5,227", "169.5", "-3.0"),
    "reliability": lambda e: e.reliability(),
    "reliability_value": lambda e: e.reliability("5,227", "166.5", "0.97"),
    "icc": lambda e: e.icc(),
    "icc_value": lambda e: e.icc("5,227", "4,994", "0.51"),
    "design_effect": lambda e: e.design_effect(),
    "design_effect_value": lambda e: e.design_effect("0.51", "30", "15.8"),
    "eb_mean": lambda e: e.eb_mean(),
    "eb_mean_value": lambda e: e.eb_mean("0.97", "370.68", "538.98", "375.8"),
}


@pytest.fixture(scope="module")
def built(pages: Any) -> dict[str, Equation]:
    return {name: build(Equations(pages.words)) for name, build in BUILDS.items()}


def test_every_equation_of_the_catalogue_is_tried(pages: Any) -> None:
    file = pages.templates / "text" / "en" / "equations.yaml"
    assert set(yaml.safe_load(file.read_text(encoding="utf-8"))["equation"]) == set(BUILDS)


@pytest.mark.parametrize("name", BUILDS)
def test_is_wellformed_spoken_and_drawn(name: str, built: dict[str, Equation]) -> None:
    equation = built[name]
    tree = ET.fromstring(equation.mathml)
    assert tree.tag.endswith("math")
    assert len(equation.spoken) > 10
    assert "{" not in equation.spoken
    numbers = [n.text for n in tree.iter("{*}mn") if len(n.text or "") > 2]
    spoken = equation.spoken.replace("-", "−")
    assert all(text in spoken for text in numbers if text)
    drawn = equation_svg(str(equation.mathml))
    used = set(re.findall(r'<use href="#(\w+)"', drawn))
    assert used == set(re.findall(r'<symbol id="(\w+)"', drawn))
    assert 'fill="currentColor"' in drawn
    assert "black" not in drawn


@pytest.mark.parametrize("name", BUILDS)
def test_fits_a_phone_at_two_thirds_of_its_size(name: str, built: dict[str, Equation]) -> None:
    width = float(ET.fromstring(equation_svg(str(built[name].mathml))).attrib["width"])
    assert width < 284 * 3 / 2


def test_shared_glyphs_lose_nothing(built: dict[str, Equation]) -> None:
    drawn = tuple(equation_svg(str(equation.mathml)) for equation in built.values())
    sheet, lean = shared_symbols(drawn)
    glyphs = re.findall(r'<symbol id="(\w+)"', sheet)
    assert len(glyphs) == len(set(glyphs))
    for before, after in zip(drawn, lean, strict=True):
        assert "<symbol" not in after
        assert before.count("<use") == after.count("<use")
        assert set(re.findall(r'<use href="#(\w+)"', after)) <= set(glyphs)
    ET.fromstring(sheet)
    assert shared_symbols(()) == ("", ())


def picture(svgs: list[str]) -> np.ndarray:
    """Greys of a page with graphics below each other."""
    images = {f"bundle:{n}": (svg.encode(), "image/svg+xml") for n, svg in enumerate(svgs)}
    html = "".join(f'<p><img src="{url}" alt="">' for url in images)
    sheet = CSS(string="@page { size: 500px 6000px; margin: 9px }")
    drawn = HTML(string=html, url_fetcher=Bundle(images)).write_pdf(stylesheets=[sheet])
    with pypdfium2.PdfDocument(drawn) as document:
        return np.asarray(document[0].render(scale=1.0).to_pil().convert("L"), dtype=int)


def test_glyphs_in_their_places_look_the_same(built: dict[str, Equation]) -> None:
    svgs = [equation_svg(str(one.mathml), "#17222d") for one in built.values()]
    placed = [without_symbols(svg) for svg in svgs]
    assert not any("<use" in svg or "<symbol" in svg for svg in placed)
    shared, alone = picture(svgs), picture(placed)
    assert (shared < 100).sum() > 5_000
    assert np.abs(shared - alone).max() <= 10


def test_drawing_gives_the_same_bytes_in_another_process(built: dict[str, Equation]) -> None:
    mathml = str(built["reliability_value"].mathml)
    program = (
        "import sys; from multilevel.report.equation_svg import equation_svg;"
        "sys.stdout.buffer.write(equation_svg(sys.argv[1]).encode())"
    )
    paths = [path for path in sys.path if path.endswith("scripts")]
    done = subprocess.run(
        [sys.executable, "-c", program, mathml],
        capture_output=True,
        check=True,
        env={"PYTHONPATH": ":".join(paths), "PYTHONHASHSEED": "7"},
    )
    assert done.stdout.decode() == equation_svg(mathml)


def test_numbers_and_signs() -> None:
    assert number("-3.1") == "<mn>−3.1</mn>"
    assert piece("<") == "<mi>&lt;</mi>"
    assert piece("-") == "<mo>−</mo>"
    assert sub("Y", "i", "j") == "<msub><mi>Y</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>"
    assert frac("1", row("n", "+", "2")).count("<mn>") == 2
    assert "&lt;script" in math("<script>")


def test_a_negative_rest_is_subtracted(built: dict[str, Equation]) -> None:
    assert "<mo>−</mo><mn>3.0</mn>" in built["decomposition_residual"].mathml


def test_symbols_are_plain_when_stripped() -> None:
    assert SYMBOLS["gamma00"].striptags() == "γ00"
    assert SYMBOLS["ybar_j"].striptags().endswith(".j")
    assert all(ET.fromstring(symbol) is not None for symbol in SYMBOLS.values())
