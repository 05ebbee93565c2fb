"""Rows that stand again where no id of members tells: said, and not where chance explains it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.ingest.checks.test_rows import Frame, found, of
from tests.unit.ingest.test_kinds import FORMATS


def table(seed: int, *, schools: int = 20, each: int = 25, kind: str = "decimals") -> Frame:
    """Students of schools without an id, with scores of many values or few."""
    chance = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), each)
    score = 500 + 40 * chance.normal(size=schools)[school] + 60 * chance.normal(size=len(school))
    scores = {
        "decimals": score.round(1),
        "whole": (score / 10).round(),
        "passed": (score > 520).astype(int),
        "levels": np.clip(((score - 350) / 60).round(), 1, 6),
    }
    return Frame({"school": school + 1, "score": scores[kind]})


@pytest.mark.parametrize(("kind", "n"), [("decimals", 12), ("whole", 60), ("passed", 200)])
@pytest.mark.parametrize("ending", [".csv", ".parquet", ".sav", ".xlsx"])
def test_a_block_that_stands_again(kind: str, n: int, ending: str, tmp_path: Path) -> None:
    frame = table(1, kind=kind).assign(sex=np.arange(500) * 7919 % 2)
    again = pd.concat([frame, frame.iloc[100 : 100 + n]], ignore_index=True)
    FORMATS[ending](tmp_path / f"a{ending}", again)
    caution = found(tmp_path / f"a{ending}")["repeated_rows"]
    assert (caution.values["case"], caution.values["n"]) == ("block", n)
    # Rows that differ elsewhere are other rows.
    other = again.assign(sex=[*frame["sex"], *(1 - frame["sex"][100 : 100 + n])])
    FORMATS[ending](tmp_path / f"a{ending}", other)
    assert "repeated_rows" not in found(tmp_path / f"a{ending}")


def test_a_block_of_a_large_table_stands_again(tmp_path: Path) -> None:
    frame = table(2, schools=3_000)
    again = pd.concat([frame, frame.iloc[1000:6000]], ignore_index=True)
    assert of(again, tmp_path)["repeated_rows"].values["n"] == 5000
    assert "repeated_rows" not in of(frame, tmp_path)


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("order", ["school", "school, score", "any"])
def test_ordinary_tables_have_no_blocks(seed: int, order: str, tmp_path: Path) -> None:
    """Whatever their scores and order, though the same scores recur in schools by chance."""
    kind = ("decimals", "whole", "passed", "levels")[seed % 4]
    frame = table(seed, kind=kind, schools=5 + seed, each=10 + 4 * seed)
    if order == "any":
        frame = frame.sample(frac=1, random_state=seed)
    elif order == "school, score":
        frame = frame.sort_values(["school", "score"])
    assert not {"repeated_rows", "several_occasions", "several_grades"} & set(of(frame, tmp_path))


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("year", [2021, 2022, 2023], "several_occasions"),
        ("Schuljahr", ["2021/22", "2022/23"], "several_occasions"),
        ("wave", [1, 2], "several_occasions"),
        ("subject", ["math", "reading"], "several_occasions"),
        ("Fach", ["Mathematik", "Deutsch"], "several_occasions"),
        ("year", [7, 8, 9], "several_grades"),
        ("grade", ["Grade 4", "Grade 8"], "several_grades"),
    ],
)
def test_the_same_schools_at_several_occasions(
    name: str, values: list[object], code: str, tmp_path: Path
) -> None:
    frame = pd.concat([table(k).assign(**{name: one}) for k, one in enumerate(values)])
    finding = of(frame, tmp_path)[code]
    assert (finding.columns, finding.values["n"]) == ((name,), len(values))
    last = str(values[-1])
    assert finding.values["value"] == last
    where = f"{name} = '{last}'" if isinstance(values[-1], str) else f"{name} = {last}"
    left = of(frame, tmp_path, where=where)  # the remedy
    assert code not in left
    numbered = frame.assign(student=np.arange(len(frame)))
    assert code not in of(numbered, tmp_path)


@pytest.mark.parametrize("seed", range(25))
def test_columns_that_only_differ_between_schools_are_no_occasions(
    seed: int, tmp_path: Path
) -> None:
    chance = np.random.default_rng(seed)
    frame = table(seed)
    own = chance.integers(2019, 2024, 20)[frame["school"] - 1]  # a year of each school
    few = chance.integers(0, 8, len(frame))
    year = np.where(few == 0, own - 1, own)  # a year for nearly all
    by_school = frame.assign(
        year=own,
        grade=4,
        wave=year,
        birth_year=chance.integers(2009, 2012, 500),
        time=chance.integers(1, 5, 500),
        test=chance.integers(1, 3, 500),
    )
    codes = of(by_school, tmp_path)
    assert not {"repeated_rows", "several_occasions", "several_grades"} & set(codes)
