"""Weights and ids that look like undeclared codes for missing; of scores see test_layout."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.helpers import findings

from multilevel.configuration import Dataset
from multilevel.configuration.datasets import Weights
from multilevel.ingest.checks import missing_codes as suspects
from multilevel.ingest.stage import ingest
from multilevel.records.results import Labels

LABELS = Labels(
    title="T", subtitle="", outcome="score", group="school", groups="schools", member="student",
    members="students",
)  # fmt: skip
SCHOOLS = 30


def frame() -> pd.DataFrame:
    """Schools 101 to 130 of ten students, drawn with weights that are skewed as such are."""
    chance = np.random.default_rng(5)
    school = np.repeat(np.arange(SCHOOLS), 10)
    factor = np.exp(chance.normal(1, 0.6, SCHOOLS)).round(3)
    return pd.DataFrame(
        {
            "school": school + 101,
            "y": chance.normal(500, 90, SCHOOLS * 10).round(1),
            "fac": factor[school],
            "adj": 1.1,
            "total": (factor[school] * 1.1 * chance.uniform(1, 3, SCHOOLS)[school]).round(4),
        }
    )


def found(folder: Path, data: pd.DataFrame, **more: Any) -> list[tuple[str, str, float, int]]:
    data.to_csv(folder / "a.csv", index=False)
    dataset = Dataset(
        id="t", file="a.csv", outcome="y", group="school", labels=LABELS,
        weights=Weights(member="total", group="fac*adj"), **more,
    )  # fmt: skip
    ingested, _ = ingest(dataset, folder / "a.csv")
    assert ingested.status == "ok"
    return [
        (one.values["role"], *one.columns, one.values["value"], one.values["n"])
        for one in findings.of(ingested, "suspects")
    ]


def test_weights_and_ids_are_suspected_where_they_are_used(tmp_path: Path) -> None:
    data = frame()
    assert found(tmp_path, data) == []
    data.loc[[3, 44, 45], "total"] = 999_999
    data.loc[data.school == 104, "fac"] = 9999
    data.loc[data.school == 109, "school"] = 9999
    assert found(tmp_path, data) == [
        ("member_weight", "total", 999_999, 3),
        ("group_weight", "fac", 9999, 10),
        ("group", "school", 9999, 10),
    ]
    assert found(tmp_path, data, missing=(9999, 999_999)) == []


def test_ids_of_a_file_read_for_two_columns(tmp_path: Path) -> None:
    """Without weights the file is read by a stream where it is large; here whole."""
    data = frame()
    data.loc[data.school == 101, "school"] = -9
    data.to_csv(tmp_path / "a.csv", index=False)
    dataset = Dataset(id="t", file="a.csv", outcome="y", group="school", labels=LABELS)
    (one,) = findings.of(ingest(dataset, tmp_path / "a.csv")[0], "suspects")
    names = ("role", "value", "n", "low", "high")
    assert tuple(one.values[name] for name in names) == ("group", -9, 10, 102, 130)


SKEWED = np.exp(np.random.default_rng(8).normal(2, 0.7, 200))
EVEN = [0.8, 1.2] * 50


@pytest.mark.parametrize(
    ("weights", "values"),
    [
        (SKEWED, []),
        ([*SKEWED, 99], []),  # a large weight, once
        ([*SKEWED, 9999], [9999]),
        ([*SKEWED, 4000.5], []),  # one large school's member
        ([*SKEWED, 4000.5, 4000.5], [4000.5]),
        ([*SKEWED, 9999, 99999], [9999, 99999]),
        (EVEN, []),
        ([*EVEN, 9], []),
        ([*EVEN, 99], [99]),
        ([*EVEN, 50, 50], []),  # strata of two sizes
        ([1.0] * 20, []),
    ],
)
def test_weights(weights: list[float], values: list[float]) -> None:
    suspected = suspects.of_weights("w", "member_weight", np.array([*weights, np.nan]))
    assert [one.values["value"] for one in suspected] == values


TEN = tuple(f"{101 + k}" for k in range(10))


@pytest.mark.parametrize(
    ("ids", "sizes", "values"),
    [
        (TEN, [20] * 10, []),
        ((*TEN, "9999"), [20] * 11, [9999]),
        ((*TEN, "9999.0"), [20] * 11, [9999]),
        ((*TEN, "North"), [20] * 11, []),
        ((*TEN, "-1"), [20] * 11, [-1]),
        ((*TEN, "-9", "-99"), [20] * 12, [-99, -9]),
        (("-3", "-2", "-1", "0", "1", "2"), [20] * 6, []),
        (tuple(map(str, range(1, 1200))), [20] * 1199, []),  # 99 and 999 are two of many
        (("1", "2", "3", "9"), [20] * 4, []),
        (("10", "40", "90", "99"), [20] * 4, []),
        (("10", "40", "90", "99"), [20, 20, 20, 60], [99]),
        (("10", "40", "90", "99"), [20, 20, 20, 3], [99]),
        (("9999", "99", "x"), [20] * 3, []),
    ],
)
def test_ids(ids: tuple[str, ...], sizes: list[int], values: list[float]) -> None:
    suspected = suspects.of_ids("g", ids, np.array(sizes))
    assert [one.values["value"] for one in suspected] == values
