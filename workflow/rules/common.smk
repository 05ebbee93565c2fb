# What all rules share: the checked configuration, and where things are.

import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

WORKFLOW = Path(str(workflow.current_basedir)).parent
TEMPLATES = WORKFLOW.parent / "templates"
sys.path.insert(0, str(WORKFLOW / "scripts"))

from multilevel import configuration, sources
from multilevel.errors import ConfigError

try:
    CONFIGURATION = configuration.read(config, WORKFLOW / "schemas", Path.cwd())
except ConfigError as error:
    raise WorkflowError(str(error)) from None

DATASETS = {dataset.id: dataset for dataset in CONFIGURATION.datasets}
PUBLISHED = f"{CONFIGURATION.results}/{{id}}"
STAGES = f"{CONFIGURATION.results}/.stages/{{id}}"
LOGS = f"{CONFIGURATION.results}/.logs/{{id}}"


wildcard_constraints:
    id="[A-Za-z0-9][A-Za-z0-9._-]*",


def data_file(wildcards):
    """The dataset's file, or nothing where there is none: then ingest refuses it."""
    file = DATASETS[wildcards.id].file
    return file if os.path.isfile(file) and os.access(file, os.R_OK) else []


def settings(wildcards):
    """The dataset's settings, defaults filled in."""
    return DATASETS[wildcards.id].settings()


def code(stage):
    """The stage's modules and all that they import: an edit reruns what depends on it."""
    return sources.imported(WORKFLOW / "scripts", f"multilevel.{stage}.stage")


def templates(*patterns):
    """Files of templates/ by pattern."""
    return [
        str(file) for pattern in patterns for file in sorted(TEMPLATES.glob(pattern))
    ]


def of_all_datasets(pattern):
    """One path a dataset, in the configuration's order."""
    return [pattern.format(id=id) for id in DATASETS]
