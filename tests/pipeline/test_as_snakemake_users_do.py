"""What Snakemake's users expect of a workflow: dry runs, its report, use as a module."""

import subprocess
import zipfile
from pathlib import Path

import pytest
from tests.helpers.building import simulated_csv
from tests.helpers.running import ROOT, chain, configure, copy_of_the_code, run, snakemake
from tests.pipeline.conftest import COLUMNS, Ordinary

MODULE = """
configfile: "config.yaml"

module multilevel:
    snakefile: {snakefile!r}
    config: config["reports"]

use rule * from multilevel
"""


def test_the_shipped_configuration_runs_dry() -> None:
    folder = ROOT
    dry = run(folder, "--dry-run", "--cores", "1", "--forceall", "--nolock")
    assert dry.status == 0, dry.said
    assert {"ingest hsb82", "report valdoria-reading", "index"} <= dry.jobs


@pytest.mark.xdist_group("ordinary")
@pytest.mark.parametrize("name", ["made.html", "made.zip"])
def test_snakemakes_own_report_is_made(ordinary: Ordinary, name: str) -> None:
    made = snakemake(ordinary.folder, "--report", name, repository=ordinary.code)
    file = ordinary.folder / name
    try:
        assert made.status == 0, made.said
        content = file.read_bytes()
        if name.endswith(".zip"):
            with zipfile.ZipFile(file) as archive:
                assert any(entry.endswith("report.html") for entry in archive.namelist())
        else:
            assert b"first" in content
    finally:
        file.unlink(missing_ok=True)


def a_repository(folder: Path) -> str:
    """The code as a commit with a tag; the address of its workflow."""
    copy_of_the_code(folder)
    me = ("-c", "user.name=me", "-c", "user.email=me@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "All"), ("tag", "v1")):
        subprocess.run(["git", "-C", str(folder), *me, *command], check=True)
    return f"git+file://{folder}/workflow/Snakefile@v1"


@pytest.mark.xdist_group("module")
@pytest.mark.parametrize("where", ["Snakefile", "workflow/Snakefile", "a repository"])
def test_another_workflow_uses_this_one_as_its_module(tmp_path: Path, where: str) -> None:
    repository = where == "a repository"
    snakefile = a_repository(tmp_path / "repository") if repository else str(ROOT / where)
    mine = tmp_path / "mine"
    mine.mkdir()
    simulated_csv(mine / "scores.csv", [6, 9, 4], ratio=0.3)
    (mine / "Snakefile").write_text(MODULE.format(snakefile=snakefile))
    configure(mine, {"reports": {"datasets": {"mine": {"file": "scores.csv", **COLUMNS}}}})
    dry = run(mine, "--cores", "2", "--dry-run")
    assert dry.status == 0, dry.said
    assert dry.jobs == chain("mine")
    if repository:
        real = run(mine, "--cores", "2", "results/mine/results.json")
        assert real.status == 0, real.said
        assert real.result("mine")["data"]["n_groups"] == 3
