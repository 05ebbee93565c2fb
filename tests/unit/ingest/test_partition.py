"""What a split keeps of a file gives each part the same as reading the file does."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from tests.unit.ingest.table.test_layout import configured

from multilevel.configuration import Dataset
from multilevel.ingest import partition as kept
from multilevel.ingest import stage as ingest
from multilevel.ingest.readers import statistical
from multilevel.wording.findings import reason


def countries(folder: Path) -> Path:
    """Rows of three values in turn, one of them missing, and a column that averages others."""
    chance, n = np.random.default_rng(5), 120
    ability = chance.normal(500, 90, n)
    values = {f"PV{k}MATH": ability + chance.normal(0, 30, n) for k in range(1, 6)}
    students = pd.DataFrame(
        {
            "CNT": np.tile([8.0, 12.0, 99.0], n // 3),
            "SCHOOL": np.repeat(np.arange(10.0), 12),
            **values,
            "MATH_MEAN": np.mean(list(values.values()), axis=0),
            "W": 1.0 + np.arange(n) % 7,
        }
    )
    students.loc[[0, 1, 5], "PV1MATH"] = 9998
    students.loc[[3, 4, 7], "MATH_MEAN"] = 9999
    pyreadstat.write_sav(
        students,
        folder / "c.sav",
        missing_ranges={"CNT": [99], "PV1MATH": [9998], "MATH_MEAN": [9999]},
        variable_value_labels={"CNT": {8: "Albania", 12: "Algeria"}},
        column_labels={"PV1MATH": "Plausible value 1 in mathematics"},
    )
    (folder / "s.csv").write_text("id,name\n" + "".join(f"{k},Nr {k}\n" for k in range(9)))
    return folder / "c.sav"


def split(dataset: Dataset, folder: Path) -> Path:
    settings, parts = folder / "whole.json", folder / "parts.parquet"
    whole = replace(dataset.whole, file=str(folder / dataset.file))
    if whole.join is not None:
        whole = replace(whole, join=replace(whole.join, file=str(folder / whole.join.file)))
    settings.write_text(json.dumps({"settings": whole.settings()}))
    kept.run(settings, parts)
    return parts


def written(folder: Path, dataset: Dataset, **more: Any) -> tuple[bytes, bytes]:
    joined = folder / dataset.join.file if dataset.join else None
    found, students = ingest.ingest(dataset, folder / "c.sav", joined=joined, **more)
    ingest.write(found, students, folder / "s.parquet", folder / "i.json")
    return (folder / "s.parquet").read_bytes(), (folder / "i.json").read_bytes()


@pytest.mark.parametrize(
    "entry",
    [
        {"outcome": "PV[1-5]MATH"},
        {"outcome": "MATH_MEAN"},
        {"outcome": "MATH_MEAN", "missing": [3, "Algeria"], "weights": {"member": "W"}},
        {
            "outcome": ["PV1MATH", "PV2MATH"],
            "join": {"file": "s.csv", "by": {"SCHOOL": "id"}, "name": "name"},
        },
    ],
    ids=["values", "average", "missing", "joined"],
)
def test_a_part_is_the_same_either_way(
    entry: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    countries(tmp_path)
    datasets = configured(tmp_path, file="c.sav", group="SCHOOL", split_by="CNT", **entry).datasets
    assert len({repr(dataset.whole) for dataset in datasets}) == 1
    parts = split(datasets[0], tmp_path)
    plain = [written(tmp_path, dataset) for dataset in datasets]
    # Nothing may be read any more.
    monkeypatch.setattr(statistical, "_call", None)
    monkeypatch.setattr(ingest, "read_source", None)
    for dataset, expected in zip(datasets, plain, strict=True):
        assert written(tmp_path, dataset, parts=parts) == expected
    assert json.loads(plain[0][1])["status"] == "ok"


def test_a_value_that_went_away_is_refused(tmp_path: Path) -> None:
    countries(tmp_path)
    (first, *_) = configured(
        tmp_path, file="c.sav", outcome="W", group="SCHOOL", split_by="CNT"
    ).datasets
    gone = replace(first, split=replace(first.split, value="77"))
    found, _ = ingest.ingest(gone, tmp_path / "c.sav", parts=split(gone, tmp_path))
    assert 'No row of "c.sav" has "77" in "CNT"' in reason(found.refusal).message


def test_where_the_whole_is_refused_each_part_says_why(tmp_path: Path) -> None:
    countries(tmp_path)
    (first, *_) = configured(
        tmp_path, file="c.sav", outcome="nothing", group="SCHOOL", split_by="CNT"
    ).datasets
    found, _ = ingest.ingest(first, tmp_path / "c.sav", parts=split(first, tmp_path))
    assert reason(found.refusal).code == "missing_column"
    assert found.input.sha256


def test_titles_and_methods_share_what_is_read(tmp_path: Path) -> None:
    countries(tmp_path)
    entry = {"file": "c.sav", "outcome": "W", "group": "SCHOOL", "split_by": "CNT"}
    plain = configured(tmp_path, **entry).datasets[0]
    other = configured(tmp_path, **entry, method="ML", title="x", scale="y").datasets[1]
    assert plain.whole == other.whole
    assert plain.whole != configured(tmp_path, **entry, missing=[1]).datasets[0].whole
    assert configured(tmp_path, file="c.sav", outcome="W", group="SCHOOL").datasets[0].whole is None
