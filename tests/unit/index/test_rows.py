import csv
import io
from collections.abc import Callable
from dataclasses import replace

from multilevel.index.rows import COLUMNS, IndexRow, datasets_csv

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
