"""Every format: what is written is read; what is damaged is refused."""

import ctypes
import random
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.ingest import making

from multilevel.configuration.forms import Form
from multilevel.errors import DataRefused
from multilevel.ingest.readers import (
    READERS,
    Column,
    Table,
    describe,
    isolated,
    parse,
    raw,
    read_source,
    read_table,
    statistical,
)
from multilevel.ingest.table.missing import counted
from multilevel.ingest.table.values import numeric, texts

LABELLED = (".sav", ".zsav", ".por", ".dta", ".xpt", ".sas7bdat")


def refusal(path: Path, *columns: str) -> DataRefused:
    with pytest.raises(DataRefused) as caught:
        read_table(path, columns or ("IDSCHOOL", "Math"))
    assert path.name in caught.value.reason.message
    assert str(path.parent) not in str(caught.value)
    assert caught.value.reason.remedy.endswith(".")
    return caught.value


def missing(table: Table) -> list[tuple[str, str, int]]:
    return [(one.column, one.reason, one.n) for one in counted(table)]


def test_a_file_of_each_format_is_made() -> None:
    assert set(making.WRITERS) == set(READERS)


@pytest.mark.parametrize("ending", [one for one in READERS if one != ".sas7bdat"])
def test_the_same_students_from_each_format(ending: str, tmp_path: Path) -> None:
    table = read_table(making.written(tmp_path, ending), ("math", "idschool"))
    assert list(table.frame.columns) == ["math", "idschool"]
    np.testing.assert_allclose(numeric(table, "math"), making.SCORE, rtol=1e-12)
    assert texts(table.frame["idschool"]).to_pylist() == [str(one) for one in making.SCHOOL]
    if ending in LABELLED:
        assert table.columns["math"].label == "MATHEMATICS ACHIEVEMENT"


def test_sas_as_another_program_writes_it(tmp_path: Path) -> None:
    table = read_table(making.written(tmp_path, ".sas7bdat"), ("SCORE", "IDSCHOOL", "NAME"))
    assert table.n_rows == 60
    assert np.flatnonzero(np.isnan(numeric(table, "SCORE"))).tolist() == [2]
    assert texts(table.frame["IDSCHOOL"]).to_pylist()[::10] == ["1", "2", "3", "4", "5", "6"]
    assert table.columns["SCORE"].label == "Mathematics score"
    assert missing(table) == [("SCORE", "empty", 1)]


@pytest.mark.parametrize("compression", making.COMPRESSORS)
@pytest.mark.parametrize("ending", [".csv", ".sav", ".parquet", ".rds"])
def test_compressed(ending: str, compression: str, tmp_path: Path) -> None:
    content = making.written(tmp_path, ending).read_bytes()
    path = tmp_path / f"scores{ending}{compression}"
    path.write_bytes(making.COMPRESSORS[compression](content))
    table = read_table(path, ("Math",))
    np.testing.assert_allclose(numeric(table, "Math"), making.SCORE, rtol=1e-12)
    assert table.bytes == path.stat().st_size


