"""Every command in the documentation, run in one copy of the project, in the order of the pages.

A block of commands that can't be run here has a comment before it that says why:
`<!-- not run: REASON -->`. A block of text right after commands is what they print, where
`...` stands for any lines.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from tests.helpers.running import clean_environment

pytestmark = pytest.mark.xdist_group("docs")

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = (
    *(".git", ".venv", ".*_cache", ".hypothesis", ".snakemake", "__pycache__"),
    *("results", "_build", "golden", "oracle", "my.yaml"),
)
BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>.*?) -->\n)?"
    r"^```sh\n(?P<commands>.*?)^```\n(?:\n```text\n(?P<printed>.*?)^```$)?",
    re.M | re.S,
)


@dataclass(frozen=True)
class Block:
    page: str
    commands: str
    printed: str | None
    reason: str | None

    @property
    def name(self) -> str:
        return f"{self.page}: {self.commands.splitlines()[0]}"


def pages() -> list[Path]:
    """README.md, then the others as docs/index.md lists them."""
    index = ROOT / "docs" / "index.md"
    listed = re.findall(r"^- \[[^]]+\]\(([^)]+\.md)\)", index.read_text(encoding="utf-8"), re.M)
    return [(index.parent / page).resolve() for page in listed]


BLOCKS = [
    Block(str(page.relative_to(ROOT)), **found.groupdict())
    for page in pages()
    for found in BLOCK.finditer(page.read_text(encoding="utf-8"))
]
RUN = [block for block in BLOCKS if block.reason is None]
NOT_RUN = [block for block in BLOCKS if block.reason is not None]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose one dataset is that of the first steps."""
    copy = tmp_path_factory.mktemp("docs") / "project"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (copy / ".venv").symlink_to(ROOT / ".venv")
    readme = (copy / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^cat > scores.csv <<'END'\n(.*?)^END$", readme, re.M | re.S)
    assert found
    (copy / "scores.csv").write_text(found[1], encoding="utf-8")
    first = (copy / "docs" / "first-dataset.md").read_text(encoding="utf-8")
    (entry,) = re.findall(r"^```yaml\n(.*?)^```", first, re.M | re.S)
    (copy / "config" / "config.yaml").write_text(entry, encoding="utf-8")
    return copy


@cache
def run(commands: str, project: Path) -> "subprocess.CompletedProcess[str]":
    environment = clean_environment()
    programs = (project / ".venv" / "bin", project / "tools", environment["PATH"])
    environment["PATH"] = os.pathsep.join(map(str, programs))
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=project,
        env={**environment, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("block", RUN, ids=lambda block: block.name)
def test_commands_do_what_the_page_says(block: Block, project: Path) -> None:
    # Commands that differ in their comments only are run once.
    done = run(re.sub(r"^(make .*?) +# .*$", r"\1", block.commands, flags=re.M), project)
    assert done.returncode == 0, done.stdout
    assert "Traceback" not in done.stdout
    said = [line.rstrip() for line in done.stdout.splitlines()]
    for part in re.split(r"^\.\.\.$\n?", block.printed or "", flags=re.M):
        lines = [line.rstrip() for line in part.strip("\n").splitlines()]
        starts = range(len(said) - len(lines) + 1)
        at = next((i for i in starts if said[i : i + len(lines)] == lines), None)
        assert at is not None, f"not printed:\n{part}\nbut:\n{done.stdout}"
        said = said[at + len(lines) :]


def test_the_first_steps_left_what_they_promise(project: Path) -> None:
    made = {path.name for path in (project / "results" / "scores").iterdir()}
    assert made == {
        "report.html",
        "report.pdf",
        "results.json",
        "results.xlsx",
        "groups.csv",
        "figures",
    }
    assert (project / "results" / "index.html").is_file()


def test_a_refused_file_has_its_page(project: Path) -> None:
    refused = project / "results" / "mistyped"
    assert json.loads((refused / "results.json").read_bytes())["status"] == "refused"
    assert "&#34;maths&#34;" in (refused / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", NOT_RUN, ids=lambda block: block.name)
def test_what_is_not_run_says_why_and_names_what_exists(block: Block) -> None:
    assert block.reason is not None
    assert len(block.reason.split()) >= 3
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make ([a-z-]+)", block.commands, re.M):
        assert f"\n{target}:" in makefile, target
    for file in re.findall(r"\b(?:tools|tests|workflow)/[\w./-]+", block.commands + block.reason):
        assert (ROOT / file).exists(), file


def test_all_commands_stand_in_blocks_that_are_read() -> None:
    texts = [page.read_text(encoding="utf-8") for page in pages()]
    assert sum(text.count("```sh\n") for text in texts) == len(BLOCKS)
    assert sum(text.count("<!-- not run") for text in texts) == len(NOT_RUN)
    assert not [line for text in texts for line in re.findall(r"^    (?:make|tools/) .*", text)]
    assert not [text for text in texts if re.search(r"^```(?:bash|shell|console)", text, re.M)]
