"""The invented country's files: made again, laid out as a real one's, true to their country."""

import json
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

FOLDER = Path(__file__).parents[3] / "data" / "ostrana"


@pytest.fixture(scope="module")
def students() -> pd.DataFrame:
    return pyreadstat.read_sav(FOLDER / "bsgostm8.sav")[0]


def test_script_makes_the_same_files(tmp_path):
    runpy.run_path(str(FOLDER / "make.py"))["main"](tmp_path)
    for name in ("bsgostm8.sav", "bcgostm8.sav"):
        (new, meta), (old, known) = (
            pyreadstat.read_sav(folder / name, user_missing=True) for folder in (tmp_path, FOLDER)
        )
        pd.testing.assert_frame_equal(new, old)
        assert meta.missing_ranges == known.missing_ranges
        assert meta.column_labels == known.column_labels
        assert meta.variable_value_labels == known.variable_value_labels
    name = "population.json"
    assert json.loads((tmp_path / name).read_text()) == json.loads((FOLDER / name).read_text())


def test_files_are_small():
    assert sum(file.stat().st_size for file in FOLDER.glob("*.sav")) < 400_000


def test_weights_are_the_products_of_their_factors(students):
    factors = [f"WGT{kind}{stage}" for stage in (1, 2, 3) for kind in ("FAC", "ADJ")]
    np.testing.assert_allclose(students[factors].prod(axis=1), students["TOTWGT"], atol=1e-6)
    assert (students[factors] >= 1).all(axis=None)
    assert students["HOUWGT"].sum() == pytest.approx(len(students), abs=1e-2)
    assert students["SENWGT"].sum() == pytest.approx(500, abs=1e-2)
    truth = json.loads((FOLDER / "population.json").read_text())
    assert students["TOTWGT"].sum() == pytest.approx(truth["students"], rel=0.02)


def test_school_weight_is_in_the_school_file(students):
    schools = pyreadstat.read_sav(FOLDER / "bcgostm8.sav")[0].set_index("IDSCHOOL")["SCHWGT"]
    product = students["WGTFAC1"] * students["WGTADJ1"]
    np.testing.assert_allclose(students["IDSCHOOL"].map(schools), product, atol=1e-5)


def test_each_zone_has_two_halves_of_one_school_each(students):
    halves = students.groupby("JKZONE")["JKREP"].unique()
    assert all(sorted(found) == [0, 1] for found in halves)
    assert (students.groupby(["JKZONE", "JKREP"])["IDSCHOOL"].nunique() == 1).all()


def test_codes_for_missing_are_declared():
    raw, meta = pyreadstat.read_sav(FOLDER / "bsgostm8.sav", user_missing=True)
    assert (raw["BSMMAT01"] == 999_999).sum() == 6
    assert meta.missing_ranges["BSMMAT01"] == [{"lo": 999_999.0, "hi": 999_999.0}]
