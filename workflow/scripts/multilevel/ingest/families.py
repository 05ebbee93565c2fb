"""Columns that differ only in a number: plausible values, replicate weights."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"[0-9]+")
_FEWEST = 3


@dataclass(frozen=True)
class Family:
    """Columns numbered from 1 without gaps.

    Attributes
    ----------
    pattern
        That stands for them in the configuration: BSMMAT0[1-5].
    names
        In the order of their numbers, as in the file.
    """

    pattern: str
    names: tuple[str, ...]


def families(names: Sequence[str]) -> tuple[Family, ...]:
    """All families of at least three among a file's columns, by their first column's place."""
    members: dict[tuple[str, str, int], dict[int, str]] = defaultdict(dict)
    for name in names:
        for match in _NUMBER.finditer(name[:200]):
            text = match.group()
            if len(text) <= 4:
                padded = len(text) if text.startswith("0") else 0
                members[(name[: match.start()], name[match.end() :], padded)][int(text)] = name
    found = [_family(members, *key) for key in members]
    place = {name: index for index, name in enumerate(names)}
    kept = {one.names: one for one in found if one is not None}
    return tuple(sorted(kept.values(), key=lambda one: place[one.names[0]]))


def _family(
    members: dict[tuple[str, str, int], dict[int, str]], start: str, end: str, padded: int
) -> Family | None:
    numbers = dict(members[(start, end, padded)])
    if padded:  # 01 to 09 go on with 10
        numbers |= {
            number: name
            for number, name in members.get((start, end, 0), {}).items()
            if len(str(number)) == padded
        }
    elif 1 not in numbers:
        return None
    last = len(numbers)
    if last < _FEWEST or set(numbers) != set(range(1, last + 1)):
        return None
    names = tuple(numbers[number] for number in range(1, last + 1))
    return Family(_pattern(start, end, padded, last), names)


def _pattern(start: str, end: str, padded: int, last: int) -> str:
    if padded and last < 10:
        return f"{start}{'0' * (padded - 1)}[1-{last}]{end}"
    return f"{start}[{'1'.zfill(padded)}-{last}]{end}"
