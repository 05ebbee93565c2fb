"""Conditions on rows: grade = 8 and subject in ("math", "reading"), post - pre > 0.

Nothing is ever run as a program: the text becomes comparisons of a column with numbers and texts,
and of calculations with numbers.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from multilevel.configuration import expressions
from multilevel.configuration.expressions import MAX_LENGTH, as_column
from multilevel.wording.quoting import shown

Sign = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in"]
Value = float | str

_DEEPEST = 30
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![\w.])"""
    r"""|(?P<text>"[^"]*"|'[^']*')"""
    r"""|(?P<word>(?:and|or|not|in)(?![\w.$#@]))"""
    r"""|(?P<column>[^\W\d][\w.$#@]*)"""
    r"""|`(?P<quoted>[^`]+)`"""
    r"""|(?P<sign><=|>=|!=|<>|==|=|<|>|\(|\)|\[|\]|,|[-+*/]))""",
    re.I,
)
_SIGNS: Mapping[str, Sign] = {
    "=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}  # fmt: skip
_CLOSING = {"(": ")", "[": "]"}
_CALCULATING = ("+", "-", "*", "/")
_OF_TEXTS = ("=", "!=", "in", "not in")


@dataclass(frozen=True)
class Comparison:
    """A column compared with a value, or with several for "in" and "not in"."""

    column: str
    sign: Sign
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Calculation:
    """A calculation with columns, compared with 0."""

    text: str
    sign: Sign


@dataclass(frozen=True)
class Junction:
    """Conditions that must all hold ("and"), or of which one must ("or")."""

    word: Literal["and", "or"]
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Negation:
    """A condition that must not hold."""

    part: "Condition"


Condition = Comparison | Calculation | Junction | Negation


class _Token(NamedTuple):
    kind: str
    text: str


@lru_cache(maxsize=64)
def parsed(text: str) -> Condition:
    """The condition that `text` states.

    A column whose name isn't a plain word stands in backquotes, a text in quotes.

    Raises
    ------
    ValueError
        With what is wrong, as the end of a sentence.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"it is longer than {MAX_LENGTH:,} characters")
    tokens = _Tokens(tuple(_tokens(text)))
    condition = _any(tokens, 0)
    if tokens.next is not None:
        raise ValueError(f"{shown(tokens.next.text, 20)} can't stand where it does")
    return condition


def columns(condition: Condition) -> tuple[str, ...]:
    """The columns that a condition needs, each once."""
    if isinstance(condition, Comparison):
        return (condition.column,)
    if isinstance(condition, Calculation):
        return expressions.columns(condition.text)
    parts = condition.parts if isinstance(condition, Junction) else (condition.part,)
    return tuple(dict.fromkeys(name for part in parts for name in columns(part)))


def renamed(text: str, name: Callable[[str], str]) -> str:
    """The condition with other names of its columns."""
    return " ".join(
        as_column(name(token.text)) if token.kind in ("column", "quoted") else token.text
        for token in _tokens(text)
    )


def written(given: str | Mapping[str, Value | Sequence[Value]]) -> str:
    """A condition as text, of pairs of columns and values too."""
    if isinstance(given, str):
        return given
    return " and ".join(_equality(name, value) for name, value in given.items())


def _equality(name: str, value: Value | Sequence[Value]) -> str:
    if isinstance(value, str | int | float):
        return f"{as_column(name)} = {_literal(value)}"
    return f"{as_column(name)} in ({', '.join(map(_literal, value))})"


def _literal(value: Value) -> str:
    if not isinstance(value, str):
        return repr(value)
    return f"'{value}'" if '"' in value else f'"{value}"'


def _tokens(text: str) -> Iterator[_Token]:
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(
                f"{shown(text[place:].strip(), 20)} can't stand there; it may have columns, "
                "numbers, texts in quotes, comparisons, + - * /, and, or, not, in and parentheses"
            )
        place = match.end()
        yield _Token(str(match.lastgroup), match[str(match.lastgroup)])


class _Tokens:
    """Tokens, taken one after the other."""

    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self._tokens, self._place = tokens, 0

    @property
    def next(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def take(self) -> _Token:
        token = self.next
        if token is None:
            raise ValueError("it ends too early" if self._tokens else "it is empty")
        self._place += 1
        return token

    def opens_calculation(self) -> bool:
        """Whether a parenthesis that comes next is part of a calculation."""
        if self.next is None or self.next.text != "(":
            return False
        depth = 0
        for place in range(self._place, len(self._tokens) - 1):
            kind, text = self._tokens[place]
            depth += (kind, text) == ("sign", "(")
            depth -= (kind, text) == ("sign", ")")
            if depth == 0:
                return self._tokens[place + 1].text in (*_CALCULATING, *_SIGNS)
        return False

    def takes(self, *texts: str) -> bool:
        """Whether the next token is one of these words or signs, which is then taken."""
        token = self.next
        if token is None or token.kind not in ("word", "sign") or token.text.lower() not in texts:
            return False
        self._place += 1
        return True


def _any(tokens: _Tokens, depth: int) -> Condition:
    parts = [_all(tokens, depth)]
    while tokens.takes("or"):
        parts.append(_all(tokens, depth))
    return parts[0] if len(parts) == 1 else Junction("or", tuple(parts))


def _all(tokens: _Tokens, depth: int) -> Condition:
    parts = [_part(tokens, depth)]
    while tokens.takes("and"):
        parts.append(_part(tokens, depth))
    return parts[0] if len(parts) == 1 else Junction("and", tuple(parts))


def _part(tokens: _Tokens, depth: int) -> Condition:
    if depth > _DEEPEST:
        raise ValueError("its parentheses are too deep")
    if tokens.takes("not"):
        return Negation(_part(tokens, depth + 1))
    if not tokens.opens_calculation() and tokens.takes("("):
        inside = _any(tokens, depth + 1)
        if not tokens.takes(")"):
            raise ValueError("a parenthesis isn't closed")
        return inside
    return _comparison(tokens)


def _comparison(tokens: _Tokens) -> Comparison | Calculation:
    left = _calculation(tokens)
    if not any(token.kind in ("column", "quoted") for token in left):
        raise ValueError(f"a comparison begins with a column, not with {shown(_text_of(left), 20)}")
    negated = tokens.takes("not")
    if len(left) == 1 and tokens.takes("in"):
        return Comparison(left[0].text, "not in" if negated else "in", tuple(_values(tokens)))
    token = tokens.take()
    sign = _SIGNS.get(token.text)
    if sign is None or negated:
        raise ValueError(
            f"after {shown(_text_of(left), 40)} a comparison must follow, such as = or in, "
            f"not {shown(token.text, 20)}"
        )
    if tokens.next is not None and tokens.next.kind == "text":
        value = _value(tokens)
        if len(left) > 1 or sign not in _OF_TEXTS:
            raise ValueError(f"{sign} compares numbers only, not {shown(value, 20)}")
        return Comparison(left[0].text, sign, (value,))
    return _compared(left, sign, _calculation(tokens))


def _compared(
    left: Sequence[_Token], sign: Sign, right: Sequence[_Token]
) -> Comparison | Calculation:
    """A column with a number, or else the difference of two calculations with 0."""
    number = _number(right)
    if len(left) == 1 and number is not None:
        return Comparison(left[0].text, sign, (number,))
    if len(right) == 1 and number is None and sign in _OF_TEXTS:
        raise _neither(right[0])
    text = f"({_text_of(left)}) - ({_text_of(right)})"
    expressions.parsed(text)
    return Calculation(text, sign)


def _calculation(tokens: _Tokens) -> list[_Token]:
    """The tokens of a column, a number or a calculation that comes next."""
    taken: list[_Token] = []
    depth = 0
    while (token := tokens.next) is not None:
        calculates = token.kind == "sign" and token.text in (*_CALCULATING, "(", ")")
        if token.kind not in ("number", "column", "quoted") and not calculates:
            break
        if token.text == ")" and depth == 0:
            break
        operand = token.kind != "sign" or token.text == "("
        if operand and taken and taken[-1].text not in (*_CALCULATING, "("):
            break
        depth += (token.text == "(") - (token.text == ")")
        taken.append(tokens.take())
    return taken or [tokens.take()]


def _text_of(tokens: Sequence[_Token]) -> str:
    return " ".join(
        as_column(token.text) if token.kind in ("column", "quoted") else token.text
        for token in tokens
    )


def _number(tokens: Sequence[_Token]) -> float | None:
    """The number that tokens are, with a sign before it or without."""
    signs = [token.text for token in tokens[:-1]]
    if tokens[-1].kind != "number" or signs not in ([], ["-"], ["+"]):
        return None
    number = float(tokens[-1].text)
    return -number if signs == ["-"] else number


def _values(tokens: _Tokens) -> Iterator[Value]:
    opening = tokens.take().text
    if opening not in _CLOSING:
        raise ValueError('after in a list must follow, such as ("math", "reading")')
    yield _value(tokens)
    while tokens.takes(","):
        yield _value(tokens)
    if not tokens.takes(_CLOSING[opening]):
        raise ValueError("the list after in isn't closed")


def _value(tokens: _Tokens) -> Value:
    if tokens.next is not None and tokens.next.kind == "text":
        return tokens.take().text[1:-1].strip()
    given = _calculation(tokens)
    number = _number(given)
    if number is None:
        raise _neither(given[0])
    return number


def _neither(token: _Token) -> ValueError:
    return ValueError(
        f"{shown(token.text, 20)} is neither a number nor a text; a text stands in quotes"
    )
