"""Files read in batches give what files read whole give."""

import gzip
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from multilevel.configuration import Dataset
from multilevel.configuration.datasets import Join, Replicates, Weights
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.fit.surveys import weighted_section
from multilevel.ingest import groups
from multilevel.ingest.readers import Table, large, raw
from multilevel.ingest.readers import delimited as whole
from multilevel.ingest.stage import ingest, write
from multilevel.ingest.statistics import subsample
from multilevel.ingest.students import Collector
from multilevel.records.results import Labels
from multilevel.records.students import Students
from multilevel.storage.arrays import from_parquet
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
    monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    monkeypatch.setattr(large, "ROWS_IN_MEMORY", 0)
    monkeypatch.setattr(large, "BATCH_ROWS", 3)
    monkeypatch.setattr(large, "CHUNK", 7)
    monkeypatch.setattr(whole, "HEADER_LIMIT", 40)
    monkeypatch.setattr(whole, "_BLOCK", 64)


def read_both_ways(
    file: Path, monkeypatch: pytest.MonkeyPatch, given: Dataset
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    streamed = ingest(given, file)
    monkeypatch.setattr(large, "is_large", lambda *file: False)
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
    # Of a file read in batches the digest is known even where it can't be decompressed.
    assert replace(streamed, input=expected.input) == expected
    if expected.status == "ok":
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


def assert_same(found: Students, students: Students) -> None:
    assert found.group_ids == students.group_ids
    for one, other in zip(found.moments, students.moments, strict=True):
        assert (one.low, one.high) == (other.low, other.high)
        ours, theirs = SufficientStatistics.of(one), SufficientStatistics.of(other)
        reach = max(abs(other.low), abs(other.high))
        np.testing.assert_array_equal(ours.n, theirs.n)
        np.testing.assert_allclose(ours.mean, theirs.mean, rtol=0, atol=1e-12 * reach)
        # Numbers below the smallest normal one have fewer digits.
        least = np.finfo(float).tiny
        np.testing.assert_allclose(ours.ss, theirs.ss, rtol=1e-12, atol=1e-12 * reach**2 + least)
    # So few students are all in the sample.
    np.testing.assert_array_equal(found.members.group, students.members.group)
    np.testing.assert_array_equal(found.members.scores, students.members.scores)


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.floats(-1e6, 1e6)), min_size=1, max_size=30),
    st.lists(st.integers(0, 30), max_size=3),
)
@example([("a", 0.0), ("a", 1.4961753572340876e-157)], [1])
@example([("a", 0.0), ("a", 1.4961753572340876e-157)], [])
def test_any_cuts(rows: list[tuple[str, float]], cuts: list[int]) -> None:
    frame = pd.DataFrame(rows, columns=["g", "y"])
    collector = Collector(outcome="y", group="g")
    for at in np.split(np.arange(len(rows)), sorted(cuts)):
        collector.add(table(frame.iloc[at]))
    whole_file = Collector(outcome="y", group="g")
    whole_file.add(table(frame))
    assert_same(collector.intake().students, whole_file.intake().students)


def table(frame: pd.DataFrame) -> Table:
    return Table(frame=frame, n_rows=len(frame), name="a", sha256="", bytes=0)


