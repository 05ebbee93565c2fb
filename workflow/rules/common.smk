# What all rules share: the checked configuration, and where things are.

import hashlib
import os
import sys
from pathlib import Path, PurePath

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

WORKFLOW = Path(str(workflow.current_basedir)).parent
TEMPLATES = WORKFLOW.parent / "templates"
sys.path.insert(0, str(WORKFLOW / "scripts"))

from multilevel import configuration, sources
from multilevel.errors import ConfigError

# A configuration given on the command line, or by a workflow that has this one as its
# module, stands alone: it is not mixed with the shipped one.
given = workflow.overwrite_configfiles
shipped = not given and "datasets" not in config

try:
    for file in [Path("config/config.yaml")] if shipped else given:
        configuration.check_legible(file)
except ConfigError as error:
    raise WorkflowError(str(error)) from None

if shipped:

    configfile: "config/config.yaml"


def split_values(dataset):
    """The values that `split_by` makes datasets of; readers are loaded only for that."""
    from multilevel.ingest import parts

    return parts.split_values(dataset)


try:
    CONFIGURATION = configuration.read(
        config, WORKFLOW / "schemas", Path.cwd(), split_values
    )
except ConfigError as error:
    raise WorkflowError(str(error)) from None

# Jobs on a cluster read this again; the user should be told once.
if workflow.is_main_process:
    for notice in CONFIGURATION.notices():
        logger.warning(notice)

DATASETS = {dataset.id: dataset for dataset in CONFIGURATION.datasets}
PUBLISHED = f"{CONFIGURATION.results}/{{id}}"
STAGES = f"{CONFIGURATION.results}/.stages/{{id}}"
LOGS = f"{CONFIGURATION.results}/.logs/{{id}}"


wildcard_constraints:
    id="[A-Za-z0-9][A-Za-z0-9._-]*",


def readable(file):
    return os.path.isfile(file) and os.access(file, os.R_OK)


def plainly_named(file):
    """Whether Snakemake takes the name as it is: in <x> and {x} it sees placeholders."""
    return file == file.strip() and not set(file) & set("<>{}\n")


def data_file(wildcards):
    """The dataset's file, or nothing where there is none: then ingest refuses it."""
    file = PurePath(DATASETS[wildcards.id].file).as_posix()
    return file if readable(file) and plainly_named(file) else []


def data_digest(wildcards):
    """What stands for a file that can't be an input because of its name."""
    file = DATASETS[wildcards.id].file
    if plainly_named(file) or not readable(file):
        return None
    with open(file, "rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def settings(wildcards):
    """The dataset's settings, defaults filled in."""
    return DATASETS[wildcards.id].settings()


def code(stage):
    """The stage's modules and all that they import: an edit reruns what depends on it."""
    return sources.imported(WORKFLOW / "scripts", f"multilevel.{stage}.stage")


def templates(*patterns, without=()):
    """Files of templates/ by pattern, less some by name."""
    return [
        str(file)
        for pattern in patterns
        for file in sorted(TEMPLATES.glob(pattern))
        if file.name not in without
    ]


def templates_folder(wildcards):
    """Where all templates are."""
    return str(TEMPLATES)


def of_all_datasets(pattern):
    """One path a dataset, in the configuration's order."""
    return [pattern.format(id=id) for id in DATASETS]
