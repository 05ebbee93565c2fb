"""Workbooks: read again as written, nothing in them runs, the same tables give the same bytes."""

import io
import math
import time
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multilevel.workbooks import workbook as module
from multilevel.workbooks.workbook import Cover, Table, cell_value, sheet_names, workbook

COVER = Cover(
    name="Contents",
    title="=HYPERLINK('x')",
    notes=("One", "+cmd|' /C calc'!A0"),
    contact=(("Contact", "@statistics"),),
    contents="Sheets",
)
TABLE = Table(
    name="Model's [1]",
    title="The model",
    note="",
    columns=("name", "=value"),
    rows=[("gamma00", 539.0), ("=1+1", math.nan), ("-3", None), ("n", 20), ("a\x00\x1bb", True)],
)


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def test_what_is_written_is_read_again():
    book = opened(workbook(COVER, [TABLE, replace(TABLE, note="A note", rows=[])]))
    assert book.sheetnames == ["Contents", "Model s 1", "Model s 1 2"]
    sheet = book["Model s 1"]
    assert sheet["A1"].value == "The model" and sheet["A2"].value is None
    assert [cell.value for cell in sheet[4]] == ["gamma00", 539.0]
    assert [cell.value for cell in sheet[5]] == ["'=1+1", None]
    assert [cell.value for cell in sheet[7]] == ["n", 20]
    assert sheet.freeze_panes == "A4" and not sheet.merged_cells.ranges
    assert book["Model s 1 2"]["A2"].value == "A note"


def test_the_first_sheet_leads_to_all_others():
    sheet = opened(workbook(COVER, [TABLE]))["Contents"]
    texts = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    assert texts == [
        ["'=HYPERLINK('x')"], ["One"], ["'+cmd|' /C calc'!A0"], ["Contact", "'@statistics"], [],
        ["Sheets"], ["Model s 1", "The model"],
    ]  # fmt: skip
    links = [cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert [link.location for link in links] == ["'Model s 1'!A1"]
    assert all(link.target is None for link in links)


def test_no_cell_is_a_formula_and_nothing_leads_out():
    data = workbook(COVER, [TABLE])
    for row in opened(data)["Model s 1"].iter_rows():
        assert all(cell.data_type != "f" for cell in row)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        text = b"".join(file.read(name) for name in file.namelist())
    assert b"<f>" not in text and b'TargetMode="External"' not in text


NUMBERS = st.one_of(
    st.sampled_from([None, math.nan, math.inf, -math.inf]),
    st.floats(-1e300, 1e300, allow_subnormal=False),
)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40), NUMBERS)
def test_any_text_and_number_is_taken(text, number):
    table = replace(TABLE, name=text, title=text, note=text, columns=(text, "b"),
                    rows=[(text, number)])  # fmt: skip
    book = opened(workbook(replace(COVER, title=text, notes=(text,)), [table, table]))
    sheet = book[book.sheetnames[1]]
    found = sheet["B4"].value
    if number is None or (isinstance(number, float) and not math.isfinite(number)):
        assert found is None
    else:
        # openpyxl writes 16 digits.
        assert found == pytest.approx(number, rel=1e-15)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_same_tables_give_the_same_bytes(monkeypatch):
    first = workbook(COVER, [TABLE])
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    time.sleep(1.1)
    assert workbook(COVER, [TABLE]) == first


def test_names_of_sheets_are_what_excel_takes():
    long = "A very long name of a sheet that has no end"
    names = sheet_names(["Groups", "groups", "GROUPS", "", "'[]:*?/\\'", long, long])
    assert names[:4] == ["Groups", "groups 2", "GROUPS 3", "Sheet"]
    assert names[4] == "Sheet 2"
    assert names[5] == long[:30] + "…" and names[6].endswith(" 2")
    assert all(0 < len(name) <= 31 for name in names)


def test_long_texts_are_cut_and_too_many_rows_refused(monkeypatch):
    assert len(cell_value("x" * 40_000)) <= module.LONGEST_TEXT
    assert len(cell_value("=" + "x" * 40_000)) <= module.LONGEST_TEXT
    monkeypatch.setattr(module, "MOST_ROWS", 7)
    with pytest.raises(ValueError, match="more rows"):
        workbook(COVER, [TABLE])
