"""The invented region: made again byte for byte, and as awkward as its README says."""

import unicodedata
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

FILE = "valdoria-reading.csv"


@pytest.fixture(scope="module")
def table(data: Path) -> pd.DataFrame:
    return pd.read_csv(data / "district" / FILE, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def complete(table: pd.DataFrame) -> pd.DataFrame:
    kept = table[(table["school"] != "") & ~table["reading"].isin(["", "NA"])]
    return kept.astype({"reading": float})


def test_script_makes_the_file_byte_for_byte(
    script: Callable[[str], ModuleType], data: Path, tmp_path: Path
) -> None:
    made = script("district").main(tmp_path)
    assert made.name == FILE
    assert made.read_bytes() == (data / "district" / FILE).read_bytes()


def test_counts_are_those_of_the_readme(table: pd.DataFrame, data: Path) -> None:
    sizes = table[table["school"] != ""].groupby("school").size()
    assert table["student"].is_unique
    assert (len(table), len(sizes)) == (6747, 340)
    assert (sizes.min(), sizes.max()) == (1, 60)
    singletons = int((sizes == 1).sum())
    empty, na = (int((table["reading"] == text).sum()) for text in ("", "NA"))
    nowhere = int((table["school"] == "").sum())
    readme = " ".join((data / "district" / "README.md").read_text(encoding="utf-8").split())
    assert f"{singletons} of them with one" in readme
    assert f"{empty + na} scores missing, as an empty cell ({empty}) or as NA ({na})" in readme
    assert f"and {nowhere} school names missing" in readme


def test_names_are_awkward_but_clean(table: pd.DataFrame) -> None:
    names = sorted(set(table["school"]) - {""})
    for mark in ("é", "ç", "ñ", "ã", "'", '"', ",", " "):
        assert any(mark in name for name in names), mark
    assert all(name == unicodedata.normalize("NFC", name.strip()) for name in names)


def test_schools_are_not_contiguous(table: pd.DataFrame) -> None:
    changes = int((table["school"] != table["school"].shift()).sum())
    assert changes > 0.9 * len(table)


def test_scores_are_plausible(complete: pd.DataFrame) -> None:
    assert complete["reading"].between(0, 500).all()


def test_icc_is_about_18_percent(complete: pd.DataFrame) -> None:
    schools = complete.groupby("school")["reading"]
    sizes, means = schools.size(), schools.mean()
    n, j = len(complete), len(sizes)
    msb = float((sizes * (means - complete["reading"].mean()) ** 2).sum()) / (j - 1)
    msw = float(((complete["reading"] - schools.transform("mean")) ** 2).sum()) / (n - j)
    n0 = (n - float((sizes**2).sum()) / n) / (j - 1)
    tau00 = (msb - msw) / n0
    assert tau00 / (tau00 + msw) == pytest.approx(0.18, abs=0.02)


def test_residuals_have_a_mildly_longer_lower_tail(complete: pd.DataFrame) -> None:
    schools = complete.groupby("school")["reading"]
    residuals = (complete["reading"] - schools.transform("mean"))[schools.transform("size") > 10]
    assert -0.6 < float(residuals.skew()) < -0.15


def test_four_schools_are_outlying(complete: pd.DataFrame) -> None:
    schools = complete.groupby("school")["reading"]
    effects = (schools.mean() - 300)[schools.size() >= 20]
    # The others' observed effects have an SD of at most 22: the square root of 19.5^2 + 45.5^2/20.
    outlying = effects[effects.abs() > 65]
    assert ((outlying > 0).sum(), (outlying < 0).sum()) == (2, 2)
