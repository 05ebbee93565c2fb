"""Files read in batches give what files read whole give."""

import gzip
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from multilevel.configuration import Dataset
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.ingest import scan as scan_module
from multilevel.ingest import stage
from multilevel.ingest.condensed import Condensed
from multilevel.ingest.readers import delimited as whole
from multilevel.ingest.scan import Scan
from multilevel.ingest.stage import ingest, read_accepted, write
from multilevel.ingest.streams import delimited, parquet, stream
from multilevel.ingest.students import Students
from multilevel.records.findings import Finding
from multilevel.records.ingested import Ingested
from multilevel.records.results import Labels
from multilevel.wording.findings import reason

LABELS = Labels(
    title="T",
    subtitle="",
    outcome="score",
    group="school",
    groups="schools",
    member="student",
    members="students",
)


def dataset(**changes: Any) -> Dataset:
    settings = {"id": "t", "file": "in/a.csv", "outcome": "y", "group": "g", "labels": LABELS}
    return Dataset(**{**settings, **changes})


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any file counts as large, and is read in pieces that cut through lines and letters."""
    monkeypatch.setattr(delimited, "BYTES_IN_MEMORY", 0)
    monkeypatch.setattr(parquet, "ROWS_IN_MEMORY", 0)
    monkeypatch.setattr(parquet, "BATCH_ROWS", 3)
    monkeypatch.setattr(stream, "CHUNK", 7)
    monkeypatch.setattr(delimited, "CHUNK", 7)
    monkeypatch.setattr(whole, "HEADER_LIMIT", 40)
    monkeypatch.setattr(whole, "_BLOCK", 64)


def read_both_ways(
    file: Path, monkeypatch: pytest.MonkeyPatch, given: Dataset
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    streamed = ingest(given, file)
    monkeypatch.setattr(stage, "stream_of", lambda file: None)
    monkeypatch.setattr(whole, "HEADER_LIMIT", 2**22)
    monkeypatch.setattr(whole, "_BLOCK", 2**24)
    return streamed, ingest(given, file)


ROWS = "".join(f"s{i % 4},{i * i % 17}.5\n" for i in range(40))

SAME = {
    "plain": (b"g,y\n" + ROWS.encode(), {}),
    "one group's ids without scores": (b"g,y\na,1\nb,\na,2\nc,3\nc,5\n", {}),
    "rows without score or group": (b"g,y\na,1\nb,NA\n,2\nc,3\nNA,.\n", {}),
    "codes": (b"g,y\na,1\n-1,2\nb,99\nb,absent\nc,3\n", {"missing": (99, "absent", -1)}),
    "quotes over lines": (b'g,y\n"a\nb",1\n"a\nb",2\nc,3\n', {}),
    "carriage returns": (b"g,y\r\na,1\r\nb,2\r\n", {}),
    "old Macs": (b"g,y\ra,1\rb,2\r", {}),
    "no last ending": (b"g,y\na,1\nb,2", {}),
    "a mark": (b"\xef\xbb\xbfg,y\n" + "Zürich,1\nGenève,2\nZu\u0308rich,3\n".encode(), {}),
    "UTF-16": (("g;y\n" + "Zürich;1\n" * 30).encode("utf-16"), {}),
    "Windows-1252 late": (b"g,y\n" + ROWS.encode() + b"Z\xfcrich,1\nZ\xfcrich,2\n", {}),
    "Latin-1": (b"g,y\n" + ROWS.encode() + b"Z\x81rich,1\n", {}),
    "decimal commas": (b"g;y\na;1,5\nb;2,5\na;3\n", {}),
    "points after semicolons": (b"g;y\na;1.5\nb;2.5\na;3\n", {}),
    "mostly commas": (b"g;y\na;1,5\nb;2,5\na;3.5\n", {}),
    "mostly points": (b"g;y\na;1.5\nb;2,5\na;3.5\nc;1,1,1\n", {}),
    "thousands": (b"g;y\na;987\nb;1.012\na;99999\nb;946\n", {"missing": (99999,)}),
    "thousands by commas": (b"g;y\na;987\nb;1,012\na;x\nb;946\n", {"missing": ("x",)}),
    "a text among the scores": (
        b"g,y\n" + ROWS.encode() + b"s1,absent\ns2,?\n" + ROWS.encode(),
        {},
    ),
    "no number at all": (b"g,y\na,x\nb,y\n", {}),
    "infinite": (b"g,y\na,1\nb,inf\nb,1e999\n", {}),
    "all missing": (b"g,y\na,\nb,NA\n", {}),
    "no group": (b"g,y\n,1\n,2\n", {}),
    "never both": (b"g,y\n,1\na,\n", {}),
    "no rows": (b"g,y\n", {}),
    "no such column": (b"school,y\n" + ROWS.encode(), {}),
    "the same column twice": (b"g,y,y\na,1,2\n", {}),
    "a short line": (b"g,y\n" + ROWS.encode() + b"s1\n" + ROWS.encode(), {}),
    "a long line": (b"g,y\n" + ROWS.encode() + b"s1,2,3\n", {}),
    "an open quotation mark": (b"g,y\n" + ROWS.encode() + b's1,"2\n', {}),
    "NUL bytes": (b"g,y\n" + ROWS.encode() + b"s1,\0\n", {}),
    "a picture": (b"\x89PNG" + ROWS.encode(), {}),
    "nothing": (b"", {}),
}


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("name", SAME)
def test_in_batches_as_whole(
    name: str, compressed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, changes = SAME[name]
    file = tmp_path / ("a.csv.gz" if compressed else "a.csv")
    file.write_bytes(gzip.compress(content, mtime=0) if compressed else content)
    (streamed, found), (expected, students) = read_both_ways(file, monkeypatch, dataset(**changes))
    assert streamed.refusal == expected.refusal
    assert streamed.input == expected.input or expected.input.sha256 is None
    # The reasons of missing values are counted for files read whole only.
    expected = replace(expected, columns=expected.columns or streamed.columns)
    alike = replace(expected, missing=(), findings=in_order(expected))
    assert replace(streamed, input=expected.input, findings=in_order(streamed)) == alike
    if expected.status == "ok":
        assert isinstance(found, Condensed)
        assert_same(found, students)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_cut_gzip_file(kept: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_file = gzip.compress(b"g,y\n" + ROWS.encode() * 20, mtime=0)
    file = tmp_path / "a.csv.gz"
    file.write_bytes(whole_file[: int(kept * len(whole_file))])
    (streamed, _), (expected, _) = read_both_ways(file, monkeypatch, dataset())
    assert streamed.refusal == expected.refusal
    assert streamed.input.bytes == file.stat().st_size


def in_order(ingested: Ingested) -> tuple[Finding, ...]:
    """The findings of ids and texts: scores are suspected in files read whole only."""
    told = (one for one in ingested.findings if one.code != "suspects")
    return tuple(sorted(told, key=str))


def assert_same(found: Condensed, students: Students) -> None:
    assert found.group_ids == students.group_ids
    assert (found.score_min, found.score_max) == (students.score.min(), students.score.max())
    ours, theirs = SufficientStatistics.of(found)[0], SufficientStatistics.of(students)[0]
    reach = np.abs(students.score).max()
    np.testing.assert_array_equal(ours.n, theirs.n)
    np.testing.assert_allclose(ours.mean, theirs.mean, rtol=0, atol=1e-12 * reach)
    # Numbers below the smallest normal one have fewer digits.
    least = np.finfo(float).tiny
    np.testing.assert_allclose(ours.ss, theirs.ss, rtol=1e-12, atol=1e-12 * reach**2 + least)
    # So few students are all in the sample.
    np.testing.assert_array_equal(found.sample_group, students.group)
    np.testing.assert_array_equal(found.sample_score, students.score)


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.floats(-1e6, 1e6)), min_size=1, max_size=30),
    st.lists(st.integers(0, 30), max_size=3),
)
@example([("a", 0.0), ("a", 1.4961753572340876e-157)], [1])
@example([("a", 0.0), ("a", 1.4961753572340876e-157)], [])
def test_any_cuts(rows: list[tuple[str, float]], cuts: list[int]) -> None:
    group, score = pa.array([g for g, _ in rows]), pa.array([y for _, y in rows])
    found = Scan(name="a", outcome="y", group="g", missing=())
    for at in np.split(np.arange(len(rows)), sorted(cuts)):
        found.add(score.take(pa.array(at)), group.take(pa.array(at)))
    ids = tuple(sorted({g for g, _ in rows}))
    places = np.array([ids.index(g) for g, _ in rows], dtype=np.int32)
    students = Students(group=places, group_ids=ids, score=score.to_numpy())
    assert_same(found.condensed(None), students)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize(
    "group",
    [
        pa.array([1, 2, 1, None, 10, 2, 1], pa.int32()),
        pa.array(["1", "2", "1", None, "10", "2", "1"]),
        pa.array(["1", "2", "1", None, "10", "2", "1"]).dictionary_encode(),
        pa.array([1.0, 2.0, 1.0, None, 10.0, 2.0, 1.0]),
    ],
    ids=lambda group: str(group.type),
)
@pytest.mark.parametrize("kind", [pa.float64(), pa.float32(), pa.int16(), pa.string()])
def test_types_of_parquet_columns(group: pa.Array, kind: pa.DataType, tmp_path: Path) -> None:
    score = pa.array([1, 2, None, 4, 5, 6, 7]).cast(kind)
    pq.write_table(pa.table({"g": group, "y": score}), tmp_path / "a.parquet", row_group_size=5)
    ingested, found = ingest(dataset(), tmp_path / "a.parquet")
    assert ingested.refusal is None
    assert isinstance(found, Condensed)
    assert found.group_ids == ("1", "2", "10")
    assert found.moments.n.tolist() == [2, 2, 1]
    assert (found.n_rows, found.n_dropped_outcome, found.n_dropped_group) == (7, 1, 1)
    assert found.sample_score.tolist() == [1, 2, 5, 6, 7]


@pytest.mark.usefixtures("small_batches")
def test_parquet_refusals(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    for scores, code, said in (
        ([1.0, 2.0, float("inf")], "not_numeric", "row 3"),
        (["1", "2", "3", "x"], "not_numeric", 'row 4 has "x"'),
        ([None, float("nan")], "empty", "missing in all 2 rows"),
    ):
        pq.write_table(pa.table({"g": ["a"] * len(scores), "y": scores}), file)
        ingested, _ = ingest(dataset(), file)
        assert ingested.refusal is not None
        assert reason(ingested.refusal).code == code
        assert said in reason(ingested.refusal).message
        assert ingested.input.bytes == file.stat().st_size


def test_whole_numbers_beyond_doubles_are_refused(
    small_batches: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No double is 2**53 + 1: such a column holds ids. As ids of groups they are right."""
    long = [5, None, 2**53 + 1, 7, 2**62, 8]
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"g": ["a", "b"] * 3, "y": pa.array(long, pa.int64())}), file)
    (streamed, _), (expected, _) = read_both_ways(file, monkeypatch, dataset())
    assert streamed.refusal == expected.refusal
    assert reason(expected.refusal).code == "not_numeric"
    assert 'row 3 has "9007199254740993", a whole number' in reason(expected.refusal).message
    assert "(2 rows are like that)" in reason(expected.refusal).message
    ids = pa.array([2**53, 2**53 + 1, 2**53 + 1] * 2, pa.int64())
    pq.write_table(pa.table({"g": ids, "y": [1.0, 2, 3, 4, 5, 6]}), file)
    _, students = ingest(dataset(missing=(9,)), file)
    assert students.group_ids == ("9007199254740992", "9007199254740993")


