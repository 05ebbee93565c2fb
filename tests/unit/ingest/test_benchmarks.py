"""Benchmarks of the studies."""

from itertools import pairwise

import pytest

from multilevel.ingest.benchmarks import benchmarks_of
from multilevel.ingest.presets import STUDIES


@pytest.mark.parametrize("preset", STUDIES)
def test_every_subject_of_a_preset_has_benchmarks_from_the_lowest(preset):
    for subject in STUDIES[preset].subjects:
        found = benchmarks_of(preset, subject)
        assert list(found.values()) == sorted(found.values()) and len(found) in (4, 6)


def test_levels_of_pisa_are_as_published():
    """PISA 2003 mathematics (NCES): 62.3 points a level; other subjects 72.7 and 74.6."""
    for subject, width, second in (
        ("Mathematics", 62.3, 420.07), ("reading", 72.7, 407.47), ("science", 74.6, 409.54),
    ):  # fmt: skip
        found = benchmarks_of("pisa", subject)
        cuts = list(found.values())
        assert found["Level 2"] == second and list(found)[-1] == "Level 6"
        assert all(high - low == pytest.approx(width, abs=0.04) for low, high in pairwise(cuts))
    assert not benchmarks_of("pisa", "global competence")
