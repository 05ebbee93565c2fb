"""Numbers as people write them: read where all of a column is clear, else refused."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from multilevel.configuration.forms import DecimalSign
from multilevel.errors import DataRefused
from multilevel.ingest.readers import Table
from multilevel.ingest.table.values import Numbers

NAN = float("nan")


def numbers(
    *batches: list[str], comma: bool, decimal: DecimalSign | None = None
) -> tuple[Numbers, list[float]]:
    column, found = Numbers("y", scores=True), []
    for texts in batches:
        frame = pa.table({"y": pa.array(texts, pa.large_string())})
        table = Table(
            frame=frame.to_pandas(types_mapper=pd.ArrowDtype), n_rows=len(texts), name="a.csv",
            sha256="", bytes=0, decimal_comma=comma, decimal=decimal,
        )  # fmt: skip
        found += column.add(table, len(found)).tolist()
    column.check("a.csv", len(found), None)
    return column, found


@pytest.mark.parametrize("comma", [False, True])
@pytest.mark.parametrize(
    ("texts", "values", "code"),
    [
        (["64.8%", "70 %", "NA"], [64.8, 70.0, NAN], "percent_signs"),
        (["64,8 %", "70,25\u00a0%"], [64.8, 70.25], "percent_signs"),
        (["13 / 20", "5/20"], [13.0, 5.0], "denominators"),
        (["4.920,5", "5.000,1", "4.920"], [4920.5, 5000.1, 4920.0], "separators"),
        (["4,920.5", "5,000.1", "4,920"], [4920.5, 5000.1, 4920.0], "separators"),
        (["5 180", "980", "1\u00a0005,5"], [5180.0, 980.0, 1005.5], "separators"),
        (["5\u202f180.5", "980"], [5180.5, 980.0], "separators"),
        (["5'180.25", "1’000’000"], [5180.25, 1e6], "separators"),
        (["460 pts", "12 pts", "NA"], [460.0, 12.0, NAN], "units"),
        (["46.5 Punkte", "5\u00a0Punkte"], [46.5, 5.0], "units"),
        (["512点", "498点"], [512.0, 498.0], "units"),
        (["1.234.567", "5.000"], [1234567.0, 5000.0], "separators"),
    ],
)
def test_what_is_clear_is_read_and_said(
    texts: list[str], values: list[float], code: str, comma: bool
) -> None:
    column, found = numbers(texts, comma=comma)
    np.testing.assert_allclose(found, values, rtol=1e-15)
    assert [one.code for one in column.written.findings] == [code]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["\u22121.25", "2.5", "\u20130.5"], [-1.25, 2.5, -0.5]),
        (["５１２", "４９８．５", "－３"], [512.0, 498.5, -3.0]),
        (["٤٥٠", "٤٩٨٫٥"], [450.0, 498.5]),
        (["۴۵۰", "12٪"[:2]], [450.0, 12.0]),
        (["5\u2009180", "980"], [5180.0, 980.0]),
    ],
)
def test_signs_and_digits_of_other_scripts_are_read(texts: list[str], values: list[float]) -> None:
    for comma in (False, True):
        _, found = numbers(texts, comma=comma)
        np.testing.assert_allclose(found, values)


@pytest.mark.parametrize("text", ["–", "—", "490–510", "5²", "½", "1-2"])
def test_what_is_no_number_stays_none(text: str) -> None:
    with pytest.raises(DataRefused, match="should hold numbers"):
        numbers(["500", text], comma=False)


DATES = ["2024-12-05 00:00:00", "2024-12-05", "5.12.2024", "12/05/24", "05-Dec", "5. März 2024",
         "Dec-12", "12:30:00", "0 days 12:30:00", "1901-05-26 07:12:00"]  # fmt: skip


@pytest.mark.parametrize("text", DATES)
@pytest.mark.parametrize("others", [["500"], []])
def test_dates_are_called_dates(text: str, others: list[str]) -> None:
    with pytest.raises(DataRefused) as caught:
        numbers([*others, text], comma=False)
    assert "dates" in caught.value.reason.remedy
    assert "missing codes" not in caught.value.reason.remedy


@pytest.mark.parametrize("text", ["460.9*", "< 5", "(460.9)*", "460.9¹", "12pts*"])
def test_what_stands_beside_a_number_is_named(text: str) -> None:
    with pytest.raises(DataRefused) as caught:
        numbers(["500", text], comma=False)
    beside = f'Remove what stands beside the number in "{text}"'
    assert caught.value.reason.remedy.startswith(beside)


def test_the_sign_by_which_spreadsheets_know_text_is_no_part_of_a_number() -> None:
    assert numbers(["'489.5", "460", "'-3"], comma=False)[1] == [489.5, 460.0, -3.0]


def test_commas_set_thousands_apart_where_they_separate_values() -> None:
    _, found = numbers(["5,180", "980", "4.5"], comma=False)
    assert found == [5180.0, 980.0, 4.5]


@pytest.mark.parametrize(
    ("texts", "comma"),
    [
        (["64.8%", "70"], False),
        (["460 pts", "12"], False),
        (["46 cm", "5 mm"], False),
        (["5 k", "6 k"], False),
        (["5 Mio", "6 Mio"], False),
        (["13/20", "5/10"], False),
        (["13/20", "5"], False),
        (["5,180", "4.920"], False),
        (["5 180", "51 80"], False),
        (["1.234", "5,2"], False),
        (["5,180", "4.9"], True),
        (["12/05/2024", "13/05/2024"], False),
    ],
)
def test_what_is_not_clear_is_refused(texts: list[str], comma: bool) -> None:
    with pytest.raises(DataRefused, match="should hold numbers"):
        numbers(texts, comma=comma)


@pytest.mark.parametrize(
    "batches",
    [
        (["64.8%"], ["70"]),
        (["460 pts"], ["12"]),
        (["46 cm"], ["5 mm"]),
        (["70"], ["64.8%"]),
        (["13/20"], ["13/10"]),
        (["13"], ["13/20"]),
        (["4.920,5"], ["4.920"]),
        (["4.920"], ["4.920,5"]),
    ],
)
def test_batches_that_are_written_differently_are_refused(batches: tuple[list[str], ...]) -> None:
    for comma in (False, True):
        with pytest.raises(DataRefused, match="should hold numbers"):
            numbers(*batches, comma=comma)


@pytest.mark.parametrize(
    ("decimal", "texts", "values"),
    [
        ("comma", ["4.650", "5.100", "NA"], [4650.0, 5100.0, NAN]),
        ("comma", ["4.650", "980,5", "12"], [4650.0, 980.5, 12.0]),
        ("comma", ["1.234.567", "1.234,5"], [1234567.0, 1234.5]),
        ("comma", ["5,180", "5,100"], [5.18, 5.1]),
        ("comma", ["53,0 %", "1.053,5%"], [53.0, 1053.5]),
        ("point", ["4.650", "5.100"], [4.65, 5.1]),
        ("point", ["5,180", "980.5"], [5180.0, 980.5]),
        ("point", ["5,180", "4.920"], [5180.0, 4.92]),
        ("point", ["1,234,567.5", "64"], [1234567.5, 64.0]),
    ],
)
@pytest.mark.parametrize("size", [1, 9])
def test_the_decimal_sign_that_is_said_decides(
    decimal: DecimalSign, texts: list[str], values: list[float], size: int
) -> None:
    batches = [texts[start : start + size] for start in range(0, len(texts), size)]
    if any("%" in text for text in texts):
        batches = [texts]
    column, found = numbers(*batches, comma=decimal == "comma", decimal=decimal)
    np.testing.assert_allclose(found, values, rtol=1e-15)
    assert column.thousands.separator.verdict == "no"
    assert column.comma == (decimal == "comma")


@pytest.mark.parametrize(
    ("decimal", "texts"),
    [
        ("comma", ["12.5", "4,5"]), ("comma", ["4,650,000"]), ("comma", ["0.354"]),
        ("point", ["12,5"]), ("point", ["4.650.000"]), ("point", ["64,8 %", "7,5%"]),
    ],
)  # fmt: skip
def test_another_sign_than_is_said_is_refused(decimal: DecimalSign, texts: list[str]) -> None:
    with pytest.raises(DataRefused, match=f'has "{texts[0]}"'):
        numbers(texts, comma=decimal == "comma", decimal=decimal)


@pytest.mark.parametrize(
    ("batches", "values"),
    [
        ([["64,8", "70,25", "58", "61,125", "NA"]], [64.8, 70.25, 58.0, 61.125, NAN]),
        ([["-0,812", "1,250", "0,125"]], [-0.812, 1.25, 0.125]),
        ([["64,8"], ["58"], ["-1,2345"]], [64.8, 58.0, -1.2345]),
    ],
)
def test_decimal_commas_in_quotation_marks_between_commas(
    batches: list[list[str]], values: list[float]
) -> None:
    column, found = numbers(*batches, comma=False)
    np.testing.assert_allclose(found, values, rtol=1e-15)
    assert column.comma


@pytest.mark.parametrize(
    "batches",
    [[["64,8", "70.5"]], [["64,8"], ["70.5"]], [["5,180"], ["64,8"]], [["64,8"], ["5,180"]]],
)
def test_commas_that_may_be_either_between_commas_are_refused(batches: list[list[str]]) -> None:
    with pytest.raises(DataRefused) as caught:
        numbers(*batches, comma=False)
    assert caught.value.finding.code == "not_numeric.not_a_number"


@pytest.mark.parametrize("text", ["(0.4)", "52.00-"])
@pytest.mark.parametrize("others", [["1.2"], []])
def test_numbers_as_accountants_write_them_are_refused_with_what_they_may_be(
    text: str, others: list[str]
) -> None:
    with pytest.raises(DataRefused) as caught:
        numbers([*others, text], comma=False)
    assert "minus sign before" in caught.value.reason.remedy
