"""The package for people: a table and names of columns in, results or a report out."""

import inspect
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from multilevel import configuration
from multilevel.configuration.choices import PRINTED, choices
from multilevel.errors import DataRefused
from multilevel.figures import stage as figures
from multilevel.fit import stage as fit
from multilevel.ingest import stage as ingest
from multilevel.publication import stage as publication
from multilevel.records.results import Results, decode, load
from multilevel.report import stage as report
from multilevel.storage.files import write_whole
from multilevel.summarise import stage as summarise

__all__ = ["fit_model", "load", "make_report"]

PROJECT = Path(__file__).resolve().parents[3]
TEMPLATES, SCHEMAS = PROJECT / "templates", PROJECT / "workflow" / "schemas"
# The parameters of the stages' `run`, with the files' names.
FILES = {
    "table": "table.parquet",
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
    "shown": "shown.parquet",
    "ledger": "ledger.json",
    "previous": "previous.json",
    "figures": "figures",
    "texts": "figures.json",
    "html": "report.html",
    "printed": PRINTED,
    "choices": "choices.json",
}
PUBLISHED = ("results", "groups", "workbook", "figures", "html")


def fit_model(
    frame: pd.DataFrame, *, outcome: str | list[str], group: str, **settings: Any
) -> Results:
    """Fit the random-intercept model to a table, with all that a report says of it.

    Parameters
    ----------
    frame
        A row per student.
    outcome
        The column with the scores; a list or a pattern such as ``PV[1-5]MATH`` means plausible
        values.
    group
        The column that says to which school a row belongs.
    **settings
        Any other key that a dataset may have in the configuration, such as ``method``,
        ``confidence``, ``missing``, ``weights`` or ``replicates``; see config/README.md.

    Returns
    -------
    Results
        As results.json has them, in score units: `model` (gamma00, tau00, sigma2, ...), `between`
        (icc, reliability, ...), `intervals`, `tests`, `naive`, `checks`, ...

    Raises
    ------
    ConfigError
        When a setting is wrong.
    DataRefused
        When the data can't be modelled, with the reason and the remedy.
    pyarrow.ArrowInvalid
        When a column holds values of several kinds.

    Examples
    --------
    Three schools of two students: MSB = 122/3 and MSW = 2, so that tau00 = (MSB - MSW)/2.

    >>> import multilevel, pandas as pd
    >>> frame = pd.DataFrame({"school": list("aabbcc"), "math": [1, 3, 10, 12, 5, 7]})
    >>> results = multilevel.fit_model(frame, outcome="math", group="school")
    >>> round(results.model.tau00, 6), round(results.model.sigma2, 6)
    (19.333333, 2.0)
    >>> multilevel.fit_model(frame, outcome="maths", group="school")
    Traceback (most recent call last):
    multilevel.errors.DataRefused: The file "table.parquet" has no column "maths". ...
    """
    with tempfile.TemporaryDirectory() as folder:
        entry = {"outcome": outcome, "group": group, **settings}
        return _results(frame, _paths(Path(folder)), entry)


def make_report(
    frame: pd.DataFrame,
    folder: str | Path,
    *,
    outcome: str | list[str],
    group: str,
    **settings: Any,
) -> Results:
    """Write a report on a table: report.html, report.pdf, results.json, groups.csv and figures.

    Parameters
    ----------
    frame, outcome, group, **settings
        As for `fit_model`; `title`, `subtitle` and `labels` say what the report calls things.
    folder
        Where to; made where missing, files in it of these names are replaced.

    Returns
    -------
    Results
        What the report is about.

    Raises
    ------
    ConfigError
        When a setting is wrong.
    DataRefused
        When the data can't be modelled; nothing is written then.

    Examples
    --------
    >>> import multilevel, pandas as pd, pathlib, tempfile
    >>> frame = pd.DataFrame({"school": list("aabbcc"), "math": [1, 3, 10, 12, 5, 7]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     results = multilevel.make_report(frame, folder, outcome="math", group="school")
    ...     sorted(file.name for file in pathlib.Path(folder).iterdir())
    ['figures', 'groups.csv', 'report.html', 'report.pdf', 'results.json', 'results.xlsx']
    """
    with tempfile.TemporaryDirectory() as name:
        paths = _paths(Path(name))
        _results(frame, paths, {"outcome": outcome, "group": group, **settings})
        public = paths | {"students": paths["shown"]}
        for stage in (publication, figures, report):
            _run(stage, public)
        results = _accepted(paths["results"])
        for made in (*(paths[name] for name in PUBLISHED), *paths["printed"].iterdir()):
            target = Path(folder) / made.name
            if made.is_dir():
                shutil.copytree(made, target, dirs_exist_ok=True)
            else:
                write_whole(target, made.read_bytes())
    return results


def _paths(folder: Path) -> dict[str, Path]:
    """Where each parameter of a stage's `run` is: below results/.stages, as in the pipeline."""
    stages = folder / "results" / ".stages" / "table"
    stages.mkdir(parents=True)
    return {name: stages / file for name, file in FILES.items()} | {"templates": TEMPLATES}


def _results(frame: pd.DataFrame, paths: Mapping[str, Path], entry: dict[str, Any]) -> Results:
    """Run the stages as far as results.json; a refusal is raised."""
    table = paths["table"]
    frame.to_parquet(table, index=False)
    config = {"datasets": {table.stem: {"file": table.name, **entry}}}
    (dataset,) = configuration.read(config, SCHEMAS, table.parent).datasets
    chosen = choices(config, Path.cwd(), TEMPLATES / "text" / "en")[table.stem]
    write_whole(paths["choices"], chosen.content.encode())
    produced = ingest.date_of(table, os.environ.get("SOURCE_DATE_EPOCH"))
    accepted, students = ingest.ingest(dataset, table, produced)
    ingest.write(accepted, students, paths["students"], paths["ingested"])
    parts = ("results", "groups", "schools")
    complete = dict(paths) | {name: paths[f"complete_{name}"] for name in parts}
    for stage in (fit, summarise):
        _run(stage, complete)
    return _accepted(complete["results"])


def _accepted(file: Path) -> Results:
    """What a results.json holds; a refusal is raised."""
    results = decode(file.read_bytes(), Results)
    if results.reason is not None:
        refusals = (finding for finding in results.findings if finding.level == "refusal")
        raise DataRefused.of(next(refusals))
    return results


def _run(stage: ModuleType, paths: Mapping[str, Path]) -> None:
    """Call a stage with the paths that it takes, by their names, as the rules do."""
    wanted = inspect.signature(stage.run).parameters
    stage.run(**{name: paths[name] for name in wanted if name in paths})
