"""`make report` on a file that was just made, in a copy of the code."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.helpers.building import simulated_csv
from tests.helpers.running import clean_environment, copy_of_the_code

pytestmark = pytest.mark.xdist_group("one_file")


@dataclass(frozen=True)
class OneFile:
    code: Path
    folder: Path

    def report(self, **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run the command in `folder` with these settings."""
        given = {f"REPORT_{name}": value for name, value in settings.items()}
        return subprocess.run(
            [sys.executable, str(self.code / "workflow" / "scripts" / "one_file.py")],
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


def test_a_good_file_is_reported(one_file: OneFile) -> None:
    simulated_csv(one_file.folder / "My scores.csv", [6, 9, 4, 12, 7], ratio=0.3)
    title = """It's "mine": $x$ <b>"""
    done = one_file.report(FILE="My scores.csv", OUTCOME="SCORE", GROUP="school", TITLE=title)
    assert done.returncode == 0, done.stderr
    assert "38 students in 5 schools, overall mean " in done.stdout
    folder = one_file.code / "results" / "My-scores"
    assert f"Report: {folder / 'report.html'}" in done.stdout
    assert "It&#39;s &#34;mine&#34;: $x$ &lt;b&gt;" in (folder / "report.html").read_text("utf-8")
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")


def test_a_file_that_has_no_such_column_is_refused_with_the_reason(one_file: OneFile) -> None:
    (one_file.folder / "refused.csv").write_text("school,math\na,1\na,2\nb,3\nb,5\n")
    done = one_file.report(FILE="refused.csv", OUTCOME="maths", GROUP="school")
    assert done.returncode == 1
    assert "No report: " in done.stderr
    assert '"maths"' in done.stderr
    assert '"math"' in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert (one_file.code / "results" / "refused" / "report.html").exists()


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
