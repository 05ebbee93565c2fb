import codecs
import csv
import gzip
import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multilevel.errors import DataRefused
from multilevel.ingest.readers import (
    Table,
    batches,
    delimited,
    describe,
    large,
    raw,
    read_source,
    read_table,
)
from multilevel.ingest.readers.table import Source
from multilevel.wording.findings import notes

WANTED = ("school", "math")
PLAIN = "school,math\n007,1.5\nb,2\n"


def read(tmp_path: Path, content: str | bytes, name: str = "scores.csv") -> Table:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, WANTED)


def rows(table: Table) -> list[tuple[str, str]]:
    return [(str(a), str(b)) for a, b in table.frame.itertuples(index=False)]


def refusal(tmp_path: Path, content: str | bytes, name: str = "scores.csv") -> DataRefused:
    with pytest.raises(DataRefused) as caught:
        read(tmp_path, content, name)
    assert name in caught.value.reason.message or "same column" in caught.value.reason.message
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.reason.remedy.endswith(".")
    return caught.value


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (PLAIN, "Encoding UTF-8, values separated by commas."),
        (PLAIN.replace(",", ";"), "values separated by semicolons."),
        (PLAIN.replace(",", "\t"), "values separated by tabs."),
        (PLAIN.replace(",", "|"), "values separated by vertical bars."),
        (PLAIN.replace("\n", "\r\n"), "Encoding UTF-8"),
        (PLAIN.replace("\n", "\r"), "Encoding UTF-8"),
        (PLAIN.rstrip("\n"), "Encoding UTF-8"),
        (PLAIN.replace("\n", "\n\n"), "Encoding UTF-8"),
        ("\n\n" + PLAIN, "Encoding UTF-8"),
        ('"school","math"\n"007","1.5"\n"b","2"\n', "Encoding UTF-8"),
        ("math,x,school\n1.5,,007\n2,,b\n", "Encoding UTF-8"),
        (codecs.BOM_UTF8 + PLAIN.encode(), "UTF-8 with a byte-order mark"),
        (PLAIN.encode("utf-16"), "UTF-16"),
        (codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"), "UTF-16"),
        (PLAIN.encode("utf-32"), "UTF-32"),
        ("School,MATH\n007,1.5\nb,2", '"school" is "School" in the file: upper and lower case.'),
        ("school , math\n007,1.5\nb,2", '"math" is " math" in the file: blanks around it.'),
        ("a;b,c;school;math\n;;007;1.5\n;;b;2\n", "values separated by semicolons."),
        ('"a\nb",school,math\n1,007,1.5\n2,b,2\n', "Encoding UTF-8"),
    ],
)
def test_layouts(tmp_path: Path, content: str | bytes, note: str) -> None:
    table = read(tmp_path, content)
    assert rows(table) == [("007", "1.5"), ("b", "2")]
    assert table.n_rows == 2
    assert any(note in given for given in notes(table.findings, table.facts))


@pytest.mark.parametrize(
    ("content", "group", "note"),
    [
        ("school,math\né,1\n".encode("cp1252"), "é", "Windows-1252"),
        ("school,math\né\x81,1\n".encode("latin-1"), "é\x81", "Latin-1"),
        ("school,math\n日本😀,1\n", "日本😀", "Encoding UTF-8"),
        ('school,math\n"a\nb, ""c""",1\n', 'a\nb, "c"', "Encoding UTF-8"),
        ('school,math\n5" pipe,1\n', '5" pipe', "Encoding UTF-8"),
        ("school,math\n NA ,1\n", " NA ", "Encoding UTF-8"),
        ("school,math\n" + "x" * 200_000 + ",1\n", "x" * 200_000, "Encoding UTF-8"),
    ],
)
def test_values_are_kept_as_they_are(
    tmp_path: Path, content: str | bytes, group: str, note: str
) -> None:
    table = read(tmp_path, content)
    assert rows(table) == [(group, "1")]
    assert note in notes(table.findings, table.facts)[0]


