"""What Snakemake's users expect of a workflow: dry runs, its report, use as a module."""

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.helpers.building import simulated_csv
from tests.helpers.faults import breakable_code
from tests.helpers.running import (
    ROOT,
    chain,
    clean_environment,
    configure,
    copy_of_the_code,
    run,
    snakemake,
)
from tests.pipeline.conftest import COLUMNS, Ordinary

from engine import lock
from engine.jobs import SCRIPTS

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


def rows(school: str) -> str:
    """A data file of three schools whose names begin alike."""
    scores = [f"{school}{group},{500 + 7 * group + 3 * (member * 2 % 5)}" for group in range(3)
              for member in range(5)]  # fmt: skip
    return "\n".join(["school,score", *scores]) + "\n"


def entry(file: str) -> dict[str, object]:
    return {"file": file, **COLUMNS, "bootstrap": 0}


TWO_MODULES = """
configfile: "config.yaml"

module north:
    snakefile: {snakefile!r}
    config: config["north"]
    prefix: "north"

use rule * from north as north_*

module south:
    snakefile: {snakefile!r}
    config: config["south"]

use rule * from south as south_*

rule both:
    default_target: True
    input: "north/results/a/results.json", "southern/b/results.json"
"""


@pytest.mark.xdist_group("module")
def test_two_modules_of_this_workflow_in_one(tmp_path: Path) -> None:
    """They don't wait for each other's lock, and one has a prefix."""
    code = breakable_code(tmp_path / "code")
    snakefile = TWO_MODULES.format(snakefile=str(code / "workflow" / "Snakefile"))
    (tmp_path / "Snakefile").write_text(snakefile)
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(rows(name))
    north = {"datasets": {"a": entry("a.csv")}}
    south = {"results": "southern", "datasets": {"b": entry("b.csv")}}
    configure(tmp_path, {"north": north, "south": south})
    both = run(tmp_path, "--cores", "2")
    assert both.status == 0, both.said
    for results, name in (("north/results", "a"), ("southern", "b")):
        made = json.loads((tmp_path / results / name / "results.json").read_bytes())
        assert made["data"]["n_groups"] == 3
    again = run(tmp_path, "--cores", "2", "--dry-run")
    assert again.jobs == set(), again.said


MAKING = """
configfile: "config.yaml"

rule simulate:
    input: "raw.txt"
    output: "made/scores.csv"
    shell: "cp {{input}} {{output}}"

module multilevel:
    snakefile: {snakefile!r}
    config: config["reports"]
    prefix: "reports"

use rule * from multilevel as ours_*
"""


@pytest.mark.xdist_group("module")
def test_a_data_file_that_another_rule_makes_is_waited_for(tmp_path: Path) -> None:
    code = breakable_code(tmp_path / "code")
    snakefile = MAKING.format(snakefile=str(code / "workflow" / "Snakefile"))
    (tmp_path / "Snakefile").write_text(snakefile)
    (tmp_path / "raw.txt").write_text(rows("s"))
    configure(tmp_path, {"reports": {"datasets": {"mine": entry("made/scores.csv")}}})
    results = tmp_path / "reports" / "results"
    target = str((results / "mine" / "results.json").relative_to(tmp_path))
    first = run(tmp_path, "--cores", "2", target)
    assert first.status == 0, first.said
    described = json.loads((results / ".stages" / "mine" / "dataset.json").read_bytes())
    digest = hashlib.sha256((tmp_path / "made" / "scores.csv").read_bytes()).hexdigest()
    assert described["inputs"] == {"made/scores.csv": digest}
    assert run(tmp_path, "--cores", "2", "--dry-run", target).jobs == set()
    (tmp_path / "raw.txt").write_text(rows("s").replace("school,score\n", "school,score\nt,500\n"))
    second = run(tmp_path, "--cores", "2", target)
    assert second.status == 0, second.said
    made = json.loads((results / "mine" / "results.json").read_bytes())
    assert made["data"]["n_groups"] == 4


@pytest.mark.xdist_group("module")
@pytest.mark.parametrize("prefix", ["", "north_"])
def test_groups_and_local_rules_need_no_names_of_rules(tmp_path: Path, prefix: str) -> None:
    """On a cluster the stages of a dataset are one job, and small jobs stay on this machine."""
    snakefile = MODULE.format(snakefile=str(ROOT / "workflow" / "Snakefile"))
    (tmp_path / "Snakefile").write_text(
        snakefile.replace("use rule * from multilevel", f"use rule * from multilevel as {prefix}*")
        + SHOW_GROUPS
    )
    (tmp_path / "mine.csv").write_text(rows("s"))
    configure(tmp_path, {"reports": {"datasets": {"mine": entry("mine.csv")}}})
    shown = run(tmp_path, "--cores", "2", "--dry-run")
    assert shown.status == 0, shown.said
    grouped = re.search(r"^grouped: (.*)$", shown.said, re.M)
    local = re.search(r"^local: (.*)$", shown.said, re.M)
    assert grouped is not None
    assert local is not None
    stages = ("ingest", "fit", "summarise", "publication", "figures", "report", "publish")
    assert set(grouped[1].split()) == {prefix + stage for stage in stages}
    few = ("all", "public", "publish_index", "history", "check")
    assert {prefix + rule for rule in few} <= set(local[1].split())


SHOW_GROUPS = """
import sys
# On this machine all rules are local, and groups are of no account.
grouped = [rule.name for rule in workflow.rules if rule._group == "dataset"]
print("grouped:", *grouped, file=sys.stderr)
print("local:", *workflow._localrules, file=sys.stderr)
"""


def test_two_checkouts_share_the_lock_of_their_results(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(rows("s"))
    results = tmp_path / "shared"
    configure(tmp_path, {"results": str(results), "datasets": {"mine": entry("mine.csv")}})
    command = "import sys; from engine import run; sys.exit(run.main(sys.argv[1:]))"
    options = ["--snakefile", str(ROOT / "Snakefile"), "--configfile", "config.yaml"]
    held = lock.acquire(results, file=lock.RESULTS)
    assert held is not None
    try:
        second = subprocess.run(
            [sys.executable, "-c", command, *options],
            cwd=tmp_path,
            env={**clean_environment(), "PYTHONPATH": str(SCRIPTS)},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(held)
    assert second.returncode == lock.ALREADY_RUNNING
    assert f"Another run is at work in {results}" in second.stderr
    assert [file.name for file in (results / ".stages").iterdir()] == ["run.lock"]
