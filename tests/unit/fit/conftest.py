"""The reference fits of tests/oracle: data, and a 50-digit evaluation as authority."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from multilevel.fit.sufficient import SufficientStatistics

ORACLES = Path(__file__).parents[2] / "oracle"


def names(fittable: bool) -> list[str]:
    """Datasets that can, or can't, be fitted."""
    return [
        file.stem
        for file in sorted((ORACLES / "expected").glob("*.json"))
        if ("degenerate" not in json.loads(file.read_text())["reference"]) == fittable
    ]


def reference(name: str) -> dict[str, Any]:
    """The 50-digit evaluation."""
    document: dict[str, Any] = json.loads((ORACLES / "expected" / f"{name}.json").read_text())
    reference: dict[str, Any] = document["reference"]
    return reference


def students(name: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Group codes, scores, group ids, without missing scores."""
    frame = pd.read_csv(ORACLES / "data" / f"{name}.csv", dtype={"group": str}).dropna()
    codes, ids = pd.factorize(frame["group"])
    return codes.astype(np.int64), frame["y"].to_numpy(dtype=np.float64), [str(i) for i in ids]


def statistics(name: str) -> SufficientStatistics:
    """Sufficient statistics of an oracle's data."""
    group, score, _ = students(name)
    return SufficientStatistics.from_members(group, score)


@pytest.fixture
def two_level() -> tuple[np.ndarray, np.ndarray]:
    """60 students in 7 schools of unequal size."""
    random = np.random.default_rng(7)
    group = np.repeat(np.arange(7), [3, 5, 7, 9, 11, 12, 13])
    score = 500 + 30 * random.normal(size=7)[group] + 50 * random.normal(size=len(group))
    return group.astype(np.int64), score
