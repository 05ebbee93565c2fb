"""The stages of a dataset without Snakemake."""

import importlib
import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from multilevel.configuration.datasets import dataset

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
STAGES = ("ingest", "fit", "summarise", "publication", "figures", "report")
# The parameters of the stages' `run`, with the files' names.
FILES = {
    "dataset": "dataset.json",
    "students": "students.parquet",
    "ingested": "ingest.json",
    "fitted": "fit.json",
    "complete_results": "complete/results.json",
    "complete_groups": "complete/groups.csv",
    "complete_schools": "complete/schools.parquet",
    "complete_students": "students.parquet",
    "results": "results.json",
    "groups": "groups.csv",
    "workbook": "results.xlsx",
    "schools": "schools.parquet",
    "ledger": "ledger.json",
    "previous": "previous.json",
    "figures": "figures",
    "texts": "figures.json",
    "html": "report.html",
    "printed": "printed",
    "drawings": "handed_out/figures",
}
# Where a stage's parameter is another file than the others'.
OWN = {
    "summarise": {name: FILES[f"complete_{name}"] for name in ("results", "groups", "schools")},
    "publication": {"students": "shown.parquet"},
    "figures": {"students": "shown.parquet"},
}


def describe(name: str, file: Path, entry: Mapping[str, Any], folder: Path) -> None:
    """Write the dataset.json that ingest starts from."""
    one = dataset(name, str(file), entry, {})
    target = folder / "results" / ".stages" / name / "dataset.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    described = {"settings": one.settings(), "inputs": {}, "source_date_epoch": None}
    target.write_text(json.dumps(described), encoding="utf-8")


def call(stage: str, folder: Path) -> tuple[Callable[..., None], dict[str, Path]]:
    """A stage's function and its paths in a dataset's folder."""
    run: Callable[..., None] = importlib.import_module(f"multilevel.{stage}.stage").run
    files = FILES | OWN.get(stage, {})
    parameters = inspect.signature(run).parameters
    paths = {name: folder / files[name] for name in parameters if name in files}
    return run, paths | ({"templates": TEMPLATES} if "templates" in parameters else {})


def report(folder: Path) -> None:
    """All stages of the dataset in the folder."""
    for stage in STAGES:
        run, paths = call(stage, folder)
        run(**paths)
