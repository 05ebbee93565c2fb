import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def data() -> Path:
    return ROOT / "data"


@pytest.fixture(scope="session")
def script(data: Path) -> Callable[[str], ModuleType]:
    """The making script of a dataset's folder, imported as a module."""

    def load(folder: str) -> ModuleType:
        path = data / folder / "make.py"
        spec = importlib.util.spec_from_file_location(f"make_{folder}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
