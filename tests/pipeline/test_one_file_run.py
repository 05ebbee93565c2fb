"""Wrong settings of `make report`; tests/docs/test_commands.py makes reports with right ones."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.helpers.running import clean_environment, copy_of_the_code

pytestmark = pytest.mark.xdist_group("one_file")


@dataclass(frozen=True)
class OneFile:
    code: Path
    folder: Path

    def report(self, **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run the command in `folder` with these settings."""
        given = {f"SETTING_{name}": value for name, value in settings.items()}
        given["GIVEN_SETTINGS"] = " ".join(settings)
        program = self.code / "workflow" / "scripts" / "multilevel_program.py"
        return subprocess.run(
            [sys.executable, str(program), "make", "report"],
            cwd=self.folder,
            env={**clean_environment(), **given},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> OneFile:
    folder = tmp_path_factory.mktemp("one-file")
    (folder / "my data").mkdir()
    return OneFile(copy_of_the_code(folder / "code"), folder / "my data")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"FILE": "a.csv"}, "make report needs OUTCOME= and GROUP="),
        (
            {"FILE": "a.csv", "OUTCOME": "y", "GROUP": "g", "CONFIDENCE": "high"},
            "confidence",
        ),
        ({"FILE": "a.csv", "OUTCOME": "y", "GROUP": "y"}, "name the same column"),
    ],
    ids=["missing", "type", "same"],
)
def test_wrong_settings_are_named(one_file: OneFile, settings: dict[str, str], said: str) -> None:
    done = one_file.report(**settings)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