@pytest.mark.usefixtures("small_batches")
def test_parquet_cut_in_the_middle(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(
        pa.table({"g": ["a"] * 5000, "y": np.arange(5000.0)}), file, use_dictionary=False
    )
    content = bytearray(file.read_bytes())
    content[len(content) // 4 : len(content) // 2] = b"\xff" * (len(content) // 4)
    file.write_bytes(content)
    ingested, _ = ingest(dataset(), file)
    assert ingested.refusal is not None
    assert reason(ingested.refusal).code == "unreadable_file"


@pytest.mark.usefixtures("small_batches")
def test_a_file_written_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"g,y\n" + ROWS.encode())
    add = Scan.add

    def add_and_write(self: Scan, *given: Any, **named: Any) -> None:
        add(self, *given, **named)
        file.write_bytes(b"g,y\n" + ROWS.encode() * 2)

    monkeypatch.setattr(Scan, "add", add_and_write)
    ingested, _ = ingest(dataset(), file)
    assert ingested.refusal is not None
    assert "changed while it was being read" in reason(ingested.refusal).message


@pytest.mark.usefixtures("small_batches")
def test_ids_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_module, "MOST_GROUPS", 10)
    file = tmp_path / "a.csv"
    file.write_text("g,y\n" + "".join(f"s{i},1\n" for i in range(40)))
    ingested, _ = ingest(dataset(), file)
    assert ingested.refusal is not None
    assert reason(ingested.refusal).code == "no_replication"
    assert "more than 10 different ids" in reason(ingested.refusal).message


