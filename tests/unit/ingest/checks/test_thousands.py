"""Points and commas that may separate thousands."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from tests.helpers import findings
from tests.unit.ingest import making
from tests.unit.ingest.datasets import configured
from tests.unit.ingest.test_kinds import FORMATS

from multilevel.ingest.checks.thousands import Thousands
from multilevel.ingest.readers import large
from multilevel.ingest.stage import Ingested, ingest

BELOW, ABOVE = ["987", "946", "12"], ["1.012", "1.000", "1.354", "2.105"]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        (BELOW + ABOVE, "likely"),
        (["987", "12.345"], "likely"),
        (["-987", "-1.012"], "likely"),
        (["-1.345", "2.901", "1.222"], "no"),
        (["-41.345", "42.901"], "possible"),
        (ABOVE, "possible"),
        (["12", "7", "2.105"], "possible"),
        ([*ABOVE * 3, "2"], "possible"),
        (["87.500", "99.125", "100"] * 5, "possible"),  # percentages
        ([*BELOW, *ABOVE, "1.5"], "no"),
        ([*BELOW, *ABOVE, "0.354"], "no"),
        ([*BELOW, *ABOVE, "1012"], "no"),
        (BELOW * 10, "no"),
        ([], "no"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_what_is_likely(values: list[str], verdict: str, size: int) -> None:
    """However the values are cut into batches."""
    for mark in ".,":
        seen = Thousands(mark)
        for start in range(0, len(values), size):
            batch = [one.replace(".", mark) for one in values[start : start + size]]
            seen.add(pa.array([*batch, None], pa.large_string()), start + np.arange(size + 1))
        assert (seen.separator.mark, seen.separator.verdict) == (mark, verdict)
        if verdict != "no":
            first = next(place for place, one in enumerate(values) if "." in one)
            assert seen.separator.row == first
            assert seen.separator.example == values[first].replace(".", mark)


def ingested(file: Path, **entry: Any) -> tuple[Ingested, list[float]]:
    given = {"file": file.name, "outcome": "y", "group": "school", **entry}
    (dataset,) = configured(file.parent, **given).datasets
    found, students = ingest(dataset, file)
    assert found.refusal is None
    return found, sorted(students.members.scores[:, 0])


def separated(folder: Path, delimiter: str, scores: list[str]) -> Path:
    lines = [f"s{k % 4}{delimiter}{one}" for k, one in enumerate(scores)]
    (folder / "a.txt").write_text("\n".join([f"school{delimiter}y", *lines]) + "\n")
    return folder / "a.txt"


@pytest.mark.parametrize("in_batches", [False, True])
@pytest.mark.parametrize(("delimiter", "mark"), [(",", "."), (";", "."), (";", ","), ("\t", ",")])
def test_what_may_be_thousands_is_said_of_a_text(
    delimiter: str, mark: str, in_batches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    word, other = ("point", "comma") if mark == "." else ("comma", "point")
    for scores, case in ((ABOVE, "possible"), (BELOW + ABOVE, "likely")):
        file = separated(tmp_path, delimiter, [one.replace(".", mark) for one in scores])
        found, numbers = ingested(file)
        assert min(numbers) == 1.0  # read as decimal
        (one,) = findings.of(found, "thousands")
        assert (one.code, one.level, one.columns) == ("thousands", "caution", ("y",))
        assert (one.values["case"], one.values["mark"]) == (case, word)
        assert one.values["row"] == (1 if case == "possible" else 4)
        assert ("from 946" in findings.told(found, "thousands")) == (case == "likely")
        assert f"decimal: {other}" in findings.told(found, "thousands")
        found, numbers = ingested(file, decimal=word)
        assert (findings.of(found, "thousands"), min(numbers)) == ([], 1.0)
        found, numbers = ingested(file, decimal=other)
        assert (findings.of(found, "thousands"), max(numbers)) == ([], 2105.0)


def test_other_decimals_tell_what_points_mean(tmp_path: Path) -> None:
    for delimiter, scores in ((",", [*BELOW, *ABOVE, "0.354"]), (";", [*BELOW, *ABOVE, "1.05"])):
        found, _ = ingested(separated(tmp_path, delimiter, scores))
        assert not findings.of(found, "thousands")


@pytest.mark.parametrize("in_batches", [False, True])
@pytest.mark.parametrize(
    ("delimiter", "mark", "other", "said"),
    [
        (",", ".", "0.12", False),
        (";", ",", "64,8", False),
        (";", ".", "64,8", True),  # where commas are decimal points may well be thousands
        (";", ".", "05.12.2014", True),
        (",", ".", "7", True),
    ],
)
def test_other_columns_tell_what_points_and_commas_mean(
    delimiter: str,
    mark: str,
    other: str,
    said: bool,
    in_batches: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    scores = [one.replace(".", mark) for one in ("512.345", "487.901", "501.222")] * 5
    lines = [delimiter.join((f"s{k % 4}", one, other)) for k, one in enumerate(scores)]
    file = tmp_path / "a.txt"
    file.write_text("\n".join([delimiter.join(("school", "y", "z")), *lines]) + "\n")
    found, numbers = ingested(file)
    assert (bool(findings.of(found, "thousands")), min(numbers)) == (said, 487.901)


@pytest.mark.parametrize("ending", FORMATS)
def test_thousands_in_cells_of_text(ending: str, tmp_path: Path) -> None:
    """In every format that holds numbers as text."""
    texts = ["4.650", "5.100", "4.980", "5.313"] * 6
    surely = ["4.650", "1.234.567", "1.234,5", "980"] * 6
    for scores, values in ((texts, [4.65, 4.98]), (surely, [980.0, 1234.5])):
        frame = pd.DataFrame({"school": making.SCHOOL, "y": scores})
        FORMATS[ending](tmp_path / f"a{ending}", frame)
        found, numbers = ingested(tmp_path / f"a{ending}")
        np.testing.assert_allclose(np.unique(numbers)[:2], values)
        assert bool(findings.of(found, "thousands")) == (scores is texts)
        found, numbers = ingested(tmp_path / f"a{ending}", decimal="comma")
        assert not findings.of(found, "thousands")
        assert np.unique(numbers)[0] == min(4650.0, values[0] if scores is surely else 4650.0)


@pytest.mark.parametrize("ending", FORMATS)
def test_decimal_commas_in_cells_of_text(ending: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"school": making.SCHOOL, "y": ["53,2", "61,25", "58"] * 8})
    FORMATS[ending](tmp_path / f"a{ending}", frame)
    found, numbers = ingested(tmp_path / f"a{ending}")
    assert sorted(set(numbers)) == [53.2, 58.0, 61.25]
    assert found.reading.decimal_commas == ("y",)


def test_rows_are_taken_by_numbers_however_they_are_written(tmp_path: Path) -> None:
    file = separated(tmp_path, ";", ["1.234,5", "980", "2.000", "4.650,5"])
    _, numbers = ingested(file, where="y > 1000")
    assert numbers == [1234.5, 2000.0, 4650.5]
    _, numbers = ingested(file, missing=[2000])
    assert numbers == [980.0, 1234.5, 4650.5]
