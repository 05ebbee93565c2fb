"""results.xlsx says what results.json says."""

import io
import json
import math
from dataclasses import replace

import openpyxl
import pytest
from tests.helpers.building import TEMPLATES, dataset_of
from tests.unit.figures import comparing
from tests.unit.fit import surveys

from multilevel.configuration import Dataset
from multilevel.fit.stage import fit
from multilevel.ingest.stage import ingest
from multilevel.records.comparison import LeftOut, UnsharedBenchmark, Untested
from multilevel.records.results import Reason, encode
from multilevel.summarise.comparison.compare import compare
from multilevel.summarise.schools import COLUMNS
from multilevel.summarise.summary import summarise
from multilevel.wording.catalogue import Catalogue
from multilevel.workbooks.dataset import comparison_workbook, dataset_workbook

FILE = surveys.ROOT / "data" / "ostrana" / "bsgostm8.sav"
WORDS = Catalogue.load(TEMPLATES / "text" / "en", "workbook")


@pytest.fixture(scope="module")
def summary():
    dataset = dataset_of(
        FILE,
        outcome="BSMMAT0[1-5]",
        group="IDSCHOOL",
        weights={"member": "TOTWGT", "group": "WGTFAC1*WGTADJ1"},
        replicates={"method": "jk2", "zone": "JKZONE", "code": "JKREP"},
    )
    accepted, students = ingest(dataset, FILE)
    fitted = fit(students, Dataset.from_settings(accepted.config))
    return summarise(accepted, fitted, students, {"multilevel-reports": "0"})


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def sixteen(value):
    """To the digits that openpyxl writes."""
    return pytest.approx(value, rel=1e-15)


def rows(sheet):
    """Values by the first column."""
    return {row[0]: row[1:] for row in sheet.iter_rows(min_row=4, values_only=True)}


def books_of(summary, distribution, **settings):
    schools = summary.schools.reindex(columns=COLUMNS)
    values = schools.astype(object).to_numpy().tolist()
    return opened(
        dataset_workbook(summary.results, distribution, COLUMNS, values, WORDS, **settings)
    )


def test_every_number_is_that_of_results_json(summary):
    book = books_of(summary, comparing.described(), contact={"Publisher": "Ministry"})
    known = json.loads(encode(summary.results))
    assert book.sheetnames == [
        "Contents", "Data", "Model", "Tests and checks", "Weighted", "Plausible values",
        "Each plausible value", "Distribution", "Percentiles", "Benchmarks", "Groups",
    ]  # fmt: skip
    for sheet, sections in (
        ("Data", ("data", "naive")),
        ("Model", ("model", "between", "intervals")),
        ("Weighted", ("weighted",)),
        ("Plausible values", ("plausible_values",)),
    ):
        found = rows(book[sheet])
        for section in sections:
            for name, value in known[section].items():
                if isinstance(value, int | float):
                    assert found[name][0] == sixteen(value), name
                elif isinstance(value, str) and value:
                    assert found[name][0] == value
                elif isinstance(value, list) and len(value) == 2 and name.startswith("ci_"):
                    assert [found[f"{name}_low"][0], found[f"{name}_high"][0]] == sixteen(value)
                elif value is None:
                    assert found[name][0] is None
    assert rows(book["Model"])["decomposition.tau00"][0] == sixteen(known["model"]["tau00"])
    assert "lambda" in rows(book["Plausible values"])
    assert rows(book["Model"])["gamma00"][1] == "Mean of the true school means."
    cover = list(book["Contents"].iter_rows(values_only=True))
    assert cover[0][0] == summary.results.labels.title
    assert ("Publisher", "Ministry") in cover


def test_schools_are_rows_in_their_order(summary):
    sheet = books_of(summary, None)["Groups"]
    heads = [cell.value for cell in sheet[3]]
    assert heads == list(COLUMNS)
    found = list(sheet.iter_rows(min_row=4, values_only=True))
    assert [row[0] for row in found] == [str(group) for group in summary.schools["group"]]
    at = heads.index("eb_mean")
    assert [row[at] for row in found] == sixteen(summary.schools["eb_mean"].tolist())


def test_a_refused_dataset_says_why(summary):
    reason = Reason(code="one_group", message="One school.", remedy="=Add others.")
    refused = replace(
        summary.results, status="refused", reason=reason, model=None, between=None, weighted=None,
        intervals=None, tests=None, checks=None, plausible_values=None,
    )  # fmt: skip
    book = opened(dataset_workbook(refused, None, COLUMNS, [], WORDS))
    assert book.sheetnames == ["Contents", "Data"]
    texts = [row[0] for row in book["Contents"].iter_rows(values_only=True)]
    assert "One school. =Add others." in texts


def test_a_comparison_has_a_sheet_for_datasets_differences_and_distributions():
    comparison = comparing.comparison(["=A", "B", "C"])
    book = opened(comparison_workbook(comparison, WORDS))
    assert book.sheetnames == ["Contents", "Datasets", "Differences", "Percentiles", "Benchmarks"]
    heads = [cell.value for cell in book["Datasets"][3]]
    for name in ("id", "between_share", "ci_icc_low", "ci_icc_high", "se_mean"):
        assert name in heads
    titles = [row[heads.index("title")] for row in
              book["Datasets"].iter_rows(min_row=4, values_only=True)]  # fmt: skip
    assert titles == ["C", "B", "'=A"]
    assert book["Differences"].max_row == 3 + len(comparison.differences)
    assert book["Percentiles"].max_row == 3 + 3 * 7
    first = next(book["Percentiles"].iter_rows(min_row=4, values_only=True))
    percentile = comparison.datasets[0].percentiles[0]
    assert first[:2] == (comparison.datasets[0].id, percentile.p)
    assert math.isclose(first[2], percentile.value)


def test_what_is_not_compared_has_sheets():
    whole = comparing.comparison(["A", "B"])
    lacking = replace(
        whole,
        untested=(Untested(id="m0-0", statistic="mean", code="few_groups"),),
        unshared_benchmarks=(UnsharedBenchmark(id="m0-0", name="=Mid", cut=480.0),),
    )
    book = opened(comparison_workbook(lacking, WORDS))
    rows = {name: list(book[name].iter_rows(min_row=4, values_only=True)) for name in
            ("Untested", "Other benchmarks")}  # fmt: skip
    assert rows == {
        "Untested": [("m0-0", "mean", "few_groups")],
        "Other benchmarks": [("m0-0", "'=Mid", 480.0)],
    }


def test_a_refused_comparison_names_what_was_left_out():
    refused = compare([LeftOut(id="a", title="A", code="empty")], id="c", title="C")
    book = opened(comparison_workbook(refused, WORDS))
    assert book.sheetnames == ["Contents", "Left out"]
