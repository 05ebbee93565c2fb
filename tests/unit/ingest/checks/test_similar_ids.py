"""Ids that a reader would take for the same are kept apart, and named."""

import numpy as np
import pytest

from multilevel.ingest.checks.material import Members
from multilevel.ingest.checks.similar_ids import check, look_alikes
from multilevel.wording.findings import text


def notes(ids: list[str]) -> list[str]:
    sizes = np.ones(len(ids), np.int64)
    members = Members(
        outcomes=("y",), scores=np.ones((1, 1)), group="school", group_ids=ids, sizes=sizes
    )
    return [text(one) for one in check(members)]


@pytest.mark.parametrize(
    "same",
    [
        ("Riverside", "Riv\u0435rside"),
        ("PETEP", "\u0420\u0415\u0422\u0415\u0420"),
        ("North", "north"),
        ("St. Anne", "St.  Anne", "St.\u00a0Anne"),
        ("a\u200bb", "ab"),
        ("\uff21\uff11", "A1"),
        ("\u0391\u0392", "AB"),
        ("\u202eabc", "abc"),
    ],
    ids=["e", "capitals", "case", "blanks", "unseen", "full width", "Greek", "direction"],
)
def test_what_looks_the_same(same: tuple[str, ...]) -> None:
    assert look_alikes(["other", *same, "1"]) == (same,)


@pytest.mark.parametrize(
    "ids",
    [
        ["School 1", "School 11", "School l"],
        ["01", "1", "1.0"],
        ["Lyc\u00e9e", "Lycee"],
        ["\u0428\u043a\u043e\u043b\u0430 1", "\u0428\u043a\u043e\u043b\u0430 2"],
        [],
    ],
)
def test_what_does_not(ids: list[str]) -> None:
    assert look_alikes(ids) == ()
    assert notes(ids) == []


def test_the_difference_is_named() -> None:
    (note,) = notes(["Riverside", "Riv\u0435rside"])
    assert 'Ids in "school" look the same and are kept apart' in note
    assert "Riv\u0435 (U+0435)rside" in note
    assert "write them alike" in note


def test_many_are_counted() -> None:
    ids = [f"{letter}{n}" for n in range(10) for letter in "aA"]
    (note,) = notes(ids)
    assert note.count("a") < 40
    assert "; and 7 more." in note