SURVEY = "school,pv1,pv2,w,gw,zone,half,r1,r2\n" + "".join(
    f"s{i % 6},{i * i % 17}.5,{i * i % 13 if i % 9 else ''},{1 + i % 5},{1 + i % 6},"
    f"{1 + i % 6 // 2},{i % 2},{i % 3},{i % 4}\n"
    for i in range(60)
)
JACKKNIFE = Replicates(method="jk2", zone="zone", code="half")
BRR = Replicates(method="brr-fay", columns=("r1", "r2"))


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("replicates", [None, JACKKNIFE, BRR], ids=["none", "jk2", "brr"])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_surveys_in_batches_as_whole(
    ending: str,
    replicates: Replicates | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / f"a.{ending}"
    if ending == "csv":
        file.write_text(SURVEY)
    else:
        pd.read_csv(io.StringIO(SURVEY)).to_parquet(file, index=False)
    given = dataset(
        outcome=("pv1", "pv2"),
        group="school",
        weights=Weights(member="w", group="gw"),
        replicates=replicates,
    )
    (streamed, found), (expected, students) = read_both_ways(file, monkeypatch, given)
    assert streamed == expected
    assert (expected.status, expected.n_dropped_outcome) == ("ok", 7)
    assert_same(found, students)
    assert (found.zones is None, found.replicates is None) == (
        replicates is not JACKKNIFE,
        replicates is not BRR,
    )
    # Weighted scores are summed about the mean of the first batch, which is another one.
    for name in ("conditional", "total", "zones", "replicates"):
        one, other = getattr(found, name), getattr(students, name)
        if one is not None:
            np.testing.assert_allclose(one.weight, other.weight, rtol=1e-13)
    sections = [
        weighted_section(read, given.weights, replicates, given.outcomes, 0.95)
        for read in (found, students)
    ]
    for name in ("official_mean", "official_se", "sum_of_weights", "n_effective", "gamma00"):
        one, other = (getattr(section, name) for section in sections)
        assert one == pytest.approx(other, rel=1e-9), name
    assert sections[0].flags == sections[1].flags
    if replicates is not None:
        assert sections[0].official_se is not None


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"w": (41, -2)}, "negative (-2) in row 42."),
        ({"gw": (41, 99)}, "it goes from"),
        ({"half": (41, 7), "r1": (50, 0)}, "is 7 in row 42."),
    ],
)
def test_refusals_of_weights_count_rows_of_the_file(
    changed: dict[str, tuple[int, float]], said: str, tmp_path: Path
) -> None:
    frame = pd.read_csv(io.StringIO(SURVEY))
    for name, (row, value) in changed.items():
        frame.loc[row, name] = value
    frame.to_csv(tmp_path / "a.csv", index=False)
    weights = Weights(member="w", group="gw")
    given = dataset(outcome="pv1", group="school", weights=weights, replicates=JACKKNIFE)
    ingested, _ = ingest(given, tmp_path / "a.csv")
    assert ingested.refusal is not None
    assert reason(ingested.refusal).code == "bad_weights"
    assert said in reason(ingested.refusal).message


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
    assert found.group_ids == ("1", "2", "10")
    assert found.moments[0].n.tolist() == [2, 2, 1]
    counts = (ingested.rows_read, ingested.n_dropped_outcome, ingested.n_dropped_group)
    assert counts == (7, 1, 1)
    assert found.members.scores[:, 0].tolist() == [1, 2, 5, 6, 7]


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
    add = Collector.add

    def add_and_write(self: Collector, batch: Table) -> tuple[Any, Any]:
        added = add(self, batch)
        file.write_bytes(b"g,y\n" + ROWS.encode() * 2)
        return added

    monkeypatch.setattr(Collector, "add", add_and_write)
    ingested, _ = ingest(dataset(), file)
    assert ingested.refusal is not None
    assert "changed while it was being read" in reason(ingested.refusal).message


@pytest.mark.usefixtures("small_batches")
def test_ids_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST_GROUPS", 10)
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
    again = from_parquet(tmp_path / "students.parquet", Students)
    assert_same(again, found)
    assert again.moments[0].centre == found.moments[0].centre
    for name in ("mean", "m2", "m3", "m4"):
        one, other = getattr(again.moments[0], name), getattr(found.moments[0], name)
        np.testing.assert_array_equal(one, other)


@pytest.mark.usefixtures("small_batches")
def test_of_more_members_a_sample_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subsample.BottomK.__init__, "__defaults__", (10, subsample.SEED))
    (tmp_path / "a.csv").write_bytes(b"g,y\n" + ROWS.encode())
    ingested, found = ingest(dataset(), tmp_path / "a.csv")
    sampled = [one for one in ingested.findings if one.code == "subsample"]
    assert [(one.values["n"], one.values["n_members"]) for one in sampled] == [(10, 40)]
    assert (found.n_members, len(found.members.group), found.complete) == (40, 10, False)
    rows = {tuple(line.split(",")) for line in ROWS.split()}
    for group, score in zip(found.members.group, found.members.scores[:, 0], strict=True):
        assert (found.group_ids[group], str(score)) in rows


@pytest.mark.usefixtures("small_batches")
def test_a_huge_file_that_must_be_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "READ_LIMIT", 100)
    file = tmp_path / "a.csv"
    file.write_bytes(b"g,y1,y2\n" + b"a,1,2\n" * 40)
    (tmp_path / "j.csv").write_bytes(b"g,z\na,1\n")
    join = Join(file=str(tmp_path / "j.csv"), by=(("g", "g"),))
    ingested, _ = ingest(dataset(outcome=("y1", "y2"), join=join), file)
    assert ingested.refusal is not None
    assert "too many to be read at once" in reason(ingested.refusal).message
