"""A warm server, started by a process that stands for Snakemake."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.helpers.places import Place, a_main, a_place

from engine.launch import SERVER


@pytest.fixture
def cold(tmp_path: Path) -> Place:
    return a_place(tmp_path / "cold")


@pytest.fixture
def warm(tmp_path: Path) -> Iterator[Place]:
    place = a_place(tmp_path / "warm")
    with a_main(place, place.environment) as main:
        assert main.stdout is not None
        started, address = main.stdout.readline().split()
        assert started == "True"
        place.environment[SERVER] = address
        place.main = main
        yield place
        main.kill()


@pytest.fixture(params=["warm", "cold"])
def place(request: pytest.FixtureRequest) -> Place:
    """Jobs by the server, and without one: what follows must be the same."""
    found: Place = request.getfixturevalue(request.param)
    return found
