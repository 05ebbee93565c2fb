"""Calculations with columns, and patterns for columns."""

import ast
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multilevel.configuration import expressions, patterns

VALUES = {
    "A": np.array([2.0, 3.0]),
    "B": np.array([4.0, 0.0]),
    "a b": np.array([1.0, np.nan]),
    "V1.x$": np.array([5.0, 6.0]),
}


def value(text: str) -> list[float]:
    return expressions.evaluate(text, VALUES.__getitem__).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A", [2, 3]),
        (" A * B ", [8, 0]),
        ("-A+B*2", [6, -3]),
        ("2-3-A", [-3, -4]),
        ("12/A/2", [3, 2]),
        ("2*(A+B)/4", [3, 1.5]),
        ("--A*-B", [-8, 0]),
        ("-(A-B)", [2, -3]),
        ("1.5e1*A", [30, 45]),
        ("A/B", [0.5, np.inf]),
        ("B/B", [1, np.nan]),
        ("V1.x$*2", [10, 12]),
        ("a b", [1, np.nan]),
        ("`a b`*A", [2, np.nan]),
    ],
)
def test_values(text: str, expected: list[float]) -> None:
    np.testing.assert_array_equal(value(text), expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("2*3", "it names no column"),
        ("(A", "isn't closed"),
        ("A)", "wasn't opened"),
        ("A-", "ends too early"),
        ("()", "can't stand where it does"),
        ("A**B", '"*" can\'t stand where it does'),
        ("A//B", '"/" can\'t stand where it does'),
        ("A(B)", '"(" can\'t stand'),
        ("A B*2", '"B" can\'t stand'),
        ("__import__('os')", "can't stand"),
        ("A*B.__class__()", "can't stand"),
        ("A[0]*2", "can't stand there"),
        ("A*lambda: 1", "can't stand"),
        ("A*3B", "can't stand there"),
        ("A*B;A", "can't stand there"),
        pytest.param("A*" * 600 + "A", "longer than 1,000", id="long"),
    ],
)
def test_faults(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        expressions.parsed(text)


def test_nesting_is_no_matter_of_the_stack() -> None:
    assert value("(" * 490 + "A" + ")" * 490) == [2, 3]
    assert value("-" * 900 + "A") == [2, 3]


@given(st.text(alphabet="AB12.e+-*/() `_,[]'", max_size=30))
def test_any_text_is_calculated_as_python_would_or_refused(text: str) -> None:
    try:
        expression = expressions.parsed(text)
    except ValueError:
        return
    assert expression.columns
    if not set(expression.columns) <= {"A", "B"} or "`" in text:
        return
    with np.errstate(all="ignore"):
        code = compile(ast.parse(text.strip(), mode="eval"), "test", "eval")
        theirs = eval(code, {"__builtins__": {}}, VALUES)  # noqa: S307 - the other opinion
    np.testing.assert_array_equal(value(text), theirs)


def test_columns_are_renamed_and_quoted_as_needed() -> None:
    names = {"a": "WGT FAC", "b": "b", "c d": "C"}
    assert expressions.renamed("a*(b - `c d`)/2", names.__getitem__) == "`WGT FAC`*(b-C)/2"
    assert expressions.columns("a*(b - `c d`)/a") == ("a", "b", "c d")


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("BSMMAT0[1-3]", ["BSMMAT01", "BSMMAT02", "BSMMAT03"]),
        ("PV[9-11]MATH", ["PV9MATH", "PV10MATH", "PV11MATH"]),
        ("A[08-10]", ["A08", "A09", "A10"]),
        ("[AB][1-2]", ["A1", "A2", "B1", "B2"]),
        ("plain", ["plain"]),
        ("a[b-c]*", ["a[b-c]*"]),
    ],
)
def test_patterns(pattern: str, names: list[str]) -> None:
    assert list(patterns.expanded(pattern)) == names


@given(st.text(alphabet="A[]0-19*?", max_size=14))
def test_no_pattern_is_unbounded(pattern: str) -> None:
    try:
        assert len(patterns.expanded(pattern)) <= patterns.LIMIT
    except ValueError as error:
        assert "backwards" in str(error) or "1,000" in str(error)  # noqa: PT017
