"""A page with a companion on phones: long names of columns and values, and tables of models."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.helpers.building import PAGE_ONLY, Built, build, dataset_of

pytestmark = pytest.mark.xdist_group("browser")
LONG = "home_possessions_and_educational_resources_of_the_family"
LABEL = "Never, or once or twice in the whole of the last school year"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder, random = tmp_path_factory.mktemp("companion"), np.random.default_rng(2)
    school = np.repeat(np.arange(30), 12)
    n = len(school)
    x, often = random.normal(size=n), random.choice([LABEL, "O" * 55, "Often"], n)
    score = 500 + 20 * random.normal(size=30)[school] + 30 * x + 50 * random.normal(size=n)
    frame = pd.DataFrame({"school": school, "score": score, LONG: x, "often": often})
    frame.to_csv(folder / "a.csv", index=False)
    dataset = dataset_of(folder / "a.csv", bootstrap=0, companion={"member": [LONG, "often"]})
    return build(dataset, folder / "out", choices=PAGE_ONLY)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 360, 320])
def test_nothing_is_wider_than_the_screen(
    width: int, scheme: str, built: Built, open_page: Any
) -> None:
    file: Path = built.folder / "report.html"
    page = open_page(file, width=width, color_scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.locator("#companion").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == width