@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.tsv", "a.txt", "a.csv.gz", "a.txt.GZ"])
def test_endings_and_digest(tmp_path: Path, name: str) -> None:
    stored = PLAIN.encode()
    content = gzip.compress(stored, mtime=0) if name.lower().endswith("gz") else stored
    table = read(tmp_path, content, name)
    assert len(rows(table)) == 2
    assert table.bytes == len(content)
    assert table.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("said", ["sep=;\n", "SEP=;\r\n", '\n"sep=;"\n', "sep=,\n", "sep=^\n"])
def test_a_line_that_tells_excel_the_delimiter_is_no_header(tmp_path: Path, said: str) -> None:
    delimiter = "," if "," in said else ";"
    table = read(tmp_path, said + PLAIN.replace(",", delimiter))
    assert rows(table) == [("007", "1.5"), ("b", "2")]
    assert table.first_line == said.count("\n") + 2


def test_the_delimiter_that_is_told_counts(tmp_path: Path) -> None:
    content = "sep=;\nschool;math;a,b,c,d,e\n1;2,5;x\n"
    path = tmp_path / "a.csv"
    path.write_text(content)
    assert [column.name for column in describe(read_source(path)).columns] == [
        "school", "math", "a,b,c,d,e",
    ]  # fmt: skip


@pytest.mark.parametrize("score", ["{},9", "{},9 %"])
def test_decimal_commas_between_semicolons_are_no_columns(tmp_path: Path, score: str) -> None:
    file = tmp_path / "a.csv"
    rows = [f"S{row % 4};{score.format(50 + row)}" for row in range(40)]
    file.write_text("\n".join(["school;score", *rows]) + "\n", encoding="utf-8")
    described = describe(read_source(file))
    assert [column.name for column in described.columns] == ["school", "score"]
    assert described.n_rows in (None, 40)


def test_a_title_that_is_asked_for_is_told(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("Results of 2024\n\n" + PLAIN)
    with pytest.raises(DataRefused) as caught:
        read_table(path, ("Results of 2024",))
    assert 'Line 3 of the file "scores.csv" has 2 values' in caught.value.reason.message
    assert "delete a title" in caught.value.reason.remedy


def test_lines_are_known_where_each_row_is_one(tmp_path: Path) -> None:
    assert read(tmp_path, PLAIN).first_line == 2
    assert read(tmp_path, "\n" + PLAIN).first_line == 3
    assert read(tmp_path, PLAIN.replace("b", '"b\nc"')).first_line is None


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        ("", "empty", "0 bytes"),
        (" \n\n", "empty", "nothing but blanks"),
        ("school,math\n", "empty", "column names but no rows"),
        ("school,math", "empty", "column names but no rows"),
        ("school,math\n\n\n", "empty", "column names but no rows"),
        ("a,b\n1,2\n", "missing_column", 'no column "school". Its columns are "a", "b".'),
        ("school,math,math\n1,2,3\n", "missing_column", "2 times"),
        ("school,Math,MATH\n1,2,3\n", "missing_column", '2 times ("Math", "MATH")'),
        ("school,math\n1,2\n3\n", "unreadable_file", "Line 3 of the file"),
        ("school,math\n1,2\n3,4,5\n", "unreadable_file", "has 3 values where"),
        ('school,math\n"a\nb",2\n\n3,4,5\n', "unreadable_file", "Line 5 of the file"),
        ('school,math\n1,2\n3,"4', "unreadable_file", "in line 3 of the file"),
        ('school,math\n1,"2\n3,4\n5,6\n', "unreadable_file", "in line 2 of the file"),
        ('school,math,x\n1,2,"a\n3,4,b\n5,6,"c\n', "unreadable_file", "in line 2 of the file"),
        (b"school,math\n1,\x00\n", "unreadable_file", "NUL bytes"),
        (b"s\0,m\0\n1,2\n", "unreadable_file", "NUL bytes"),
        (b"PK\x03\x04\x14\x00", "unreadable_file", "Excel workbook"),
        (b"%PDF-1.7\n", "unreadable_file", "a PDF"),
        (b"$FL2@(#) SPSS", "unreadable_file", "SPSS"),
        (gzip.compress(b"x", mtime=0), "unreadable_file", "a gzip file"),
        ("\ufeff<!DOCTYPE html><html>", "unreadable_file", "a web page"),
        (b"x" * (5 * 2**20), "unreadable_file", "does not end"),
    ],
)
def test_refusals(tmp_path: Path, content: str | bytes, code: str, message: str) -> None:
    refused = refusal(tmp_path, content)
    assert refused.reason.code == code
    assert message in refused.reason.message


