"""Titles of datasets that the configuration names by an id alone."""

from pathlib import Path

import pytest
from tests.helpers.building import ROOT

from multilevel import configuration


@pytest.mark.parametrize(
    ("name", "title"), [("nzl", "NZL"), ("NZ", "NZ"), ("timss", "Timss"), ("g8-nzl", "G8 nzl")]
)
def test_a_code_as_the_id_is_a_title_in_capitals(name: str, title: str) -> None:
    entry = {"file": "scores.csv", "outcome": "score", "group": "school"}
    config = {"datasets": {name: entry}}
    found = configuration.read(config, ROOT / "workflow" / "schemas", Path("nowhere"))
    assert found.datasets[0].labels.title == title
