"""The surveys that R has answered: tests/oracle/surveys."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyreadstat

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "tests" / "oracle" / "surveys"


@dataclass(frozen=True)
class Survey:
    """Students of a survey, and what R says of them."""

    group: np.ndarray
    scores: np.ndarray
    total: np.ndarray
    group_weight: np.ndarray
    zone: np.ndarray
    half: np.ndarray
    replicate: np.ndarray
    answers: dict[str, Any]

    @property
    def conditional(self) -> np.ndarray:
        return self.total / self.group_weight[self.group]


def small() -> Survey:
    with (FOLDER / "small.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    return _survey(
        columns["school"],
        np.column_stack([columns[f"PV{m}"] for m in (1, 2, 3)]),
        columns,
        np.column_stack([columns[f"R{r}"] for r in range(1, 9)]),
        "small",
    )


def ostrana() -> Survey:
    frame, _ = pyreadstat.read_sav(ROOT / "data" / "ostrana" / "bsgostm8.sav")
    frame = frame[frame["BSMMAT01"].notna()]
    columns = {
        "total": frame["TOTWGT"].to_numpy(),
        "group": (frame["WGTFAC1"] * frame["WGTADJ1"]).to_numpy(),
        "zone": frame["JKZONE"].to_numpy(),
        "half": frame["JKREP"].to_numpy(),
    }
    scores = frame[[f"BSMMAT0{m}" for m in range(1, 6)]].to_numpy()
    return _survey(frame["IDSCHOOL"].to_numpy(), scores, columns, np.empty((0, 0)), "ostrana")


def _survey(school, scores, columns, replicate, name) -> Survey:
    _, group = np.unique(school, return_inverse=True)
    group_weight = np.empty(group.max() + 1)
    group_weight[group] = columns["group"]
    return Survey(
        group=group.astype(np.int64),
        scores=scores,
        total=columns["total"],
        group_weight=group_weight,
        zone=np.unique(columns["zone"], return_inverse=True)[1].astype(np.int64),
        half=columns["half"].astype(np.int64),
        replicate=replicate,
        answers=json.loads((FOLDER / f"{name}.json").read_text()),
    )