@pytest.mark.usefixtures("small_batches")
def test_written_and_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"g,y\n" + ROWS.encode())
    ingested, found = ingest(dataset(), tmp_path / "a.csv")
    write(ingested, found, tmp_path / "students.parquet", tmp_path / "ingest.json")
    again = read_accepted(tmp_path / "students.parquet")
    assert isinstance(found, Condensed)
    assert isinstance(again, Condensed)
    assert again.group_ids == found.group_ids
    assert (again.score_min, again.score_max) == (found.score_min, found.score_max)
    for one, other in zip(
        SufficientStatistics.of(again)[0].__dict__.values(),
        SufficientStatistics.of(found)[0].__dict__.values(),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
    order = np.argsort(found.sample_group, kind="stable")
    np.testing.assert_array_equal(again.sample_group, found.sample_group[order])
    np.testing.assert_array_equal(again.sample_score, found.sample_score[order])


@pytest.mark.usefixtures("small_batches")
def test_a_huge_file_that_must_be_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "WHOLE_LIMIT", 100)
    file = tmp_path / "a.csv"
    file.write_bytes(b"g,y1,y2\n" + b"a,1,2\n" * 40)
    ingested, _ = ingest(dataset(outcome=("y1", "y2")), file)
    assert ingested.refusal is not None
    assert "for one column of scores" in reason(ingested.refusal).message
