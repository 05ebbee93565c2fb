"""Names and labels that files have, as patterns and words."""

import pytest

from multilevel.ingest.table.layout import spoken
from multilevel.wording.families import families


def test_families() -> None:
    names = ["ID", "PV10M", *(f"PV{i}M" for i in range(1, 10)), "Q1", "Q2", "A01", "A02", "A03"]
    names += [f"W{i:02}" for i in range(1, 12)]
    assert [family.pattern for family in families(names)] == ["PV[1-10]M", "A0[1-3]", "W[01-11]"]


@pytest.mark.parametrize(
    ("label", "several", "words"),
    [
        ("1ST PLAUSIBLE VALUE MATHEMATICS", True, "mathematics score"),
        ("Plausible value 1 in mathematics", True, "mathematics score"),
        ("*1ST PLAUSIBLE VALUE READING*", True, "reading score"),
        ("GEN\\MATH TEST", False, "math test"),
        ("Mathematics achievement", False, "Mathematics achievement"),
        ("How often do you read at home?", False, ""),
        ("x" * 61, False, ""),
        ("", False, ""),
        ("1ST PLAUSIBLE VALUE", True, ""),
    ],
)
def test_labels_as_words(label: str, several: bool, words: str) -> None:
    assert spoken(label, several) == words
