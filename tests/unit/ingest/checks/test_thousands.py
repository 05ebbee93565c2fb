"""Points and commas that may separate thousands."""

from pathlib import Path

import pyarrow as pa
import pytest
from tests.helpers import findings

from multilevel.configuration import Dataset
from multilevel.ingest.checks.thousands import Thousands
from multilevel.ingest.stage import Ingested, ingest
from multilevel.records.results import Labels

LABELS = Labels(
    title="T", subtitle="", outcome="score", group="school", groups="schools", member="student",
    members="students",
)  # fmt: skip
BELOW, ABOVE = ["987", "946", "12"], ["1.012", "1.000", "1.354", "2.105"]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        (BELOW + ABOVE, "likely"),
        (["987", "12.345"], "likely"),
        (["-987", "-1.012"], "likely"),
        (ABOVE, "no"),  # too few to say
        (ABOVE * 3, "possible"),
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
            seen.add(pa.array([*batch, None], pa.large_string()))
        assert (seen.separator.mark, seen.separator.verdict) == (mark, verdict)


def ingested(folder: Path, delimiter: str, scores: list[str], mark: str = ".") -> Ingested:
    lines = [f"s{k % 4}{delimiter}{one.replace('.', mark)}" for k, one in enumerate(scores)]
    (folder / "a.txt").write_text("\n".join([f"school{delimiter}y", *lines]) + "\n")
    dataset = Dataset(id="t", file="a.txt", outcome="y", group="school", labels=LABELS)
    found, students = ingest(dataset, folder / "a.txt")
    assert found.status == "ok"
    assert students.moments[0].low == 1.0  # read as decimal all the same
    return found


def test_they_are_said_of_a_file(tmp_path: Path) -> None:
    for delimiter, mark in ((";", "."), ("\t", "."), (";", ",")):
        found = ingested(tmp_path, delimiter, BELOW + ABOVE, mark)
        (one,) = findings.of(found, "thousands", "thousands_possible")
        assert (one.code, one.columns) == ("thousands", ("y",))
        assert one.values == {"mark": "point" if mark == "." else "comma", "least_whole": 946.0}
        told = findings.told(found, "thousands")
        assert told.startswith('Points or commas in "y" may separate thousands: every value that')
        assert "(from 946) stand beside them" in told
    found = ingested(tmp_path, ";", ABOVE * 3)
    assert findings.cautions(found) == []
    assert any("if they separate thousands, remove them" in note for note in findings.notes(found))
    for delimiter, scores in ((",", BELOW + ABOVE), (";", [*BELOW, *ABOVE, "1.05"])):
        found = ingested(tmp_path, delimiter, scores)
        assert not findings.of(found, "thousands", "thousands_possible")
