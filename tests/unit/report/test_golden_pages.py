"""Pages and figures as they looked when somebody last looked at them.

Drawn from made-up content, so that they change with the design and not with each sentence.
Rewritten only by `--update-golden`; look at the new pictures before committing them.
"""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from tests.unit.figures.conftest import CASES, figure_data

from multilevel.figures.stage import captions, draw_all
from multilevel.report.attachments import Enclosure
from multilevel.report.pdf import render_pdf

Compare = Callable[[str, Image.Image], None]
FIGURES = ("caterpillar", "school_mean_distribution", "spread")


@pytest.mark.xdist_group("pdf")
def test_pages(pages: Any, looks_like_golden: Compare) -> None:
    drawn = render_pdf(
        pages.make(),
        pages.figures,
        pages.templates,
        pages.words,
        data_sha256="619dcd663132" * 5,
        produced=date(2026, 11, 23),
        enclosures=(Enclosure((), "Attached to this PDF: nothing."),),
    )
    with pypdfium2.PdfDocument(drawn) as document:
        for number in range(3):
            picture = document[number].render(scale=1.0).to_pil()
            looks_like_golden(f"pages/sample-{number + 1}.png", picture)


def test_figures(pages: Any, looks_like_golden: Compare) -> None:
    data = figure_data(CASES["lecture"])
    folder: Path = pages.templates / "fonts"
    drawn = draw_all(data, pages.words, folder, captions(data, pages.words), png=True).pictures
    for name in FIGURES:
        picture = Image.open(io.BytesIO(drawn[f"{name}.png"])).convert("L")
        looks_like_golden(f"pages/{name}.png", picture.reduce(2))


def test_a_moved_word_is_seen(looks_like_golden: Compare, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        pytest.skip("nothing may be compared while golden pictures are rewritten")
    with Image.open(Path(__file__).parents[2] / "golden" / "pages" / "sample-1.png") as golden:
        moved = Image.fromarray(np.roll(np.asarray(golden.convert("L")), 3, axis=1))
    with pytest.raises(AssertionError, match="looks different"):
        looks_like_golden("pages/sample-1.png", moved)
