"""A real Slurm of one node, by the profile that is shipped, against the same run without it."""

import os
from pathlib import Path

import pytest
from tests.helpers.building import simulated_csv
from tests.helpers.running import ROOT, Run, configure, run, snakemake
from tests.helpers.slurm import missing, single_node

PROFILE = ROOT / "workflow" / "profiles" / "slurm"

reason = missing()
pytestmark = pytest.mark.skipif(
    bool(reason) and "CI" not in os.environ, reason=f"no Slurm here: {reason}"
)


def submitted(folder: Path) -> Run:
    """The pipeline by Slurm: both datasets in one job."""
    with single_node(folder / "slurm") as environment:
        return run(
            folder,
            *("--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)),
            *("--configfile", str(folder / "config.yaml")),
            *("--workflow-profile", "none", "--profile", str(PROFILE)),
            *("--group-components", "dataset=2", "--latency-wait", "5"),
            *("--slurm-init-seconds-before-status-checks", "2"),
            environment=environment,
        )


def test_the_same_bytes_as_without_slurm(tmp_path: Path) -> None:
    entry = {"outcome": "score", "group": "school"}
    config = {
        "defaults": {"bootstrap": 0},
        "report": {"formats": ["html"], "sections": []},
        "datasets": {
            "good": {"file": "good.csv", **entry},
            "missing": {"file": "nowhere.csv", **entry},
        },
    }
    made = {}
    for where in ("local", "slurm"):
        folder = tmp_path / where
        folder.mkdir()
        simulated_csv(folder / "good.csv", [6] * 8, ratio=0.3)
        os.utime(folder / "good.csv", (1.7e9, 1.7e9))
        configure(folder, config)
        made[where] = snakemake(folder) if where == "local" else submitted(folder)
    local, slurm = made["local"], made["slurm"]
    jobs = (tmp_path / "slurm" / "slurm" / "jobs.txt").read_text().splitlines()
    stages = [line for line in jobs if "TimeLimit=1 " not in line]
    assert len(stages) == 1, jobs
    # The refused dataset makes both fail, with all that could be made.
    assert (local.status, slurm.status) == (1, 1), slurm.said
    assert published(slurm.results) == published(local.results)
    assert (slurm.results / "missing" / "report.html").is_file()


def published(results: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(results)): file.read_bytes()
        for file in results.rglob("*")
        if file.is_file() and not file.relative_to(results).parts[0].startswith(".")
    }