def test_a_zip_archive_tells_the_format_by_its_file(tmp_path: Path) -> None:
    content = making.written(tmp_path, ".sav").read_bytes()
    (tmp_path / "a.zip").write_bytes(making.zipped(content, "folder/BSG.SAV"))
    assert read_table(tmp_path / "a.zip", ("Math",)).n_rows == making.N


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (making.zipped(b"x,y\n1,2\n", "a.csv", "b.csv"), 'should hold one file, but holds 2: "a'),
        (making.zipped(b"x", "a.exe"), '"a.exe" has no ending'),
        (b"PK\x05\x06" + bytes(18), "holds none"),
        (making.zipped(b"x,y\n1,2\n")[:40], "not a complete zip archive"),
        (b"no archive", "not a complete zip archive"),
    ],
    ids=["two", "other", "none", "cut", "no archive"],
)
def test_other_zip_archives(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(DataRefused) as caught:
        read_table(tmp_path / "a.zip", ("x",))
    assert message in caught.value.reason.message


@pytest.mark.parametrize("compression", making.COMPRESSORS)
def test_damaged_compression(compression: str, tmp_path: Path) -> None:
    path = tmp_path / f"scores.csv{compression}"
    whole = making.COMPRESSORS[compression](making.written(tmp_path, ".csv").read_bytes() * 50)
    for content in (whole[: len(whole) // 2], whole[:5], b"Math,IDSCHOOL\n1,2\n"):
        path.write_bytes(content)
        assert refusal(path).reason.code == "unreadable_file"
    if compression == ".zst":  # has no checksum, as it is written here
        return
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    path.write_bytes(damaged)
    assert refusal(path).reason.code == "unreadable_file"


@pytest.mark.parametrize("compression", making.COMPRESSORS)
def test_compression_bombs(
    compression: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "EXPANDED_FREE", 2**20)
    path = tmp_path / f"scores.csv{compression}"
    path.write_bytes(making.COMPRESSORS[compression](b"\n" * 2**25))
    assert "decompresses to more than" in refusal(path).reason.message


# What files declare to be missing


def test_user_missing_codes_of_spss(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "IDSCHOOL": [1.0, 2, 9999, 1],
            "Math": [500.5, 997, 999, np.nan],
            "Name": ["a", "XX", "b", "c"],
        }
    )
    making.sav(
        tmp_path / "a.sav",
        frame,
        variable_value_labels={"Math": {997.0: "Not reached", 999.0: "Omitted"}},
        missing_ranges={"Math": [{"lo": 996, "hi": 999}], "IDSCHOOL": [9999], "Name": ["XX"]},
    )
    table = read_table(tmp_path / "a.sav", ("IDSCHOOL", "Math", "Name"))
    assert texts(table.frame["IDSCHOOL"]).to_pylist() == ["1", "2", "", "1"]
    assert np.isnan(numeric(table, "Math")).tolist() == [False, True, True, True]
    assert missing(table) == [
        ("IDSCHOOL", "9999", 1),
        ("Math", "Not reached (997)", 1),
        ("Math", "Omitted (999)", 1),
        ("Math", "empty", 1),
        ("Name", "XX", 1),
    ]


def test_special_missing_values_of_stata(tmp_path: Path) -> None:
    making.dta(
        tmp_path / "a.dta",
        pd.DataFrame({"IDSCHOOL": [1, 2, 3, 4], "Math": [1.5, "a", "z", 4.5]}),
        missing_user_values={"Math": ["a", "z"]},
        variable_value_labels={"Math": {"a": "Omitted"}},
    )
    table = read_table(tmp_path / "a.dta", ("Math",))
    assert numeric(table, "Math")[[0, 3]].tolist() == [1.5, 4.5]
    assert missing(table) == [("Math", ".z", 1), ("Math", "Omitted (.a)", 1)]


@pytest.mark.parametrize(
    ("values", "is_text", "read", "reasons"),
    [
        (["a", "a"], False, [None, None], [".a", ".a"]),
        (["a", np.nan], True, ["a", None], None),
        ([date(2024, 5, 6), "a"], False, ["2024-05-06", "a"], None),
        ([1.5, "b", None], False, [1.5, None, None], [None, ".b", None]),
    ],
)
def test_columns_of_mixed_objects(
    values: list[object], is_text: bool, read: list[object], reasons: list[object] | None
) -> None:
    column = pd.Series(values, dtype=object)
    array, why = statistical._array(column, Column(name="y"), str if is_text else None)
    assert array.to_pylist() == read
    assert (why and why.to_pylist()) == reasons


# Types


@pytest.mark.parametrize("ending", [".parquet", ".feather", ".arrow", ".rds", ".xlsx", ".dta"])
def test_dates_are_no_scores(ending: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"IDSCHOOL": [1, 2], "Math": pd.to_datetime(["2024-05-06"] * 2)})
    path = tmp_path / f"a{ending}"
    if ending == ".dta":
        making.dta(path, frame.assign(Math=frame["Math"].dt.date))
    else:
        making.WRITERS[ending](path, frame)
    with pytest.raises(DataRefused, match='row 1 has "2024-05-06') as caught:
        numeric(read_table(path, ("Math",)), "Math")
    assert caught.value.reason.code == "not_numeric"


def test_types_of_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "big": pa.array([2**60 + 1, 2**60 + 2]),
            "decimal": pa.array(["1.25", "2.5"]).cast(pa.decimal128(8, 2)),
            "dictionary": pa.array(["a", "b"]).dictionary_encode(),
            "true": pa.array([True, False]),
            "half": pa.array([1.5, None], pa.float32()),
            "list": pa.array([[1], [2]]),
            "null": pa.nulls(2),
            "u64": pa.array([1, 2**63 + 1], pa.uint64()),
        }
    )
    path = tmp_path / "a.parquet"
    pq.write_table(table, path)
    read = read_table(path, ("big", "decimal", "dictionary", "true", "half", "null", "u64"))
    assert texts(read.frame["big"]).to_pylist() == ["1152921504606846977", "1152921504606846978"]
    assert numeric(read, "decimal").tolist() == [1.25, 2.5]
    assert texts(read.frame["dictionary"]).to_pylist() == ["a", "b"]
    assert texts(read.frame["true"]).to_pylist() == ["true", "false"]
    np.testing.assert_array_equal(numeric(read, "half"), [1.5, np.nan])
    assert np.isnan(numeric(read, "null")).all()
    assert texts(read.frame["u64"]).to_pylist() == ["1", "9223372036854775809"]
    assert 'column "list"' in refusal(path, "list").reason.message


