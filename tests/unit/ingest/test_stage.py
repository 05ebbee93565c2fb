import gzip
import hashlib
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from multilevel.configuration import Dataset
from multilevel.ingest.stage import ingest, write
from multilevel.records.ingested import Ingested
from multilevel.records.results import Labels, decode, encode
from multilevel.records.students import Students
from multilevel.storage.arrays import from_parquet
from multilevel.wording.findings import notes, reason

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


def test_an_accepted_file(tmp_path: Path) -> None:
    content = b"g,Y,other\n10,1.5,\n2,,\n10,2,\n,3,\n2,99,\n9,4,\n"
    (tmp_path / "a.csv").write_bytes(content)
    given = dataset(missing=(99,))
    ingested, students = ingest(given, tmp_path / "a.csv")
    assert ingested.status == "ok"
    assert ingested.refusal is None
    assert ingested.labels == LABELS
    assert (ingested.rows_read, ingested.n_dropped_outcome, ingested.n_dropped_group) == (6, 2, 1)
    assert ingested.input.path == "in/a.csv"
    assert ingested.input.bytes == len(content)
    assert ingested.input.sha256 == hashlib.sha256(content).hexdigest()
    assert Dataset.from_settings(ingested.config) == dataset(missing=(99,), outcome="Y")
    assert [(one.role, one.name) for one in ingested.columns] == [("outcome", "Y"), ("group", "g")]
    assert [(one.column, one.reason, one.n) for one in ingested.missing] == [
        ("Y", "99", 1),
        ("Y", "empty", 1),
        ("g", "empty", 1),
    ]
    assert len(notes(ingested.findings, ingested.reading)) == 3
    assert students.group_ids == ("9", "10")


@pytest.mark.parametrize(
    ("content", "code", "rows_read"),
    [
        (b"g,y\na,x\n", "not_numeric", 1),
        (b"g,y\na,\n", "empty", 1),
        (b"g,x\na,1\n", "missing_column", None),
        (b"", "empty", None),
        (gzip.compress(b"g,y\na,1\n", mtime=0), "unreadable_file", None),
        (None, "unreadable_file", None),
    ],
)
def test_a_refused_file(
    tmp_path: Path, content: bytes | None, code: str, rows_read: int | None
) -> None:
    if content is not None:
        (tmp_path / "a.csv").write_bytes(content)
    ingested, students = ingest(dataset(), None if content is None else tmp_path / "a.csv")
    write(ingested, students, tmp_path / "o/students.parquet", tmp_path / "o/ingest.json")
    assert ingested.status == "refused"
    assert ingested.refusal is not None
    assert reason(ingested.refusal).code == code
    assert ingested.rows_read == rows_read
    assert ingested.input.sha256 == (hashlib.sha256(content).hexdigest() if content else None)
    assert decode((tmp_path / "o/ingest.json").read_bytes(), Ingested) == ingested
    assert from_parquet(tmp_path / "o/students.parquet", Students).group_ids == ()


def test_what_is_written_is_read_and_repeats_byte_for_byte(tmp_path: Path) -> None:
    # 60,000 long ids: more than a dictionary page of Parquet holds.
    ids = [f"school {number} {'x' * 20}" for number in range(60_000, 0, -1)]
    rows = "".join(f"{name},{number / 7}\n" for number, name in enumerate(ids))
    (tmp_path / "a.csv").write_text(f"g,y\n{rows}")
    ingested, students = ingest(dataset(), tmp_path / "a.csv")
    for folder in ("one", "two"):
        write(ingested, students, tmp_path / folder / "s.parquet", tmp_path / folder / "i.json")
    for name in ("s.parquet", "i.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    read = from_parquet(tmp_path / "one/s.parquet", Students)
    assert read.group_ids == students.group_ids == tuple(reversed(ids))
    assert (read.members.group == students.members.group).all()
    assert (read.members.scores == students.members.scores).all()


def test_students_parquet_has_all_members_in_file_order(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("y,g\n3,b\n1,a\n2,b\n")
    write(*ingest(dataset(), tmp_path / "a.csv"), tmp_path / "s.parquet", tmp_path / "i.json")
    table = pq.read_table(tmp_path / "s.parquet")
    assert table["members.scores"].to_pylist() == [[3.0, 1.0, 2.0]]
    assert table["members.group"].to_pylist() == [[1, 0, 1]]
    assert table["group_ids"].to_pylist() == [["a", "b"]]
    assert table["moments.0.n"].to_pylist() == [[1, 2]]


def test_hostile_names_are_only_text(tmp_path: Path) -> None:
    given = dataset(file="../../etc/\x1b<b>.csv", outcome="<script>", group="{g}")
    ingested, _ = ingest(given, None)
    assert ingested.refusal is not None
    assert "\x1b" not in reason(ingested.refusal).message
    assert decode(encode(ingested), Ingested).config["outcome"] == "<script>"
