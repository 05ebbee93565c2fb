"""Files as people have them: whatever stands around names and values, the numbers are right."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from tests.unit.ingest import workbook_files
from tests.unit.ingest.datasets import configured

from multilevel.ingest.readers import large
from multilevel.ingest.stage import ingest
from multilevel.records.findings import Finding
from multilevel.records.ingested import Ingested
from multilevel.records.students import Students
from multilevel.wording.findings import reason, text

Rows = list[list[Any]]
CHANCE = np.random.default_rng(17)
SCHOOLS = [f"School {letter}" for letter in "ABCD" for _ in range(6)]
SCORES = [round(float(score), 1) for score in CHANCE.normal(500, 60, len(SCHOOLS))]
NAMES = ["school", "grade", "score"]
ROWS: Rows = [[school, 8, score] for school, score in zip(SCHOOLS, SCORES, strict=True)]


def workbook(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def with_cover(rows: Rows) -> bytes:
    """A workbook whose first sheets are a blank one and a cover."""
    book = openpyxl.Workbook()
    book.create_sheet("Cover").append(["Ministry of Education"])
    sheet = book.create_sheet("Data")
    for row in rows:
        sheet.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def separated(delimiter: str) -> Callable[[Rows], bytes]:
    def written(rows: Rows) -> bytes:
        sink = io.StringIO()
        csv.writer(sink, delimiter=delimiter, lineterminator="\n").writerows(rows)
        return sink.getvalue().encode()

    return written


WRITERS: dict[str, tuple[str, Callable[[Rows], bytes]]] = {
    "comma": (".csv", separated(",")),
    "semicolon": (".csv", separated(";")),
    "tab": (".txt", separated("\t")),
    "bar": (".dat", separated("|")),
    "xlsx": (".xlsx", workbook),
    "xlsx, third sheet": (".xlsx", with_cover),
    "xlsb": (".xlsb", workbook_files.xlsb),
    "xls": (".xls", workbook_files.xls),
    "ods": (".ods", workbook_files.ods),
}


def taken(folder: Path, ending: str, content: bytes, **entry: Any) -> tuple[Ingested, Students]:
    (folder / f"a{ending}").write_bytes(content)
    given = {"file": f"a{ending}", "outcome": "score", "group": "school", **entry}
    (dataset,) = configured(folder, **given).datasets
    return ingest(dataset, folder / dataset.file)


def students(folder: Path, ending: str, content: bytes, **entry: Any) -> Ingested:
    """What was found on the way to the standard students, in their order."""
    ingested, found = taken(folder, ending, content, **entry)
    assert ingested.refusal is None, reason(ingested.refusal).message
    assert found.group_ids == ("School A", "School B", "School C", "School D")
    np.testing.assert_allclose(found.members.scores[:, 0], SCORES, rtol=1e-12)
    return ingested


def refusal(folder: Path, ending: str, content: bytes, **entry: Any) -> Finding:
    ingested, _ = taken(folder, ending, content, **entry)
    assert ingested.refusal is not None
    return ingested.refusal


def codes(ingested: Ingested) -> list[str]:
    return [finding.code for finding in ingested.findings]


TITLES: dict[str, tuple[Rows, list[str]]] = {
    "none": ([NAMES], []),
    "title": ([["Results of 2024"], [], NAMES], ["names_below"]),
    "two lines": ([["Office"], ["Spring", "2024"], [None], NAMES], ["names_below"]),
    "units": ([NAMES, [None, "years", "points"]], ["rows_below_names"]),
    "labels": ([NAMES, ["Name of the school", "Grade attended", "Score, in points"]],
               ["rows_below_names"]),
    "questions and codes": ([NAMES, ["Which?", "In which grade?", "Score?"],
                             ["Q1", "Q2", "Q3"]], ["rows_below_names"]),
    "names above names": ([["Place", None, "Test"], NAMES], ["names_below"]),
    "all": ([["Title"], [], NAMES, [None, None, "points"]], ["names_below", "rows_below_names"]),
}  # fmt: skip


@pytest.mark.parametrize("dress", TITLES)
@pytest.mark.parametrize("form", WRITERS)
def test_titles_and_units(form: str, dress: str, tmp_path: Path) -> None:
    ending, write = WRITERS[form]
    above, expected = TITLES[dress]
    width = 3 if form in ("xlsx", "xlsb", "xls", "ods") else 1
    padded = [[*row, *[None] * (width - len(row))] for row in above]
    ingested = students(tmp_path, ending, write([*padded, *ROWS]))
    assert codes(ingested) == expected


TWO_ROWS: Rows = [
    ["", "", "Mathematics", "", "Reading", ""],
    ["school", "pupil", "score", "level", "score", "level"],
]
TWICE: Rows = [
    [school, number, score, "b", score + 1, "c"]
    for number, (school, score) in enumerate(zip(SCHOOLS, SCORES, strict=True))
]


@pytest.mark.parametrize("title", [[], [["Results", "", "", "", "", ""], [""] * 6]])
@pytest.mark.parametrize("form", WRITERS)
def test_names_in_two_rows_are_joined(form: str, title: Rows, tmp_path: Path) -> None:
    ending, write = WRITERS[form]
    content = write([*title, *TWO_ROWS, *TWICE])
    ingested = students(tmp_path, ending, content, outcome="Mathematics score")
    assert "names_joined" in codes(ingested)
    _, found = taken(tmp_path, ending, content, outcome="Reading score")
    np.testing.assert_allclose(found.members.scores[:, 0], np.add(SCORES, 1))
    # A name that stands once needs no other before it; one that doesn't is refused with both.
    assert "Reading level" in text(refusal(tmp_path, ending, content))


def test_a_hidden_sheet_is_passed_over(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([NAMES, *ROWS])))
    hidden = book.create_sheet("Codes", 0)
    hidden.append(["x", "y"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "b.xlsx")
    ingested = students(tmp_path, ".xlsx", (tmp_path / "b.xlsx").read_bytes())
    assert ingested.reading.sheet != "Codes"
    named = refusal(tmp_path, ".xlsx", (tmp_path / "b.xlsx").read_bytes(), sheet="Codes")
    assert named.code == "missing_column.absent"


def test_formulas_without_results_are_said(tmp_path: Path) -> None:
    rows = [[school, grade, f"={score}+0"] for school, grade, score in ROWS]
    ingested, _ = taken(tmp_path, ".xlsx", workbook([NAMES, *rows]))
    assert ingested.refusal is not None
    assert "has saved it" in reason(ingested.refusal).remedy
    (said,) = (one for one in ingested.findings if one.code == "formulas")
    assert text(said).startswith('"score" is empty')


def test_a_sign_for_the_end_of_a_file_is_no_row(tmp_path: Path) -> None:
    students(tmp_path, ".csv", separated(",")([NAMES, *ROWS]) + b"\x1a")


def test_cells_of_a_workbook_merged_over_names(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["Results of 2024"], [], ["school", "Mathematics", None, "Reading", None],
                [None, "score", "n", "score", "n"],
                *([school, score, 3, score + 1, 4]
                  for school, score in zip(SCHOOLS, SCORES, strict=True))]:  # fmt: skip
        sheet.append(row)
    for cells in ("A1:E1", "A3:A4", "B3:C3", "D3:E3"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "a.xlsx")
    content = (tmp_path / "a.xlsx").read_bytes()
    students(tmp_path, ".xlsx", content, outcome="Mathematics score")


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("marks", ["words", "numbers"])
def test_a_file_without_names_is_said(form: str, marks: str, tmp_path: Path) -> None:
    ending, write = WRITERS[form]
    school = SCHOOLS if marks == "words" else [ord(one[-1]) for one in SCHOOLS]
    rows = [[one, 8, score] for one, score in zip(school, SCORES, strict=True)]
    names = {"outcome": str(SCORES[0]), "group": str(school[0])}
    ingested, _ = taken(tmp_path, ending, write(rows), **names)
    (said,) = (one for one in ingested.findings if one.level == "caution")
    assert said.code == "names_like_values"
    assert "its first row is lost" in text(said)


@pytest.mark.parametrize(
    "names", [NAMES, ["school", "2019", "2020"], ["A", "1", "2"], ["School A", "grade", "score"]]
)
def test_names_are_not_taken_for_values(names: list[str], tmp_path: Path) -> None:
    content = separated(",")([names, *ROWS])
    ingested, _ = taken(tmp_path, ".csv", content, outcome=names[2], group=names[0])
    assert not codes(ingested)


@pytest.mark.parametrize("in_batches", [False, True])
@pytest.mark.parametrize("form", WRITERS)
def test_names_that_stand_again_among_the_rows(
    form: str, in_batches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    ending, write = WRITERS[form]
    content = write([NAMES, *ROWS[:9], NAMES, *ROWS[9:15], [name.upper() for name in NAMES],
                     *ROWS[15:]])  # fmt: skip
    ingested = students(tmp_path, ending, content)
    (said,) = (one for one in ingested.findings if one.code == "names_again")
    assert said.values["n"] == 2
    assert ingested.rows_read == len(ROWS)


BELOW = {
    "source": [["Source: Ministry of Education, 2024"]],
    "apart": [[], ["Office of statistics"]],
    "several": [[], ["Quelle: Amt"], ["* provisional"], [], ["1) see page 3"]],
    "blank": [[], []],
    "as wide as a row": [["Source: Ministry", None, "2024"], []],
    "rows of nothing": [[None, None, None]] * 9,
}


@pytest.mark.parametrize("in_batches", [False, True])
@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("form", WRITERS)
def test_notes_below_the_rows(
    form: str, below: str, in_batches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    ending, write = WRITERS[form]
    text = form in ("comma", "semicolon", "tab", "bar")
    rows = BELOW[below] if text else [[*row, *[None] * (3 - len(row))] for row in BELOW[below]]
    found = codes(students(tmp_path, ending, write([NAMES, *ROWS, *rows])))
    assert ("lines_below" in found) == (below not in ("blank", "rows of nothing"))
    assert "rows_lost" not in found


@pytest.mark.parametrize(
    "end", ["School D", "School D,8", "\nSchool D,8", "\n7", "School D,8,500,1", 'x"\n\nmore"']
)
@pytest.mark.parametrize("in_batches", [False, True])
def test_a_row_that_was_cut_off_is_no_note(
    end: str, in_batches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    content = separated(",")([NAMES, *ROWS]) + end.encode()
    assert refusal(tmp_path, ".csv", content).code.startswith("unreadable_file")


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("word", ["Total", "Gesamt", "Итого", "合計", "Moyenne"])
def test_a_row_of_totals_is_said(word: str, form: str, tmp_path: Path) -> None:
    ending, write = WRITERS[form]
    total = [word, 8, round(float(np.mean(SCORES)), 1)]
    ingested, found = taken(tmp_path, ending, write([NAMES, *ROWS, total]))
    assert "total_rows" in codes(ingested)
    assert word in found.group_ids  # nothing is left out unasked


@pytest.mark.parametrize("form", WRITERS)
def test_rows_are_named_and_skipped(form: str, tmp_path: Path) -> None:
    ending, write = WRITERS[form]
    content = write([["score", "school", "x"], ["a", "b", "c"], NAMES, ["?", "?", "?"], *ROWS])
    students(tmp_path, ending, content, header_row=3, skip_rows=[4])
    students(tmp_path, ending, content, skip_rows=2)
    found = refusal(tmp_path, ending, content, skip_rows=3)
    assert found.code == "missing_column.absent"


def test_a_student_without_a_score_is_no_row_of_units(tmp_path: Path) -> None:
    content = separated(",")([NAMES, ["School A", 8, "absent"], *ROWS])
    found = refusal(tmp_path, ".csv", content)
    assert found.code == "not_numeric.not_a_number"
    assert found.values["row"] == 1
    students(tmp_path, ".csv", content, missing=["absent"])


BLANKS = {
    "one": lambda row: " ".join(row),
    "columns": lambda row: "".join(f"{cell:>14}" for cell in row),
    "left": lambda row: "".join(f"{cell:<14}" for cell in row),
    "tabs and blanks": lambda row: " \t ".join(row),
}


@pytest.mark.parametrize("in_batches", [False, True])
@pytest.mark.parametrize("ending", [".txt", ".dat", ".asc", ".csv"])
@pytest.mark.parametrize("form", BLANKS)
def test_blanks_between_values(
    form: str, ending: str, in_batches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    rows = [[f'"{cell}"' if " " in str(cell) else str(cell) for cell in row] for row in ROWS]
    content = "\n".join(map(BLANKS[form], [NAMES, *rows])).encode()
    ingested = students(tmp_path, ending, content)
    if form != "tabs and blanks":
        assert ingested.reading.delimiter == " "
        assert ingested.reading.dressed


@pytest.mark.parametrize("in_batches", [False, True])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", " "])
def test_a_header_one_short(
    delimiter: str, in_batches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As R's write.table writes row names, in quotes."""
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    rows = [[f'"{number}"', f'"{school}"', f"{grade}", f"{score}"]
            for number, (school, grade, score) in enumerate(ROWS, 1)]  # fmt: skip
    lines = [delimiter.join(row) for row in [[f'"{name}"' for name in NAMES], *rows]]
    ingested = students(tmp_path, ".txt", "\n".join(lines).encode())
    assert codes(ingested) == ["row_names"]