def test_a_file_with_a_name_twice(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array([1, 2])] * 3, names=["y", "x", "x"])
    pq.write_table(table, tmp_path / "a.parquet")
    assert read_table(tmp_path / "a.parquet", ("y",)).n_rows == 2
    assert "2 times" in refusal(tmp_path / "a.parquet", "x").reason.message


def test_hostile_names_of_columns(tmp_path: Path) -> None:
    names = ["+cmd()", "../x", "<script>", "{x}", "a`b", "a\nb", "é" * 100, "x" * 5000]
    frame = pd.DataFrame({name: [1.5, 2.5] for name in names})
    for ending in (".parquet", ".csv", ".xlsx", ".rds", ".feather"):
        making.WRITERS[ending](tmp_path / f"a{ending}", frame)
        for name in names[:-1]:
            table = read_table(tmp_path / f"a{ending}", (name,))
            assert numeric(table, name).tolist() == [1.5, 2.5]


# Files that are something else, or damaged


# What pickle would run: os.system.
PICKLE = b"cposix\nsystem\n(S'touch pickled-was-run'\ntR."


@pytest.mark.parametrize("ending", making.BINARY)
def test_other_things_under_the_ending(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{ending}"
    for content in (
        PICKLE,
        b"\x80\x02" + PICKLE, b"IDSCHOOL,Math\n1,2\n", b"\0" * 4096, b"<html>", b"PK\x03\x04",
    ):  # fmt: skip
        path.write_bytes(content)
        assert refusal(path).reason.code == "unreadable_file"
    path.write_bytes(b"")
    assert refusal(path).reason.code == "empty"
    assert not Path("pickled-was-run").exists()


@pytest.mark.parametrize("ending", making.BINARY)
def test_truncated_and_corrupted_files(ending: str, tmp_path: Path) -> None:
    content = making.written(tmp_path, ending).read_bytes()
    columns = ("SCORE",) if ending == ".sas7bdat" else ("Math",)
    path = tmp_path / f"broken{ending}"
    for share in (0.1, 0.5, 0.9):
        path.write_bytes(content[: int(share * len(content))])
        assert refusal(path, *columns).reason.code in {"unreadable_file", "empty", "missing_column"}
    chance = random.Random(ending)
    for _ in range(8):
        broken = bytearray(content)
        for _ in range(chance.choice([1, 5, 50])):
            broken[chance.randrange(len(broken))] = chance.choice([0, 1, 127, 255])
        path.write_bytes(broken)
        try:
            read_table(path, columns)
        except DataRefused as refused:
            assert refused.reason.message  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("Name", "nor\x03th", 'row 3 of "Name" has "nor'),
        ("Math", 6.2e-294, 'row 3 of "Math" has "6.2e-294"'),
        ("Math", -1.7e170, 'row 3 of "Math" has "-1.7e+170"'),
    ],
)
def test_what_only_damage_explains_in_an_r_file(
    column: str, value: str | float, said: str, tmp_path: Path
) -> None:
    frame = making.FRAME.copy()
    frame.loc[2, column] = value
    making.rds(tmp_path / "a.rds", frame)
    found = refusal(tmp_path / "a.rds", column)
    assert 'The file "a.rds" is damaged' in found.reason.message
    assert said in found.reason.message


