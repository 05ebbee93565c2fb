"""What Snakemake's users expect of a workflow: dry runs, its report, use as a module."""

import zipfile
from pathlib import Path

import pytest
from tests.helpers.building import simulated_csv
from tests.helpers.running import ROOT, chain, configure, run, snakemake
from tests.pipeline.conftest import COLUMNS, Ordinary

MODULE = f"""
configfile: "config.yaml"

module multilevel:
    snakefile: {str(ROOT / "Snakefile")!r}
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


@pytest.mark.xdist_group("module")
def test_another_workflow_uses_this_one_as_its_module(tmp_path: Path) -> None:
    simulated_csv(tmp_path / "scores.csv", [6, 9, 4], ratio=0.3)
    (tmp_path / "Snakefile").write_text(MODULE)
    configure(tmp_path, {"reports": {"datasets": {"mine": {"file": "scores.csv", **COLUMNS}}}})
    dry = run(tmp_path, "--cores", "2", "--dry-run")
    assert dry.status == 0, dry.said
    assert dry.jobs == chain("mine")
    real = run(tmp_path, "--cores", "2", "results/mine/results.json")
    assert real.status == 0, real.said
    assert real.result("mine")["data"]["n_groups"] == 3
