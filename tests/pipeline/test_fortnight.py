"""The first nights of a simulated fortnight; a hundred by `--nights=100`."""

from pathlib import Path

import pytest
from tests.pipeline.fortnight import fortnight

SEED = 20261130


@pytest.mark.xdist_group("nights")
def test_each_night_ends_well_or_is_told(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    nights = request.config.getoption("--nights")
    gone = list(fortnight(tmp_path, nights, SEED, datasets=60 if nights > 5 else 8))
    assert len(gone) == nights
