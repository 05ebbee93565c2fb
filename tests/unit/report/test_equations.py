import re
import subprocess
import sys
from string import Formatter, Template
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from multilevel.report.blocks import Equation
from multilevel.report.equations import equation, equation_svg, mathml
from multilevel.wording.catalogue import Catalogue

# For the places of each equation in the catalogue; the others have none.
NUMBERS: dict[str, dict[str, str]] = {
    "mean_over_members": {"value": "538.98", "n": "600"},
    "mean_over_groups": {"value": "538.98", "n": "20"},
    "naive_variance": {"value": "5,393.40"},
    "error_variance": {"sigma2": "4,994", "n": "30", "value": "166.5"},
    "tau00_from_naive": {"variance": "5,393", "error": "166.5", "value": "5,226.5"},
    "reliability_value": {"tau00": "5,227", "error": "166.5", "value": "0.97"},
    "icc_value": {"tau00": "5,227", "sigma2": "4,994", "value": "0.51"},
    "design_effect_value": {"icc": "0.51", "n_mean": "30", "value": "15.8"},
}
NAMES = (
    "level_1",
    "level_2",
    "combined",
    "observed_variance",
    "reliability",
    "standard_error",
    "eb_mean",
    *NUMBERS,
)


@pytest.fixture(scope="module")
def built(pages: Any) -> dict[str, Equation]:
    return {name: equation(pages.words, name, **NUMBERS.get(name, {})) for name in NAMES}


def test_every_equation_of_the_catalogue_is_tried(pages: Any) -> None:
    keys = pages.words.keys_of("equation")
    assert keys == tuple(
        sorted(f"equation.{name}.{part}" for name in NAMES for part in ("latex", "spoken"))
    )


@pytest.mark.parametrize("name", NAMES)
def test_is_wellformed_spoken_and_drawn(name: str, built: dict[str, Equation]) -> None:
    one = built[name]
    tree = ET.fromstring(mathml(one.latex))
    assert tree.tag.endswith("math")
    assert len(one.spoken) > 10
    assert "{" not in one.spoken
    assert "$" not in one.latex
    numbers = [n.text for n in tree.findall(".//{*}mn") if len(n.text or "") > 2]
    spoken = one.spoken.replace("-", "−")
    assert all(text in spoken for text in numbers if text)
    drawn = equation_svg(one.latex)
    assert drawn.count("<path") > 8
    assert 'fill="currentColor"' in drawn
    assert "black" not in drawn
    # Inline in a page: no ids that could meet others, no style attribute that its policy forbids.
    assert not re.search(r'\s(id|style|class)="', drawn)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_seen_and_what_is_heard_have_the_same_numbers(name: str, pages: Any) -> None:
    latex, spoken = (pages.words.raw(f"equation.{name}.{part}") for part in ("latex", "spoken"))
    said = {place for _, place, _, _ in Formatter().parse(spoken) if place is not None}
    assert set(Template(latex).get_identifiers()) == said == set(NUMBERS.get(name, {}))


@pytest.mark.parametrize("name", NAMES)
def test_fits_a_phone_at_two_thirds_of_its_size(name: str, built: dict[str, Equation]) -> None:
    width = float(ET.fromstring(equation_svg(built[name].latex)).attrib["width"])
    assert width < 284 * 3 / 2


def test_for_paper_it_is_smaller_and_of_one_colour(built: dict[str, Equation]) -> None:
    latex = built["icc_value"].latex
    screen, paper = (
        ET.fromstring(svg) for svg in (equation_svg(latex), equation_svg(latex, "#17222d", 13.0))
    )
    for side in ("width", "height"):
        assert float(paper.attrib[side]) == pytest.approx(
            float(screen.attrib[side]) * 13 / 19, abs=0.006
        )
    assert {ink.get("fill") for ink in paper.iter() if ink is not paper} == {"#17222d"}


def test_drawing_gives_the_same_bytes_in_another_process(built: dict[str, Equation]) -> None:
    latex = built["reliability_value"].latex
    program = (
        "import sys; from multilevel.report.equations import equation_svg;"
        "sys.stdout.buffer.write(equation_svg(sys.argv[1]).encode())"
    )
    paths = [path for path in sys.path if path.endswith("scripts")]
    done = subprocess.run(
        [sys.executable, "-c", program, latex],
        capture_output=True,
        check=True,
        env={"PYTHONPATH": ":".join(paths), "PYTHONHASHSEED": "7"},
    )
    assert done.stdout.decode() == equation_svg(latex)


def test_numbers_keep_their_separators_and_signs() -> None:
    words = Catalogue({"equation.a.latex": r"\frac{$x}{$y}", "equation.a.spoken": "{x} over {y}"})
    one = equation(words, "a", x="-5,227.0", y="1.2e-10")
    numbers = [n.text for n in ET.fromstring(mathml(one.latex)).findall(".//{*}mn")]
    assert numbers == ["−5,227.0", "1.2e−10"]
    assert one.spoken == "-5,227.0 over 1.2e-10"
    with pytest.raises(KeyError):
        equation(words, "a", x="1")


def test_symbols_are_plain_when_stripped(pages: Any) -> None:
    assert pages.words.plain("symbol.gamma00") == "γ00"
    assert pages.words.plain("symbol.ybar_j").endswith(".j")