# The process that native readers run in


def run(work: object, size: int = 0) -> bytes:
    return isolated.call(work, "a.sav", size, "an SPSS file")


def test_what_the_process_returns() -> None:
    assert run(lambda: b"x" * 10_000_000) == b"x" * 10_000_000


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: bytes(ctypes.string_at(0)), "the reader broke off"),
        (lambda: bytes(2**40), "can't be read as an SPSS file: it asks for more memory"),
        (lambda: int("no number"), "invalid literal"),
    ],
    ids=["crashes", "wants all memory", "fails"],
)
def test_a_reader_that(work: object, message: str) -> None:
    with pytest.raises(DataRefused, match=message) as caught:
        run(work)
    assert caught.value.reason.code == "unreadable_file"


def test_a_reader_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "SECONDS", 0.1)
    with pytest.raises(DataRefused, match="it took too long"):
        run(lambda: [None for _ in iter(int, 1)])


def test_a_refusal_passes_through_the_process() -> None:
    def work() -> bytes:
        raise DataRefused("missing_column.nameless", "a", file="a.csv")

    with pytest.raises(DataRefused, match="names no column") as caught:
        run(work)
    assert (caught.value.reason.code, caught.value.reason.remedy) == (
        "missing_column",
        "Name them.",
    )
    assert caught.value.finding.columns == ("a",)


@pytest.mark.parametrize("ending", making.WRITERS)
def test_an_encoding_named_for_all_files_harms_none(ending: str, tmp_path: Path) -> None:
    path = making.written(tmp_path, ending)
    plain = read_source(path)
    named = read_source(path, Form(encoding="utf-8"))
    names = describe(plain).names
    assert describe(named).names == names
    assert parse(named, names).frame.equals(parse(plain, names).frame)


@pytest.mark.parametrize("column", ["school", "score"])
@pytest.mark.parametrize("place", [2**30, -5, 3])
def test_texts_of_an_arrow_file_that_lie_elsewhere_are_refused(
    column: str, place: int, tmp_path: Path
) -> None:
    """Whoever looks at such a text is crashed by it."""
    texts = {"school": ["a", "b", "c", "d"] * 5, "score": [str(500 + n) for n in range(20)]}
    arrays = {name: pa.array(one, pa.string()) for name, one in texts.items()}
    _, places, letters = arrays[column].buffers()
    moved = np.frombuffer(places, np.int32)[:21].copy()
    moved[10] = place
    arrays[column] = pa.Array.from_buffers(pa.string(), 20, [None, pa.py_buffer(moved), letters])
    table = pa.table(arrays)
    for ending, writer in ((".arrow", pa.ipc.new_stream), (".feather", pa.ipc.new_file)):
        with writer(tmp_path / f"a{ending}", table.schema) as file:
            file.write_table(table)
        refused = refusal(tmp_path / f"a{ending}", "school", "score")
        assert refused.finding.code == "unreadable_file.form"
