"""Conditions on rows: what they mean, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multilevel.configuration.conditions import (
    Calculation,
    Comparison,
    Junction,
    Negation,
    columns,
    parsed,
    renamed,
    written,
)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("grade = 8", Comparison("grade", "=", (8.0,))),
        ("grade==8", Comparison("grade", "=", (8.0,))),
        ("`my grade` <> -1.5e2", Comparison("my grade", "!=", (-150.0,))),
        ("s in ('a', \"it's\")", Comparison("s", "in", ("a", "it's"))),
        ("s not in [1, 2]", Comparison("s", "not in", (1.0, 2.0))),
        ("a + 1 = 2", Calculation("(a + 1) - (2)", "=")),
        ("(a - b) / 2 >= c*2", Calculation("(( a - b ) / 2) - (c * 2)", ">=")),
        ("a < b", Calculation("(a) - (b)", "<")),
        ("a in (-1, +2)", Comparison("a", "in", (-1.0, 2.0))),
        (
            "(a - 1 > 0 and `my b` > -1)",
            Junction("and", (Calculation("(a - 1) - (0)", ">"), Comparison("my b", ">", (-1.0,)))),
        ),
        ("not a = 1", Negation(Comparison("a", "=", (1.0,)))),
        (
            "a = 1 or b < 2 and c >= 3",
            Junction(
                "or",
                (
                    Comparison("a", "=", (1.0,)),
                    Junction("and", (Comparison("b", "<", (2.0,)), Comparison("c", ">=", (3.0,)))),
                ),
            ),
        ),
    ],
)
def test_what_conditions_mean(text: str, condition: object) -> None:
    assert parsed(text) == condition
    assert parsed(renamed(text, lambda name: name)) == condition


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "it is empty"),
        ("a", "too early"),
        ("a =", "too early"),
        ("a = b", "a text stands in quotes"),
        ("8 = a", "begins with a column"),
        ("a < 'x'", "compares numbers only"),
        ("a in 1", "a list must follow"),
        ("a in (1, 2", "isn't closed"),
        ("a in (1 2)", "isn't closed"),
        ("(a = 1", "isn't closed"),
        ("a = 1)", "can't stand where it does"),
        ("a + = 2", "ends too early|can't stand"),
        ("a + 1 = 'x'", "compares numbers only"),
        ("a + b in (1, 2)", "comparison must follow"),
        ("(a + 1 > 2", "isn't closed"),
        ("a * (b > 2)", "isn't closed|comparison must follow"),
        ("3 > 2", "begins with a column"),
        ("a < 2 ^ 3", "can't stand there"),
        ("a not = 1", "comparison must follow"),
        ("__import__('os')", "comparison must follow"),
        ("(" * 200 + "a = 1" + ")" * 200, "too deep"),
        ("not " * 200 + "a = 1", "too deep"),
        ("a = 1 " * 300, "longer than"),
    ],
)
def test_what_is_no_condition(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        parsed(text)


@given(st.text(max_size=200))
def test_any_text_is_a_condition_or_a_value_error(text: str) -> None:
    try:
        assert columns(parsed(text))
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either is right


def test_pairs() -> None:
    text = written({"subject": "math", "my grade": [7, 8], "x": 'a "b"'})
    assert text == """subject = "math" and `my grade` in (7, 8) and x = 'a "b"'"""
    assert columns(parsed(text)) == ("subject", "my grade", "x")
