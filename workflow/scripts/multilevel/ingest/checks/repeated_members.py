"""Members who stand in several rows: files by subject or time, of teachers, or written twice."""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from multilevel.errors import DataRefused
from multilevel.ingest import vocabulary
from multilevel.ingest.checks import repeated_rows
from multilevel.ingest.checks.material import Codes, Records, cells, n_different
from multilevel.records.findings import Finding, caution, note

# Of the rows: fewer are slips of single ids.
_SLIPS = 0.01
_PLAIN_IDS = 2  # ids per group, at least, of a column that is only called id
_FLAGS = 4  # so few different values, such as yes and no, are no ids
_FEWEST_IN_ORDER = 10
# Ids that are told by their form: per group, rows each, and rows each that are no class's.
_SEVERAL, _RECUR, _FEW_TIMES = 3, 1.5, 3
_MOST_SUBJECTS, _MOST_OCCASIONS, _MOST_NUMBERED = 12, 60, 4
_FIRST, _MANY_SLIPS = 20_000, 0.05  # rows that tell of most columns that they hold no ids
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def check(records: Records) -> Iterator[Finding]:
    """A caution where an id of members repeats within a group, or rows do.

    Raises
    ------
    DataRefused
        `duplicate_key.members` under a preset: a study's file of students has a row for each.
    """
    ids = _member_ids(records)
    for column in ids:
        finding = _repeated(records, column)
        if finding is not None:
            yield finding
            return
    yield from repeated_rows.repeated(records, ids_known=bool(ids))


def _member_ids(records: Records) -> tuple[str, ...]:
    if records.member_id is not None:
        return (records.member_id,)
    many = [one for one in records.others if records.n_texts(one) > _FLAGS]
    named = [one for one in many if vocabulary.is_member_id(one)]
    if named:
        return tuple(named)
    plain = [one for one in many if vocabulary.is_plain_id(one) and _several_each(records, one)]
    return (*plain, *(one for one in many if one not in plain and _looks_like_ids(records, one)))


def _several_each(records: Records, column: str) -> bool:
    """Whether a column called id can be of members: groups have several, each its own."""
    codes, used = records.codes(column)
    group = records.group_codes[used]
    n_ids = n_different(codes[used])
    return n_ids >= _PLAIN_IDS * n_different(group) and n_different(group, codes[used]) == n_ids


def _looks_like_ids(records: Records, column: str) -> bool:
    """Whether a column whose name tells nothing holds ids of members, who have several rows each.

    Its values are no measurements, stand in one group each, several of them, and recur as only
    members of long files do: each two or three times, all in one order, or once with each value
    of another column such as the subject.
    """
    codes, used = records.codes(column)
    group, member = records.group_codes[used], codes[used]
    n, n_ids = len(member), n_different(member)
    several = n_ids >= max(_FEWEST_IN_ORDER, _SEVERAL * n_different(group)) and n >= _RECUR * n_ids
    if not several or not _nested(member[:_FIRST], group[:_FIRST], _MANY_SLIPS):
        return False
    if not _nested(member, group, _SLIPS):
        return False
    counts = np.bincount(member)
    counts = counts[counts > 0]
    if (counts == counts[0]).all():
        times = int(counts[0])
        if times <= _FEW_TIMES or (member.reshape(times, n_ids) == member[:n_ids]).all():
            return True
    return any(_told_apart(records, column, name) for name in records.others if name != column)


def _nested(member: Codes, group: Codes, slips: float) -> bool:
    """Whether each id stands in one group only, but for a share that are slips."""
    return n_different(group, member) <= (1 + slips) * n_different(member)


def _told_apart(records: Records, column: str, by: str) -> bool:
    """Whether each id stands once with each value of another column, of which there are few."""
    known = vocabulary.divides(by)
    texts = records.texts(by)
    if not 1 < len(texts) <= (_MOST_OCCASIONS if known else _MOST_SUBJECTS):
        return False
    numbers = [text for text in texts if text.isdecimal() and not _YEAR.fullmatch(text)]
    if not known and numbers and len(texts) > _MOST_NUMBERED:  # pupils of a class are numbered too
        return False
    codes, used = records.codes(column)
    others, there = records.codes(by)
    both = used & there
    n = int(np.count_nonzero(both))
    return n > 0 and n_different(codes[both], others[both]) >= (1 - _SLIPS) * n


def _repeated(records: Records, column: str) -> Finding | None:
    codes, used = records.codes(column)
    group, member = records.group_codes[used], codes[used]
    n_rows, n_members = len(member), n_different(group, member)
    if n_members == n_rows or _numbered_in_classes(records, column):
        return None
    if n_rows - n_members <= _SLIPS * n_rows and records.member_id is None:
        return note("member_ids_twice", column, n=n_rows - n_members)
    if records.preset is not None:
        raise DataRefused(
            "duplicate_key.members",
            column,
            file=records.file,
            preset=records.preset,
            group_column=records.group,
            n_rows=n_rows,
            n_members=n_members,
        )
    by, value = _divided_by(records, column)
    return caution(
        "repeated_members",
        column,
        case="plain" if by is None else "by",
        by=by,
        value=value,
        group_column=records.group,
        n_rows=n_rows,
        n_members=n_members,
    )


def _divided_by(records: Records, column: str) -> tuple[str | None, str | None]:
    """A column that tells the rows of a member apart, and one of its values."""
    codes, used = records.codes(column)
    named = [name for name in records.others if vocabulary.divides(name)]
    apart = [name for name in records.others if _told_apart(records, column, name)]
    for name in dict.fromkeys((*named, *apart)):
        if name == column:
            continue
        others, known = records.codes(name)
        both = used & known
        group = records.group_codes[both]
        if n_different(group, codes[both], others[both]) == np.count_nonzero(both) > 0:
            first = int(others[both].min())
            return name, records.texts(name)[first]
    return None, None


def _numbered_in_classes(records: Records, column: str) -> bool:
    """Whether members are numbered from 1 in each class, so that numbers recur in a school."""
    codes, used = records.codes(column)
    numbers = _whole_numbers(records.texts(column))
    for name in records.others:
        if vocabulary.level(name) != vocabulary.CLASS:
            continue
        others, known = records.codes(name)
        both = used & known
        classed = cells(records.group_codes[both], others[both])
        _, classes = np.unique(classed, return_inverse=True)
        number = numbers[codes[both]]
        if not len(number) or np.isnan(number).any():
            continue
        sizes = np.bincount(classes)
        largest = np.full(len(sizes), -np.inf)
        np.maximum.at(largest, classes, number)
        unique = n_different(classes, codes[both]) == len(number)
        if unique and np.mean(largest <= 1.5 * sizes + 2) >= 0.8:
            return True
    return False


def _whole_numbers(texts: list[str]) -> NDArray[np.float64]:
    return np.array([float(one) if one.isascii() and one.isdigit() else np.nan for one in texts])
