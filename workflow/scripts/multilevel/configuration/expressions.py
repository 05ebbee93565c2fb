"""Calculations with columns: WGTFAC1*WGTADJ1. Columns, numbers, + - * / and parentheses.

Nothing is ever run as a program: the text becomes a list of steps of these kinds alone.
"""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from multilevel.wording.quoting import shown

MAX_LENGTH = 1000

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![\w.])"
    r"|(?P<column>[^\W\d][\w.$#@]*)"
    r"|`(?P<quoted>[^`]+)`"
    r"|(?P<sign>[-+*/()]))"
)
_TWO: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": np.true_divide,
}
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "negative": 3}


class Step(NamedTuple):
    """One step: a number or column is put on the stack, an operation takes from it."""

    kind: Literal["number", "column", "operation"]
    text: str


@dataclass(frozen=True)
class Expression:
    """A checked calculation.

    Attributes
    ----------
    steps
        In the order in which a calculator with a stack does them.
    """

    steps: tuple[Step, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it needs, each once."""
        return tuple(dict.fromkeys(step.text for step in self.steps if step.kind == "column"))


@lru_cache(maxsize=64)
def parsed(text: str) -> Expression:
    """The calculation that `text` states.

    A column whose name isn't a plain word stands in backquotes, unless it is all
    there is.

    Raises
    ------
    ValueError
        With what is wrong, as the end of a sentence.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"it is longer than {MAX_LENGTH:,} characters")
    expression = Expression(tuple(_steps(text)))
    if not expression.columns:
        raise ValueError("it names no column")
    return expression


def columns(text: str) -> tuple[str, ...]:
    """The columns that the calculation needs; ValueError as `parsed`."""
    return parsed(text).columns


def evaluate(text: str, column: Callable[[str], NDArray[np.float64]]) -> NDArray[np.float64]:
    """The value in each row.

    Parameters
    ----------
    column
        Gives a column's numbers, NaN where missing; all of one shape (N,).

    Returns
    -------
    NDArray
        float64, shape (N,): NaN where a column it needs is missing, infinite or
        NaN where something is divided by zero.

    Raises
    ------
    ValueError
        As `parsed`.
    """
    expression = parsed(text)
    values = {name: column(name) for name in expression.columns}
    stack: list[Any] = []
    with np.errstate(all="ignore"):
        for step in expression.steps:
            if step.kind == "number":
                stack.append(np.float64(step.text))
            elif step.kind == "column":
                stack.append(values[step.text])
            elif step.text == "negative":
                stack.append(-stack.pop())
            else:
                right, left = stack.pop(), stack.pop()
                stack.append(_TWO[step.text](left, right))
    return np.asarray(stack.pop(), dtype=np.float64)


def renamed(text: str, name: Callable[[str], str]) -> str:
    """The calculation with other names of its columns."""
    pieces = []
    for kind, token in _tokens(text):
        if kind in ("column", "quoted"):
            pieces.append(as_column(name(token)))
        else:
            pieces.append(token)
    return "".join(pieces)


def as_column(name: str) -> str:
    """A column's name as an expression has it: in backquotes unless it is a plain word."""
    return name if re.fullmatch(r"[^\W\d][\w.$#@]*", name) else f"`{name}`"


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    if text.strip() and not re.search(r"[-+*/()`]", text):
        number = re.fullmatch(r"[0-9.]+([eE][0-9]+)?", text.strip())
        yield ("number" if number else "quoted"), text.strip()
        return
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(
                f"{shown(text[place:].strip(), 20)} can't stand there; it may have columns, "
                "numbers, + - * / and parentheses"
            )
        place = match.end()
        yield str(match.lastgroup), match[str(match.lastgroup)]


def _steps(text: str) -> Iterator[Step]:
    """Dijkstra's shunting yard: operations wait until those that bind tighter are done."""
    waiting: list[str] = []
    operand_next = True
    for kind, token in _tokens(text):
        _check_place(kind, token, operand_next)
        if kind != "sign":
            yield Step("number" if kind == "number" else "column", token)
            operand_next = False
        elif token == "(":
            waiting.append(token)
        elif token == ")":
            yield from _until_opened(waiting)
        elif operand_next:  # a sign before a number or column
            if token == "-":
                waiting.append("negative")
        else:
            while waiting and _RANK.get(waiting[-1], 0) >= _RANK[token]:
                yield Step("operation", waiting.pop())
            waiting.append(token)
            operand_next = True
    if operand_next:
        raise ValueError("it ends too early" if text.strip() else "it is empty")
    if "(" in waiting:
        raise ValueError("a parenthesis isn't closed")
    yield from (Step("operation", sign) for sign in reversed(waiting))


def _check_place(kind: str, token: str, operand_next: bool) -> None:
    begins = kind != "sign" or token == "("
    signs = operand_next and token in "+-"
    if begins != operand_next and not signs:
        raise ValueError(f"{shown(token, 20)} can't stand where it does")


def _until_opened(waiting: list[str]) -> Iterator[Step]:
    while waiting and waiting[-1] != "(":
        yield Step("operation", waiting.pop())
    if not waiting:
        raise ValueError("a parenthesis is closed that wasn't opened")
    waiting.pop()