def test_a_missing_column_names_the_nearest_and_ten_at_most(tmp_path: Path) -> None:
    columns = [f"c{number}" for number in range(30)]
    refused = refusal(tmp_path, ",".join(["idschol", "school", "maths", *columns]) + "\n")
    assert 'Did you mean "maths"?' in refused.reason.remedy
    assert refused.reason.message.endswith('"c6" and 23 more.')


def test_duplicates_among_other_columns_do_not_matter(tmp_path: Path) -> None:
    assert rows(read(tmp_path, "x,school,x,math,\n,a,,1,\n")) == [("a", "1")]


def test_an_exact_name_wins_over_others(tmp_path: Path) -> None:
    assert rows(read(tmp_path, "SCHOOL,school,Math\nx,a,1\n")) == [("a", "1")]


def test_two_names_for_one_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(PLAIN)
    with pytest.raises(DataRefused, match="same column") as caught:
        read_table(tmp_path / "a.csv", ("math", "MATH"))
    assert caught.value.reason.code == "missing_column"


@pytest.mark.parametrize("name", ["a.xyz", "a", "a.gz", "a.pdf.gz", ".csv"])
def test_unknown_endings(tmp_path: Path, name: str) -> None:
    refused = refusal(tmp_path, PLAIN, name)
    assert refused.reason.code == "unreadable_file"
    assert ".csv, .tsv, .txt" in refused.reason.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(PLAIN.encode() * 999, mtime=0)[:-20], "not a complete gzip file"),
        (gzip.compress(PLAIN.encode(), mtime=0)[:12] + b"xxxxxx", "not a complete gzip file"),
        (PLAIN.encode(), "not a complete gzip file"),
        (b"PK\x03\x04", "It looks like a zip archive"),
    ],
)
def test_broken_gzip(tmp_path: Path, content: bytes, message: str) -> None:
    refused = refusal(tmp_path, content, "scores.csv.gz")
    assert refused.reason.code == "unreadable_file"
    assert message in refused.reason.message


def test_gzip_of_nothing_is_empty(tmp_path: Path) -> None:
    assert refusal(tmp_path, gzip.compress(b""), "a.csv.gz").reason.code == "empty"


def test_a_gzip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "EXPANDED_FREE", 2**20)
    refused = refusal(tmp_path, gzip.compress(b"\n" * 2**23), "a.csv.gz")
    assert "decompresses to more than" in refused.reason.message


def test_places_that_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    for name, message in (
        ("folder.csv", "is a folder"),
        ("pipe.csv", "is not a regular file"),
        ("none.csv", "There is no file"),
        (f"{'x' * 300}.csv", "can't be read"),
    ):
        with pytest.raises(DataRefused, match=message) as caught:
            read_table(tmp_path / name, WANTED)
        assert caught.value.reason.code == "unreadable_file"


