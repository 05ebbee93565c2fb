"""The tops of a report and of the index, pixel by pixel but for the smoothing of edges."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.xdist_group("browser")
GOLDEN = Path(__file__).parents[1] / "golden" / "pages"
# Two versions of a browser smooth letters differently: a few levels at many pixels, more at few.
LEVELS, SHARE = 48, 0.002


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "width"), [("sample", 1280), ("sample", 375), ("index", 1280)])
def test_the_top_of_the_page(
    name: str,
    width: int,
    scheme: str,
    pages: Mapping[str, Path],
    open_page: Any,
    request: pytest.FixtureRequest,
) -> None:
    page = open_page(pages[name], width=width, color_scheme=scheme).page
    page.evaluate("document.fonts.ready")
    seen = page.screenshot(animations="disabled")
    file = GOLDEN / f"{name}-{width}-{scheme}.png"
    if request.config.getoption("--update-golden"):
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.open(io.BytesIO(seen)).convert("P", palette=Image.Palette.ADAPTIVE).save(
            file, optimize=True
        )
    assert file.exists(), f"no golden page {file.name}: make it by --update-golden"
    assert differing(pixels(seen), pixels(file.read_bytes())) <= SHARE


def test_a_word_more_is_a_difference(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["sample"]).page
    before = pixels(page.screenshot(animations="disabled"))
    page.evaluate("document.querySelector('h1').append(' Not.')")
    assert differing(before, pixels(page.screenshot(animations="disabled"))) > 0
    page.evaluate("document.querySelector('.kicker').remove()")
    assert differing(before, pixels(page.screenshot(animations="disabled"))) > SHARE


def pixels(png: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.int16)


def differing(one: Any, other: Any) -> float:
    """Share of pixels that differ by more than smoothing does."""
    assert one.shape == other.shape
    return float(np.mean(np.abs(one - other).max(axis=2) > LEVELS))
