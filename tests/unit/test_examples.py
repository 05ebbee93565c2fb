"""The examples in docstrings, and the page that lists what others may import."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LISTED = re.findall(
    r"auto(?:function|class|method):: (multilevel\.[\w.]+)",
    (ROOT / "docs" / "api.md").read_text(encoding="utf-8"),
)
MODULES = sorted({name.rpartition(".")[0] for name in LISTED})


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_right(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    module = importlib.import_module(name)
    done = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert done.failed == 0
    assert done.attempted > 0