@pytest.mark.parametrize("intruder", ["pipe", "device", "link"])
def test_what_takes_a_file_s_place_while_it_is_opened(
    intruder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, system = tmp_path / "in" / "a.csv", os.open
    file.parent.mkdir()
    file.write_text("school,math\n")
    (tmp_path / "secret").write_text("school,math\nhidden,1\n")

    def swapped(path: Any, flags: int, *rest: Any) -> int:
        if Path(path) == file:
            file.unlink()
            if intruder == "pipe":
                os.mkfifo(file)
            else:
                file.symlink_to("/dev/zero" if intruder == "device" else tmp_path / "secret")
        return system(path, flags, *rest)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(DataRefused) as caught:
        raw.read(file, within=file.parent)
    case = "leads_out" if intruder == "link" else "not_regular"
    assert caught.value.finding.code == f"unreadable_file.{case}"


def test_forbidden_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: Path, *_: Any) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a.csv").touch()
    monkeypatch.setattr(os, "open", forbidden)
    with pytest.raises(DataRefused, match="may not be read"):
        read_table(tmp_path / "a.csv", WANTED)


values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)


@given(
    st.lists(st.tuples(values, values), min_size=1, max_size=20),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.permutations(["school", "other", "math"]),
)
def test_what_is_written_is_read(
    written: list[tuple[str, str]], delimiter: str, ending: str, order: list[str]
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(
        buffer, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_NONNUMERIC
    )
    writer.writerow(order)
    for school, math in written:
        row = {"school": school, "other": "a,b;c", "math": math}
        writer.writerow([row[name] for name in order])
    source = Source(
        path=Path("a.csv"),
        name="a.csv",
        content=buffer.getvalue().encode(),
        sha256="",
        bytes=0,
        compressed=False,
    )
    assert rows(delimited.read(source, WANTED)) == written


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for start in (b"", b"school,math\n", b"\x1f\x8b", codecs.BOM_UTF16_LE):
        source = Source(
            path=Path("a.csv"),
            name="a.csv",
            content=start + content,
            sha256="",
            bytes=0,
            compressed=False,
        )
        try:
            table = delimited.read(source, WANTED)
        except DataRefused as refused:
            assert refused.reason.code in {"unreadable_file", "missing_column", "empty"}  # noqa: PT017
        else:
            assert table.n_rows > 0


@pytest.mark.parametrize("in_batches", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_of_files_that_were_put_together(
    in_batches: bool, end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    first = end.join(("school,math", "a,1", "b,2", "")).encode("utf-8-sig")
    for names in ("school,math" + end, ""):
        second = (names + end.join(("a,3", "c,4", ""))).encode("utf-8-sig")
        (tmp_path / "scores.csv").write_bytes(first + second)
        source = read_source(tmp_path / "scores.csv", whole=False)
        found = [row for table in batches(source, WANTED) for row in rows(table)]
        assert found == [("a", "1"), ("b", "2"), ("a", "3"), ("c", "4")]


def test_names_over_several_lines_are_found(tmp_path: Path) -> None:
    """As in cells of spreadsheets: written with a blank where a line ends."""
    path = tmp_path / "a.csv"
    path.write_text('school,"Math score\n(in  points)"\na,1\nb,2\n')
    table = read_table(path, ("school", "math score (in points)"))
    assert list(table.frame.columns) == ["school", "math score (in points)"]


def test_the_line_of_an_open_quotation_mark_is_named(tmp_path: Path) -> None:
    """Not the last one, at which the file ends."""
    content = "school,name,math\n" + "".join(
        f"{k % 3},{chr(34) if k == 4 else ''}N{k},{k}\n" for k in range(9)
    )
    refused = refusal(tmp_path, content)
    assert refused.finding.code == "unreadable_file.open_quote"
    assert refused.finding.values["line"] == 6


@pytest.mark.parametrize(
    ("content", "kind"),
    [("<table><tr><td>a", "a web page"), ('[{"school": 1}]', "a JSON file"), ("<?xml ", "an XML")],
)
def test_what_only_bears_the_ending_of_a_table(content: str, kind: str, tmp_path: Path) -> None:
    assert kind in refusal(tmp_path, content).reason.message
