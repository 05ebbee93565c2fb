"""Each kind of file that needs a word gets it, whatever the format it comes in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from tests.unit.ingest import making
from tests.unit.ingest.datasets import configured

from multilevel.ingest.stage import ingest
from multilevel.records.ingested import Ingested
from multilevel.records.students import Students

Write = Callable[[Path, pd.DataFrame], None]
FORMATS: dict[str, Write] = {
    ".csv": making.csv, ".dat": making.blanks, ".xlsx": making.xlsx, ".xls": making.xls,
    ".ods": making.ods, ".sav": lambda path, frame: pyreadstat.write_sav(frame, path),
    ".dta": lambda path, frame: pyreadstat.write_dta(frame, path), ".rds": making.rds,
    ".parquet": making.parquet, ".feather": making.feather_file,
}  # fmt: skip
N = 60
CHANCE = np.random.default_rng(11)
SOUND = pd.DataFrame(
    {"district": np.repeat(["North", "South"], N // 2), "school": np.arange(N) // 10 + 101,
     "student": np.arange(N) + 1, "score": CHANCE.normal(500, 60, N).round(1)}
)  # fmt: skip


def twice() -> pd.DataFrame:
    return pd.concat([SOUND.assign(subject="math"), SOUND.assign(
        subject="reading", score=SOUND.score + CHANCE.normal(0, 20, N).round(1))])  # fmt: skip


def with_total(word: str) -> pd.DataFrame:
    total = {"district": "All", "school": word, "student": None, "score": SOUND.score.mean()}
    frame = SOUND.assign(school=[f"School {one}" for one in SOUND.school])
    return pd.concat([frame, pd.DataFrame([total])], ignore_index=True)


def lost(share: float) -> pd.DataFrame:
    return SOUND.assign(score=SOUND.score.where(np.arange(N) >= share * N))


def padded() -> pd.DataFrame:
    return SOUND.assign(school=np.repeat(["0010", "10", "11", "12", "13", "14"], 10))


KINDS: dict[str, tuple[pd.DataFrame, str]] = {
    "members in several rows": (twice(), "repeated_members"),
    "a file appended to itself": (
        pd.concat([SOUND, SOUND]).drop(columns="student"), "repeated_rows"),
    "totals": (with_total("Total"), "total_rows"),
    "totals under a word that nobody knows": (with_total("xyz"), "total_rows"),
    "counts": (SOUND.assign(n_tested=CHANCE.integers(20, 300, N)), "aggregated_rows"),
    "ids that begin anew": (SOUND.assign(school=np.arange(N) % 30 // 10 + 1), "restarting_ids"),
    "rows without scores": (lost(0.2), "rows_lost"),
    "leading zeros": (padded(), "padded_ids"),
    "upper and lower case": (
        SOUND.assign(school=np.repeat(["North Hill", "north hill", "A", "B", "C", "D"], 10)),
        "similar_ids"),
    "codes for missing": (
        SOUND.assign(score=SOUND.score.where(np.arange(N) % 20 > 0, 9999)), "suspects"),
}  # fmt: skip


def taken(
    folder: Path, ending: str, frame: pd.DataFrame, **entry: Any
) -> tuple[Ingested, Students]:
    FORMATS[ending](folder / f"a{ending}", frame.reset_index(drop=True))
    given = {"file": f"a{ending}", "outcome": "score", "group": "school", **entry}
    (dataset,) = configured(folder, **given).datasets
    return ingest(dataset, folder / dataset.file)


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_said_in_each_format(kind: str, ending: str, tmp_path: Path) -> None:
    frame, code = KINDS[kind]
    ingested, _ = taken(tmp_path, ending, frame)
    assert ingested.refusal is None
    assert code in {one.code for one in ingested.findings if one.level == "caution"}


@pytest.mark.parametrize("ending", FORMATS)
def test_a_sound_file_has_no_caution_in_any_format(ending: str, tmp_path: Path) -> None:
    ingested, found = taken(tmp_path, ending, SOUND)
    assert not [one for one in ingested.findings if one.level == "caution"]
    np.testing.assert_allclose(np.sort(found.members.scores[:, 0]), np.sort(SOUND.score))


@pytest.mark.parametrize("ending", FORMATS)
def test_most_rows_lost_is_refused_unless_accepted(ending: str, tmp_path: Path) -> None:
    ingested, _ = taken(tmp_path, ending, lost(0.6))
    assert ingested.refusal is not None
    assert ingested.refusal.code == "empty.most_rows_lost"
    _, found = taken(tmp_path, ending, lost(0.6), accept_missing=True)
    assert found.n_members == 0.4 * N


@pytest.mark.parametrize("ending", [one for one in FORMATS if one not in (".sav", ".dta")])
def test_yes_and_no_are_one_and_nought(ending: str, tmp_path: Path) -> None:
    passed = SOUND.score > 500
    _, found = taken(tmp_path, ending, SOUND.assign(score=passed))
    assert sorted(found.members.scores[:, 0]) == sorted(passed.astype(float))


@pytest.mark.parametrize("ending", FORMATS)
def test_ids_that_differ_in_zeros_stay_apart(ending: str, tmp_path: Path) -> None:
    _, found = taken(tmp_path, ending, padded())
    assert {"0010", "10"} < set(found.group_ids)


@pytest.mark.parametrize("ending", FORMATS)
def test_rows_of_a_preset_that_repeat_members_are_refused(ending: str, tmp_path: Path) -> None:
    frame = twice().rename(columns={"school": "IDSCHOOL", "student": "IDSTUD"})
    frame = frame.assign(TOTWGT=2.0, **{f"BSMMAT0{k}": frame.score + k for k in range(1, 6)})
    ingested, _ = taken(tmp_path, ending, frame, preset="timss", outcome="mathematics",
                        group="IDSCHOOL")  # fmt: skip
    assert ingested.refusal is not None
    assert ingested.refusal.code == "duplicate_key.members"
