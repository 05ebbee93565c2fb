"""Excel workbooks: sheets, cells, sizes."""

from pathlib import Path

import numpy as np
import openpyxl
import pytest
from tests.unit.ingest import making

from multilevel.configuration.forms import Form
from multilevel.errors import DataRefused
from multilevel.ingest.readers import describe, raw, read_source, read_table
from multilevel.ingest.table.values import numeric, texts


def refusal(path: Path, *columns: str) -> DataRefused:
    with pytest.raises(DataRefused) as caught:
        read_table(path, columns or ("IDSCHOOL", "Math"))
    return caught.value


def test_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    making.xlsx(path, sheets=("Notes", "Data 2024"))
    for sheet in (None, 1, 2, "data 2024"):
        assert len(describe(read_source(path, Form(sheet=sheet))).names) == 3
    for sheet, message in ((3, 'no sheet "3"'), ("Data 2025", 'no sheet "Data 2025"')):
        with pytest.raises(DataRefused, match=message) as caught:
            describe(read_source(path, Form(sheet=sheet)))
    assert 'Did you mean "Data 2024"?' in caught.value.reason.remedy


def test_cells_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ([], ["id", "y", None, "text", "f"], [1, 2.5, "x", "a", "=1+1"], [], [2, None],
                ["007", "3,5", None, True, None]):  # fmt: skip
        sheet.append(row)
    sheet["XFD9"] = "far away"
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx", ("id", "y", "text", "f"))
    assert texts(table.frame["id"]).to_pylist()[:3] == ["1", "2", "007"]
    assert texts(table.frame["y"]).to_pylist()[:3] == ["2.5", "", "3,5"]
    assert texts(table.frame["text"]).to_pylist()[:3] == ["a", "", "True"]
    assert np.isnan(numeric(table, "f")).all()


def test_an_empty_sheet_and_one_without_rows(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    assert refusal(tmp_path / "a.xlsx").reason.code == "empty"
    making.xlsx(tmp_path / "a.xlsx", making.FRAME.iloc[:0])
    assert refusal(tmp_path / "a.xlsx").reason.code == "empty"


def test_a_workbook_that_unpacks_to_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.xlsx(tmp_path / "a.xlsx")
    monkeypatch.setattr(raw, "EXPANDED_FREE", 100)
    monkeypatch.setattr(raw, "EXPANDED_TIMES", 1)
    assert "decompresses to more than" in refusal(tmp_path / "a.xlsx").reason.message


def test_the_sheet_with_the_columns_is_read(tmp_path: Path) -> None:
    """Of several where none is named: not the cover, nor the sheet of schools."""
    book = openpyxl.Workbook()
    book.create_sheet("Schools").append(["school", "city"])
    data = book.create_sheet("Data")
    for row in (["school", "score"], ["a", 1.5], ["b", 2.5]):
        data.append(row)
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx", ("school", "score"))
    assert (numeric(table, "score").tolist(), table.facts.sheet) == ([1.5, 2.5], "Data")
    assert describe(read_source(tmp_path / "a.xlsx")).names == ("school", "city")
    with pytest.raises(DataRefused) as caught:
        read_table(tmp_path / "a.xlsx", ("school", "scores"))
    assert caught.value.finding.code == "missing_column.absent"
