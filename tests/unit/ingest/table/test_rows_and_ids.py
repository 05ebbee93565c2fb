"""Rows by a condition, ids of several columns, ids called by their labels."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ingest import making
from tests.unit.ingest.datasets import configured

from multilevel.ingest.readers import large
from multilevel.ingest.stage import ingest
from multilevel.ingest.table.ids import together
from multilevel.records.ingested import Ingested
from multilevel.records.students import Students
from multilevel.wording.findings import text

N = 24
FRAME = pd.DataFrame(
    {
        "district": np.repeat(["North", "South"], N // 2),
        "school": np.tile(np.repeat([1, 2], N // 4), 2),
        "grade": np.tile([7, 8], N // 2),
        "subject": np.tile(["math", "math", "reading", "reading"], N // 4),
        "score": np.random.default_rng(5).normal(500, 50, N).round(2),
    }
)
FORMATS = {
    ".csv": making.csv, ".dat": making.blanks, ".xlsx": making.xlsx, ".ods": making.ods,
    ".xls": making.xls, ".sav": lambda path, frame: pyreadstat.write_sav(frame, path),
    ".dta": lambda path, frame: pyreadstat.write_dta(frame, path), ".rds": making.rds,
    ".parquet": making.parquet,
}  # fmt: skip


def taken(folder: Path, ending: str = ".csv", **entry: Any) -> tuple[Ingested, Students]:
    given = {"file": f"a{ending}", "outcome": "score", "group": "school", **entry}
    (dataset,) = configured(folder, **given).datasets
    return ingest(dataset, folder / dataset.file)


@pytest.mark.parametrize("ending", FORMATS)
def test_rows_by_a_condition(ending: str, tmp_path: Path) -> None:
    FORMATS[ending](tmp_path / f"a{ending}", FRAME)
    where = 'grade = 8 and (SUBJECT in ("math") or district != "North")'
    ingested, found = taken(tmp_path, ending, where=where)
    frame = FRAME[(FRAME.grade == 8) & ((FRAME.subject == "math") | (FRAME.district != "North"))]
    np.testing.assert_allclose(np.sort(found.members.scores[:, 0]), np.sort(frame.score))
    assert ingested.rows_read == len(frame)
    (told,) = [one for one in ingested.findings if one.code == "where"]
    assert text(told).endswith(f"left out: {N - len(frame)}.")


def test_rows_by_a_condition_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    making.csv(tmp_path / "a.csv", FRAME)
    whole = taken(tmp_path, where={"subject": "math"})
    monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    _, found = taken(tmp_path, where={"subject": "math"})
    np.testing.assert_array_equal(found.members.scores, whole[1].members.scores)


@pytest.mark.parametrize("ending", FORMATS)
def test_rows_by_a_calculation(ending: str, tmp_path: Path) -> None:
    frame = FRAME.assign(pre=FRAME.score - np.arange(N) + 9.5, zero=FRAME.grade - 7.0)
    frame.loc[2, "pre"] = np.nan
    FORMATS[ending](tmp_path / f"a{ending}", frame)
    gain = frame.score - frame.pre
    for where, holds in (
        ("score - pre > 0", gain > 0),
        ("pre < score", gain > 0),
        ("(score - pre) * 2 <= grade and not school = 2", (gain * 2 <= frame.grade)
         & (frame.school != 2)),
        ("grade / zero > 1", frame.zero > 0),  # nothing is divided by zero
        ("score - pre != 0", gain.notna()),
    ):  # fmt: skip
        _, found = taken(tmp_path, ending, where=where)
        np.testing.assert_allclose(np.sort(found.members.scores[:, 0]), np.sort(frame.score[holds]))


def test_missing_values_are_never_taken(tmp_path: Path) -> None:
    frame = FRAME.assign(subject=FRAME.subject.where(FRAME.index >= 4))
    making.csv(tmp_path / "a.csv", frame)
    for where in ('subject != "reading"', 'not subject = "reading"'):
        _, found = taken(tmp_path, where=where)
        assert found.n_members == (frame.subject == "math").sum()
    _, found = taken(tmp_path, where='subject != "reading" or grade = 8')
    assert found.n_members == ((frame.subject == "math") | (frame.grade == 8)).sum()


def test_a_label_is_a_value(tmp_path: Path) -> None:
    frame = FRAME.assign(subject=(FRAME.subject == "math") + 1.0)
    labels = {"subject": {1.0: "Reading", 2.0: "Math"}}
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels=labels)
    for where in ({"subject": "Math"}, {"subject": 2}, {"subject": "2"}):
        _, found = taken(tmp_path, ".sav", where=where)
        assert found.n_members == N // 2


@pytest.mark.parametrize("ending", FORMATS)
def test_ids_of_several_columns(ending: str, tmp_path: Path) -> None:
    FORMATS[ending](tmp_path / f"a{ending}", FRAME)
    ingested, found = taken(tmp_path, ending, group=["District", "school"])
    assert found.group_ids == ("North, 1", "North, 2", "South, 1", "South, 2")
    assert ingested.config["group"] == "district, school"
    sizes = FRAME.groupby(["district", "school"]).size().tolist()
    assert np.bincount(found.members.group).tolist() == sizes


@given(st.lists(st.tuples(*[st.text(st.sampled_from('a, "'), min_size=1)] * 2), max_size=8))
def test_different_ids_stay_different(pairs: list[tuple[str, str]]) -> None:
    import pyarrow as pa

    pairs = [(a.strip(), b.strip()) for a, b in pairs]
    first, second = ([pair[place] for pair in pairs] for place in (0, 1))
    ids = together([pa.array(first, pa.large_string()), pa.array(second, pa.large_string())])
    known = [pair for pair in pairs if all(pair)]
    assert len(set(ids.to_pylist()) - {None}) == len(set(known))
    assert ids.null_count == len(pairs) - len(known)


@pytest.mark.parametrize(
    ("ending", "write"), [(".sav", pyreadstat.write_sav), (".dta", pyreadstat.write_dta)]
)
def test_ids_are_called_by_their_labels(ending: str, write: Any, tmp_path: Path) -> None:
    frame = FRAME.assign(school=np.repeat([1, 2, 3, 4], N // 4))
    labels = {"school": {1: "Northgate", 2: "Hill  top", 3: "Hill top", 9: "Nowhere"}}
    write(frame, tmp_path / f"a{ending}", variable_value_labels=labels)
    ingested, found = taken(tmp_path, ending)
    assert found.group_ids == ("4", "Hill top (2)", "Hill top (3)", "Northgate")
    (told,) = [one for one in ingested.findings if one.code == "group_labels"]
    assert told.values["n_without"] == 1
    _, found = taken(tmp_path, ending, group=["district", "school"])
    assert found.group_ids[0] == "North, Hill top (2)"
