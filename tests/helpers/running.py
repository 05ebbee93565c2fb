"""The pipeline run as users run it, in a folder of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pypdfium2
import yaml

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "oracle" / "data"
# What the pipeline consists of, for tests that edit it.
CODE = ("Snakefile", "workflow", "templates", "tools", "profiles", "requirements.lock")
STAGES = ("ingest", "fit", "summarise", "publication", "figures", "report", "publish")
# What follows when any dataset changes.
LAST = {"index", "publish_index", "history", "check"}
# In a dry run the jobs of a group are indented.
_JOB = re.compile(r"^ *(?:local)?rule (\w+):$|^ +wildcards: id=(\S+)$", re.M)


@dataclass(frozen=True)
class Run:
    """What a run of Snakemake said and did."""

    status: int
    said: str
    results: Path

    @cached_property
    def jobs(self) -> set[str]:
        """Each job as its rule with its dataset: "fit one", "index"."""
        jobs: list[str] = []
        for rule, dataset in _JOB.findall(self.said):
            if rule:
                jobs.append(rule)
            else:
                jobs[-1] += f" {dataset}"
        return set(jobs) - {"all", "everything"}

    def result(self, dataset: str) -> dict[str, Any]:
        """The dataset's results.json."""
        content: dict[str, Any] = json.loads((self.results / dataset / "results.json").read_bytes())
        return content

    def page(self, dataset: str) -> str:
        """The dataset's report.html."""
        return (self.results / dataset / "report.html").read_text(encoding="utf-8")

    def pdf_pages(self, dataset: str) -> int:
        """How many pages report.pdf has."""
        return len(pypdfium2.PdfDocument((self.results / dataset / "report.pdf").read_bytes()))

    @property
    def index(self) -> str:
        """The index page."""
        return (self.results / "index.html").read_text(encoding="utf-8")


def chain(*datasets: str, start: str = "ingest") -> set[str]:
    """The jobs of the datasets from a stage on, with what follows from any change."""
    stages = STAGES[STAGES.index(start) :]
    return {f"{stage} {dataset}" for stage in stages for dataset in datasets} | LAST


def configure(folder: Path, config: Mapping[str, Any]) -> None:
    """Write the folder's config.yaml."""
    text = yaml.safe_dump(dict(config), allow_unicode=True, sort_keys=False)
    (folder / "config.yaml").write_text(text, encoding="utf-8")


def snakemake(
    folder: Path, *options: str, repository: Path = ROOT, config: str | None = "config.yaml"
) -> Run:
    """Run the pipeline in `folder` on the configuration there."""
    command = ["--snakefile", str(repository / "Snakefile"), "--directory", str(folder)]
    if config is not None:
        command += ["--configfile", str(folder / config)]
    return run(folder, *command, "--cores", "2", "--keep-going", *options)


def run(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Run:
    """Run Snakemake with these arguments in `folder`, with more in its environment."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=folder,
        env={**clean_environment(), **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(status=done.returncode, said=done.stdout + done.stderr, results=folder / "results")


def clean_environment() -> dict[str, str]:
    """This process's environment without what would steer Snakemake or the reports."""
    steering = ("SNAKEMAKE", "SETTING_", "SOURCE_DATE_EPOCH", "PYTEST", "MAKE", "CORES", "VERBOSE")
    steering += ("MULTILEVEL_", "WAIT", "GIVEN_SETTINGS")
    return {name: value for name, value in os.environ.items() if not name.startswith(steering)}


def copy_of_the_code(folder: Path) -> Path:
    """A copy of all that the pipeline consists of, to be edited."""
    for name in CODE:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return folder
