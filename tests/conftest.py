"""Options of the tests; golden files, compared byte for byte."""

import difflib
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

GOLDEN = Path(__file__).parent / "golden"
# Levels of grey, of 255.
SMOOTHING = 40

# A busy machine is no fault: properties are judged by what they find, not by how fast.
settings.register_profile(
    "any_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fuzzing", parent=settings.get_profile("any_machine"), max_examples=3_000)
settings.load_profile("any_machine")


# A suite that was started in the background ignores Ctrl-C, and so would the runs that it stops.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden with what is made now"
    )
    parser.addoption(
        "--kills", type=int, default=2, help="at how many moments runs are killed, two times each"
    )
    parser.addoption(
        "--nights", type=int, default=2, help="how many nights of a server are simulated"
    )


@pytest.fixture
def matches_golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compares bytes with the file of that name under tests/golden."""

    def compare(name: str, content: bytes) -> None:
        file = GOLDEN / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        assert file.exists(), f"no golden file {name}; {_update_command(request)} makes it"
        golden = file.read_bytes()
        if golden != content:
            pytest.fail(
                f"{name} changed:\n{_difference(name, golden, content)}\n"
                f"Read the difference; {_update_command(request)} takes it over.",
                pytrace=False,
            )

    return compare


def _update_command(request: pytest.FixtureRequest) -> str:
    return f"tools/python.sh -m pytest {request.node.nodeid.partition('[')[0]} --update-golden"


def _difference(name: str, golden: bytes, content: bytes) -> str:
    """The lines that changed, as diff shows them."""
    before, after = (text.decode("utf-8").splitlines() for text in (golden, content))
    lines = difflib.unified_diff(before, after, f"golden/{name}", "now", n=1, lineterm="")
    return "\n".join(lines)


@pytest.fixture
def looks_like_golden(request: pytest.FixtureRequest) -> Callable[[str, Image.Image], None]:
    """Compares a picture with the one of that name under tests/golden.

    Every grey must lie among those of the golden picture's pixel and its eight neighbours,
    give or take what smoothing an edge leaves open.
    """

    def compare(name: str, picture: Image.Image) -> None:
        file, found = GOLDEN / name, picture.convert("L")
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            found.save(file, optimize=True)
        assert file.exists(), f"no golden picture {name}; {_update_command(request)} makes it"
        with Image.open(file) as golden:
            assert golden.size == found.size, name
            expected = np.asarray(golden.convert("L"), dtype=int)
        around = sliding_window_view(np.pad(expected, 1, mode="edge"), (3, 3))
        pixels = np.asarray(found, dtype=int)
        below, above = around.min(axis=(2, 3)) - pixels, pixels - around.max(axis=(2, 3))
        wrong = np.argwhere(np.maximum(below, above) > SMOOTHING)
        assert len(wrong) == 0, (
            f"{name} looks different, first at {wrong[0].tolist()}; look at it, then "
            f"{_update_command(request)} takes it over"
        )

    return compare
