"""The five stages without Snakemake."""

import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from multilevel.configuration.datasets import dataset

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
# Parameters of each stage's `run`; `templates` is the folder, all others are files.
PARAMETERS = {
    "ingest": ("dataset", "students", "ingested"),
    "fit": ("students", "ingested", "fitted"),
    "summarise": (
        *("students", "ingested", "fitted", "results", "groups", "schools"),
        "previous",
    ),
    "figures": ("results", "schools", "students", "templates", "figures", "texts"),
    "report": (
        *("results", "groups", "schools", "previous", "figures", "texts"),
        *("templates", "html", "pdf"),
    ),
}
FILES = {
    "dataset": "dataset.json",
    "students": "students.parquet",
    "ingested": "ingest.json",
    "fitted": "fit.json",
    "results": "results.json",
    "groups": "groups.csv",
    "schools": "schools.parquet",
    "previous": "previous.json",
    "figures": "figures",
    "texts": "figures.json",
    "html": "report.html",
    "pdf": "report.pdf",
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
    paths = {
        name: TEMPLATES if name == "templates" else folder / FILES[name]
        for name in PARAMETERS[stage]
    }
    return run, paths


def report(folder: Path) -> None:
    """All five stages of the dataset in the folder."""
    for stage in PARAMETERS:
        run, paths = call(stage, folder)
        run(**paths)
