# What all rules share: the checked configuration, and where things are.

import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger


include: "checkout.smk"


WORKFLOW = project_of(workflow.current_basedir) / "workflow"
sys.path.insert(0, str(WORKFLOW / "scripts"))

from engine.batch import CHECKED, Batch
from engine.splits import Splits
from multilevel import configuration
from multilevel.errors import ConfigError
from multilevel.index.presets import preset_notices

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


SPLITS = Splits(Path(str(config.get("results", "results"))) / ".stages", split_values)

try:
    CONFIGURATION = configuration.read(
        config, WORKFLOW / "schemas", Path.cwd(), SPLITS.values
    )
except ConfigError as error:
    raise WorkflowError(str(error)) from None

# Jobs on a cluster read this again; the user should be told once.
if workflow.is_main_process:
    for notice in CONFIGURATION.notices():
        logger.warning(notice)

RESULTS = CONFIGURATION.results
PUBLISHED = f"{RESULTS}/{{id}}"
STAGES = f"{RESULTS}/.stages/{{id}}"
WHOLES = f"{RESULTS}/.stages/.split/{{id}}"
LOGS = f"{RESULTS}/.logs/{{id}}"

BATCH = Batch(workflow, RESULTS, CONFIGURATION.datasets, SPLITS)
# Every job's shell: its Python imports nothing and hands the job to the warm server.
# `exec`, so that it notices when Snakemake ends.
LAUNCH = 'exec "$MULTILEVEL_PYTHON" -I -S "$MULTILEVEL_LAUNCHER" {params.job:q} {log:q}'


wildcard_constraints:
    id="[A-Za-z0-9][A-Za-z0-9._-]*",


onstart:
    try:
        BATCH.start()
    except OSError as error:
        raise WorkflowError(str(error)) from None


def tell_choices():
    """What presets chose, which is known when the files were read."""
    for notice in preset_notices(CONFIGURATION.datasets, Path(RESULTS) / ".stages"):
        logger.warning(notice)


onsuccess:
    tell_choices()


onerror:
    tell_choices()


def of_all_datasets(pattern):
    """One path a dataset, in the configuration's order."""
    return [pattern.format(id=dataset.id) for dataset in CONFIGURATION.datasets]
