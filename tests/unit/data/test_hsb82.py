from pathlib import Path

import pandas as pd
import pytest

ORACLE = Path(__file__).parents[2] / "oracle" / "data" / "hsb82.csv"


@pytest.fixture(scope="module")
def table(data: Path) -> pd.DataFrame:
    return pd.read_csv(data / "hsb82" / "hsb82.csv")


def test_size_as_published(table: pd.DataFrame) -> None:
    sizes = table.groupby("school").size()
    assert (len(table), len(sizes), sizes.min(), sizes.max()) == (7185, 160, 14, 67)
    assert not table.isna().any(axis=None)


def test_scores_and_schools_are_the_oracles(table: pd.DataFrame) -> None:
    oracle = pd.read_csv(ORACLE)
    assert table["school"].tolist() == oracle["group"].tolist()
    assert table["mathach"].tolist() == oracle["y"].tolist()


def test_school_level_columns_are_constant_within_schools(table: pd.DataFrame) -> None:
    columns = ["size", "sector", "pracad", "disclim", "himinty", "meanses"]
    schools = table.groupby("school")[columns]
    assert (schools.nunique() == 1).all(axis=None)
    assert schools.first()["sector"].value_counts().to_dict() == {"Public": 90, "Catholic": 70}


def test_mean_ses_belongs_to_its_school(table: pd.DataFrame) -> None:
    # Published with the extract, to three decimals and from slightly other students.
    own = table.groupby("school")["ses"].transform("mean")
    assert (own - table["meanses"]).abs().max() < 0.01


def test_indicators(table: pd.DataFrame) -> None:
    for column in ("minority", "female", "himinty"):
        assert set(table[column]) == {0, 1}
    assert (table["minority"].sum(), table["female"].sum()) == (1974, 3795)
