"""What the index says of former releases."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.releases.test_history import FIRST, SECOND

from multilevel.index.changes import sentence, summary
from multilevel.wording.catalogue import Catalogue

WORDS = Catalogue.load(Path(__file__).parents[3] / "templates" / "text" / "en", "page", "dates")


def test_a_sentence_for_each_dataset() -> None:
    later = replace(SECOND, date="2026-06-01")
    assert sentence((FIRST, later), WORDS) == "ICC 0.25, was 0.20 on 3 May 2026: the data changed"
    same_day = sentence((FIRST, SECOND), WORDS)
    alike = sentence((FIRST, replace(FIRST, data="9")), WORDS)
    assert alike == "ICC 0.20, as before: the data changed"
    assert same_day == "ICC 0.25, was 0.20: the data changed"


@pytest.mark.parametrize(
    "changes", [{"settings": "t"}, {"version": "2"}, {"settings": "t", "data": "9"}]
)
def test_what_changed_has_words(changes: dict[str, str]) -> None:
    assert "changed" in sentence((FIRST, replace(FIRST, **changes)), WORDS)


def test_a_line_on_top() -> None:
    assert summary({}, {}, WORDS) == ""
    titles = {"a": "<A>", "b": "B"}
    one = summary({"a": (FIRST, SECOND)}, titles, WORDS)
    assert one.startswith("1 dataset has")
    assert "<b>&lt;A&gt;</b>: it is 0.25, was 0.20" in one
    still = replace(FIRST, id="b", data="9", icc=0.2001)
    both = summary({"b": (FIRST, still), "a": (FIRST, SECOND)}, titles, WORDS)
    assert both.startswith("2 datasets have")
    assert "&lt;A&gt;" in both
    assert "No ICC moved" in summary({"b": (FIRST, still)}, titles, WORDS)
