import csv
import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl

from multilevel.index.rows import COLUMNS, IndexRow, datasets_csv, workbook_rows
from multilevel.workbooks.dataset import index_workbook

PROMISED = (
    "id status reason_code reason title n_members n_groups n_min n_max grand_mean gamma00 "
    "se_gamma00 ci_gamma00_low ci_gamma00_high tau00 sigma2 sd_tau00 sd_sigma icc ci_icc_low "
    "ci_icc_high reliability design_effect n_effective method flags disclosure "
    "companion_r2_between companion_r2_within companion_icc "
    "leading_mean_quantity leading_mean leading_mean_se leading_mean_low leading_mean_high "
    "leading_icc leading_icc_low leading_icc_high leading_weighted"
)


def read(rows: list[IndexRow]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(datasets_csv(rows).decode(), newline="")))


def test_columns_are_the_promised_ones() -> None:
    assert " ".join(COLUMNS) == PROMISED
    assert datasets_csv([]).decode().strip() == PROMISED.replace(" ", ",")


def test_numbers_keep_all_their_digits(line: Callable[..., IndexRow]) -> None:
    (row,) = read([replace(line(), gamma00=-538.9793166666667, icc=0.1 + 0.2)])
    assert row["gamma00"] == "-538.9793166666667"
    assert float(row["icc"]) == 0.1 + 0.2
    assert row["n_members"] == "600"


def test_refused_datasets_have_empty_numbers(refused: IndexRow) -> None:
    (row,) = read([refused])
    assert row["status"] == "refused"
    assert row["reason_code"] == "one_group"
    assert row["icc"] == row["n_groups"] == ""


def test_cells_that_a_spreadsheet_would_run_are_texts(line: Callable[..., IndexRow]) -> None:
    for title in ("=cmd()", "+1+cmd()", "-2+3", "@SUM(A1)", "\t=1"):
        (row,) = read([line(title=title)])
        assert row["title"] == f"'{title}"


def test_the_workbook_has_each_dataset_and_runs_nothing(line, refused, words):
    known = [line(1, title="=1+1"), line(2), refused]
    fitted, others = workbook_rows(known)
    book = openpyxl.load_workbook(
        io.BytesIO(index_workbook(COLUMNS, fitted, others, words, {"Contact": "a@example.org"}))
    )
    cover, datasets, without = book
    texts = [cell.value for row in cover for cell in row]
    assert "a@example.org" in texts and datasets.title in texts and without.title in texts
    head, *rows = list(datasets.iter_rows(min_row=3, values_only=True))
    assert head == COLUMNS and len(rows) == 2
    first = dict(zip(head, rows[0], strict=True))
    assert first["title"] == "'=1+1" and first["icc"] == known[0].icc
    (reason,) = without.iter_rows(min_row=4, values_only=True)
    assert reason == (refused.id, refused.title, refused.reason_code, refused.reason)
    assert "f" not in {cell.data_type for sheet in book for row in sheet for cell in row}
