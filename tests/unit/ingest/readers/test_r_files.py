"""R's files: what haven and labelled say of columns, text in any encoding, damage."""

import gzip
import random
from pathlib import Path

import numpy as np
import pytest
from tests.unit.ingest import r_files as r

from multilevel.errors import DataRefused
from multilevel.ingest.readers import Table, read_table
from multilevel.ingest.table.missing import counted
from multilevel.ingest.table.values import numeric, texts

NAN = float("nan")


def read(folder: Path, columns: dict[str, bytes], *names: str) -> Table:
    content = r.rds(r.frame(columns, 4))
    (folder / "a.rds").write_bytes(gzip.compress(content))
    return read_table(folder / "a.rds", names or tuple(columns))


def missing(table: Table) -> list[tuple[str, str, int]]:
    return [(one.column, one.reason, one.n) for one in counted(table)]


def test_codes_and_labels(tmp_path: Path) -> None:
    labels = r.reals([1, 99], names=r.strings(["Low", "Absent"]))
    table = read(
        tmp_path,
        {
            "score": r.reals([1, 99, 5, 98], labels=labels, label=r.strings(["Test score"]),
                             na_values=r.reals([99]), na_range=r.reals([97, 98.5])),
            "code": r.strings(["a", "-", "b", None], na_values=r.strings(["-"])),
            "whole": r.integers([1, r.NA_INTEGER, -9, 4], na_range=r.integers([-99, -1])),
        },
    )  # fmt: skip
    np.testing.assert_array_equal(numeric(table, "score"), [1, NAN, 5, NAN])
    np.testing.assert_array_equal(numeric(table, "whole"), [1, NAN, NAN, 4])
    assert texts(table.frame["code"]).to_pylist() == ["a", "", "b", ""]
    assert table.columns["score"].label == "Test score"
    assert table.columns["score"].value_labels == {"1": "Low", "99": "Absent"}
    assert missing(table) == [
        ("score", "98", 1), ("score", "Absent (99)", 1),
        ("code", "-", 1), ("code", "empty", 1),
        ("whole", "-9", 1), ("whole", "empty", 1),
    ]  # fmt: skip


def test_tagged_missing_values(tmp_path: Path) -> None:
    labels = r.reals([r.tagged_na("a")], names=r.strings(["Refused"]))
    score = r.reals([1.5, r.tagged_na("a"), r.tagged_na("z"), r.tagged_na()], labels=labels)
    table = read(tmp_path, {"score": score})
    np.testing.assert_array_equal(numeric(table, "score"), [1.5, NAN, NAN, NAN])
    assert missing(table) == [
        ("score", ".z", 1), ("score", "Refused (.a)", 1), ("score", "empty", 1)
    ]  # fmt: skip


def test_kinds_of_columns(tmp_path: Path) -> None:
    days = r.reals([0, 19000.5, NAN, 1], **{"class": r.strings(["Date"])})
    whole = np.array([1, -(2**63), 2**60 + 1, 3], "<i8").view("<f8")
    levels = {"levels": r.strings(["Süd", "Nord"]), "class": r.strings(["factor"])}
    table = read(
        tmp_path,
        {
            "factor": r.integers([2, 1, r.NA_INTEGER, 2], **levels),
            "logical": r.logicals([1, 0, r.NA_INTEGER, 1]),
            "sequence": r.sequence(4, 7),
            "wrapped": r.wrapped(r.reals([1, 2, 3, 4])),
            "day": days,
            "id": r.reals(whole, **{"class": r.strings(["integer64"])}),
            "latin1": r.strings([b"S\xfcd", b"\x80", b"\x81", None], r.LATIN1),
            "native": r.strings(["Süd", "", None, "x"], 0),
        },
    )
    found = {name: texts(table.frame[name]).to_pylist() for name in table.frame}
    assert found == {
        "factor": ["Nord", "Süd", "", "Nord"],
        "logical": ["true", "false", "", "true"],
        "sequence": ["7", "8", "9", "10"],
        "wrapped": ["1", "2", "3", "4"],
        "day": ["1970-01-01", "2022-01-08", "", "1970-01-02"],
        "id": ["1", "", str(2**60 + 1), "3"],
        "latin1": ["Süd", "€", "\x81".strip(), ""],
        "native": ["Süd", "", "", "x"],
    }


def test_bad_bytes_matter_where_they_are_needed(tmp_path: Path) -> None:
    columns = {"score": r.reals([1, 2, 3, 4]), "note": r.strings(["a", b"\xd0 x", "b", "c"], 0)}
    np.testing.assert_array_equal(numeric(read(tmp_path, columns, "score"), "score"), [1, 2, 3, 4])
    with pytest.raises(DataRefused, match="row 2 has the bytes d0 20 78"):
        read(tmp_path, columns, "note")


def test_no_data_frame_or_several(tmp_path: Path) -> None:
    frame = r.frame({"score": r.reals([1, 2])}, 2)
    for content, message in (
        (r.rds(r.reals([1, 2])), "holds no data frame"),
        (r.rda({"x": r.integers([1])}), "holds no data frame"),
        (r.rda({"a": frame, "b": frame}), 'holds 2 data frames: "a", "b"'),
    ):
        (tmp_path / "a.rda").write_bytes(content)
        with pytest.raises(DataRefused, match=message):
            read_table(tmp_path / "a.rda", ("score",))
    (tmp_path / "a.rda").write_bytes(r.rda({"n": r.integers([1]), "a": frame}))
    assert read_table(tmp_path / "a.rda", ("score",)).n_rows == 2


def test_lists_and_matrices_are_no_columns(tmp_path: Path) -> None:
    columns = {
        "score": r.reals([1, 2, 3, 4]),
        "list": r.vector([r.reals([1])] * 4),
        "matrix": r.reals(range(8), dim=r.integers([4, 2])),
    }
    assert read(tmp_path, columns, "score").n_rows == 4
    for name in ("list", "matrix"):
        with pytest.raises(DataRefused, match="of a kind that can't be read"):
            read(tmp_path, columns, name)


def test_damaged_files_are_refused_or_read(tmp_path: Path) -> None:
    """Whatever bytes stand there, there is a table or a refusal with a sentence."""
    columns = {"school": r.strings(["a", "b"] * 2), "score": r.reals([1, 2, 3, 4])}
    content, chance = r.rds(r.frame(columns, 4)), random.Random(3)
    for length in range(0, len(content), 7):
        (tmp_path / "a.rds").write_bytes(content[:length])
        with pytest.raises(DataRefused):
            read_table(tmp_path / "a.rds", ("score",))
    for _ in range(60):
        broken = bytearray(content)
        for _ in range(chance.choice([1, 4])):
            broken[chance.randrange(len(broken))] = chance.choice([0, 1, 2, 9, 127, 128, 255])
        (tmp_path / "a.rds").write_bytes(broken)
        try:
            read_table(tmp_path / "a.rds", ("score", "school"))
        except DataRefused as refused:
            assert refused.reason.remedy  # noqa: PT017 - either is right
