"""Golden files: compared byte for byte, rewritten only by --update-golden."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

GOLDEN = Path(__file__).parent / "golden"

# A busy machine is no fault: properties are judged by what they find, not by how fast.
settings.register_profile(
    "any_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any_machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden with what is made now"
    )


@pytest.fixture
def matches_golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compares bytes with the file of that name under tests/golden."""

    def compare(name: str, content: bytes) -> None:
        file = GOLDEN / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        assert file.exists(), f"no golden file {name}: make it by --update-golden"
        assert file.read_bytes() == content, f"{name} changed: see CONTRIBUTING.md, Tests"

    return compare
