"""Columns that differ only in a number: plausible values, replicate weights."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from multilevel.wording.quoting import listed

_NUMBER = re.compile(r"[0-9]+")
_FEWEST = 3
_MOST_NAMED = 10


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


def numbered_at(names: Sequence[str]) -> int | None:
    """Which of the numbers in their names the columns differ in; None unless it is one alone."""
    pieces = [_NUMBER.split(name) for name in names]
    if len(names) < 2 or any(piece != pieces[0] for piece in pieces):
        return None
    numbers = zip(*(_NUMBER.findall(name) for name in names), strict=True)
    varying = [place for place, texts in enumerate(numbers) if len(set(texts)) > 1]
    return varying[0] if len(varying) == 1 else None


def gaps(names: Sequence[str], last: int | None = None) -> tuple[str, ...]:
    """Columns that a numbered set lacks: PV2MATH of PV1MATH and PV3MATH.

    `names` make a set where they differ in one number only. It ends with the number `last`;
    where that isn't known, with the largest there is, provided that most up to it are there.
    """
    place = numbered_at(names)
    if place is None or (last is None and len(names) < _FEWEST):
        return ()
    texts = [_NUMBER.findall(name)[place] for name in names]
    there = {int(text) for text in texts}
    width = len(texts[0]) if any(text.startswith("0") for text in texts) else 1
    up_to = range(min(1, *there), max(last or 0, *there) + 1)
    absent = [number for number in up_to if number not in there]
    if last is None and len(absent) >= len(there):
        return ()
    pieces, numbers = _NUMBER.split(names[0]), _NUMBER.findall(names[0])
    return tuple(_numbered(pieces, numbers, place, f"{n:0{width}d}") for n in absent)


def left_out(names: Sequence[str], there: Sequence[str]) -> tuple[str, ...]:
    """The columns among those `there` that belong to the numbered set of `names`."""
    place = numbered_at(names)
    if place is None:
        return ()

    def but_for_its_number(name: str) -> tuple[list[str], list[str]]:
        numbers = _NUMBER.findall(name)
        return _NUMBER.split(name), numbers[:place] + numbers[place + 1 :]

    own, taken = but_for_its_number(names[0]), frozenset(names)
    return tuple(one for one in there if one not in taken and but_for_its_number(one) == own)


def span(names: Sequence[str]) -> str:
    """W_FSTR1 to W_FSTR80, without W_FSTR17 where that isn't among them; others one by one."""
    if not in_a_row(names):
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        return ", ".join(names[:_MOST_NAMED]) + more
    absent = gaps(names)
    without = f" without {listed(absent)}" if absent else ""
    return f"{names[0]} to {names[-1]}{without}"


def in_a_row(names: Sequence[str]) -> bool:
    """Whether the first and the last of three or more stand for all: one number goes up."""
    place = numbered_at(names)
    if place is None or len(names) < _FEWEST:
        return False
    numbers = [int(_NUMBER.findall(name)[place]) for name in names]
    return all(one < next_one for one, next_one in pairwise(numbers))


def siblings(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """The other columns that differ from `name` in one number only, at its place alone.

    Of several numbers in the name the one counts that makes the largest set.
    """
    pieces, numbers = _NUMBER.split(name), _NUMBER.findall(name)
    sets: list[list[str]] = [[] for _ in numbers]
    for other in names:
        if other != name and _NUMBER.split(other) == pieces:
            found = _NUMBER.findall(other)
            differ = [at for at, (a, b) in enumerate(zip(numbers, found, strict=True)) if a != b]
            if len(differ) == 1:
                sets[differ[0]].append(other)
    return tuple(sorted(sets, key=len)[-1]) if sets else ()


def _numbered(pieces: Sequence[str], numbers: Sequence[str], place: int, number: str) -> str:
    texts = [number if at == place else text for at, text in enumerate(numbers)]
    return "".join(a + b for a, b in zip(pieces, [*texts, ""], strict=True))


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