def test_a_value_too_many_is_no_row_name(tmp_path: Path) -> None:
    decimals = b"id,school,score\n" + b"".join(b"%d,A,%d,5\n" % (n, n % 7) for n in range(1, 20))
    assert refusal(tmp_path, ".csv", decimals).code == "unreadable_file.ragged"
    repeated = b"school;score\n" + b"x;A;5\ny;B;6\n" * 9
    assert refusal(tmp_path, ".csv", repeated).code == "unreadable_file.ragged"


@pytest.mark.parametrize("header", ["school,grade,score", "school,grade,score,"])
@pytest.mark.parametrize("end", ["", ","])
def test_a_trailing_comma(header: str, end: str, tmp_path: Path) -> None:
    rows = "".join(f"{school},{grade},{score}{end}\n" for school, grade, score in ROWS)
    assert codes(students(tmp_path, ".csv", f"{header}\n{rows}".encode())) == []


def test_merged_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(NAMES)
    for place, row in enumerate(ROWS):
        book.active.append([row[0] if place % 6 == 0 else None, *row[1:]])
    for start in range(2, 26, 6):
        book.active.merge_cells(f"A{start}:A{start + 5}")
    book.save(tmp_path / "b.xlsx")
    ingested = students(tmp_path, ".xlsx", (tmp_path / "b.xlsx").read_bytes())
    (found,) = ingested.findings
    assert found.columns == ("school",)
    assert text(found).endswith("which covers them: 20.")
