"""The Nu HTML checker finds no fault in any kind of page."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.browser.conftest import missing

pytestmark = pytest.mark.xdist_group("browser")


def checker() -> Path:
    """The jar, where .ci/run puts it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "multilevel-reports" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def test_the_checker_finds_no_error(pages: Mapping[str, Path]) -> None:
    if shutil.which("java") is None:
        missing("java")
    if not checker().exists():
        missing("the Nu HTML checker (vnu-jar)")
    command = ["java", "-jar", str(checker()), "--stdout", "--exit-zero-always", "--format", "json"]
    done = subprocess.run(
        [*command, *map(str, pages.values())], capture_output=True, text=True, check=True
    )
    found = [one for one in json.loads(done.stdout)["messages"] if one["type"] != "info"]
    faults = {f"{Path(one['url']).name}: {one['message']}" for one in found}
    assert faults == set()
