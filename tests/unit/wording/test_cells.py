"""CSV cells that a spreadsheet must not run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multilevel.wording.cells import lines, neutralised, requoted


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "=HYPERLINK()",
        "\n=1",
        "＝1+1",
        "＠SUM(A1)",
    ],
)
def test_formulas_are_defused(text):
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3", "+4.5", "-1e-3", "5007", "Lycée", "a=b", "", "it's", "'"])
def test_other_text_stays(text):
    assert neutralised(text) == text


@given(st.text(alphabet="'=+-1;", max_size=6), st.text(alphabet="'=+-1;", max_size=6))
def test_two_names_never_become_one(first, second):
    assert (neutralised(first) == neutralised(second)) == (first == second)


def test_a_name_that_only_looks_defused():
    assert neutralised("'=1") == "''=1"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=3), max_size=4))
def test_any_reader_finds_the_cells_again(rows):
    text = lines(rows)
    assert list(csv.reader(io.StringIO(text, newline=""))) == rows
    assert requoted(text) == text


@pytest.mark.parametrize("name", ["x;=cmd|' /C calc'!A0;z", "a\t=1", "a\rb", 'say "so"'])
def test_what_divides_cells_anywhere_stands_in_quotes(name):
    doubled = name.replace('"', '""')
    assert lines([["id", name]]) == f'id,"{doubled}"\n'
