"""Patterns for several columns: BSMMAT0[1-5], PV[1-10]MATH, W_FSTR*."""

import fnmatch
import itertools
import re
from collections.abc import Sequence

LIMIT = 1000  # columns of one pattern
_BRACKETS = re.compile(r"\[([0-9]{1,6})-([0-9]{1,6})\]|\[([A-Za-z0-9]{1,62})\]")


def is_pattern(text: str) -> bool:
    """Whether the text stands for more than the column of that name."""
    return bool(_BRACKETS.search(text)) or "*" in text or "?" in text


def expanded(pattern: str) -> tuple[str, ...]:
    """The names that brackets make: A0[1-3] to A01, A02, A03; [135] is one of the three.

    A first number with zeros before it sets the width: [01-10] is 01 to 10. * and
    ? stay as they are.

    Raises
    ------
    ValueError
        When a range runs backwards or the pattern makes more than `LIMIT` names.
    """
    pieces: list[list[str]] = []
    end, total = 0, 1
    for match in _BRACKETS.finditer(pattern):
        choices = _choices(match)
        total *= len(choices)
        if total > LIMIT:
            raise ValueError(f"it stands for more than {LIMIT:,} columns")
        pieces += [[pattern[end : match.start()]], choices]
        end = match.end()
    pieces.append([pattern[end:]])
    return tuple("".join(parts) for parts in itertools.product(*pieces))


def matching(pattern: str, names: Sequence[str]) -> list[str]:
    """The names that fit a pattern with * and ?, without regard to case, in their order."""
    literal = pattern.replace("[", "[[]").casefold()
    fits = re.compile(fnmatch.translate(literal)).match
    return [name for name in names if fits(name.strip().casefold())]


def _choices(match: re.Match[str]) -> list[str]:
    first, last, letters = match.groups()
    if letters is not None:
        return list(dict.fromkeys(letters))
    if int(first) > int(last):
        raise ValueError(f"{match.group()} runs backwards")
    if int(last) - int(first) >= LIMIT:
        raise ValueError(f"it stands for more than {LIMIT:,} columns")
    width = len(first) if first.startswith("0") else 1
    return [str(number).zfill(width) for number in range(int(first), int(last) + 1)]
