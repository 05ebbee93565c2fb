"""A configuration with many faults names them all."""

import math
from pathlib import Path

import pytest
from tests.unit.configuration.test_configuration import ONE, loaded

from multilevel.errors import ConfigError


def test_all_faults_of_all_entries_are_said_at_once(tmp_path: Path) -> None:
    config = {
        "results": ".",
        "defaults": {"confidence": math.inf},
        "datasets": {
            2019: {**ONE, "outcme": "x"},
            "same": {**ONE, "group": "math"},
            "typed": {**ONE, "confidence": "high", 5: "x"},
            "weights": {**ONE, "weights": {"member": "W+"}},
            "good": ONE,
        },
    }
    with pytest.raises(ConfigError) as caught:
        loaded(config, tmp_path)
    said = str(caught.value).split("\n")
    for place in (
        "the key 2019 in datasets is the number 2019",
        "datasets.2019.outcme is not a known key",
        "datasets.same: outcome and group name the same column",
        "the key 5 in datasets.typed",
        "datasets.typed.confidence must be a number",
        "datasets.weights: weights.member can't be calculated",
        "results must be a folder of its own",
    ):
        assert sum(place in line for line in said) == 1, (place, said)
    assert len(said) == 8, said
