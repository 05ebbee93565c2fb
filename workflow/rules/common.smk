# What all rules share: the checked configuration, and where things are.

import sys
from pathlib import Path

from snakemake.logging import logger


include: "checkout.smk"


WORKFLOW = project_of(workflow.current_basedir) / "workflow"
TEXTS = WORKFLOW.parent / "templates" / "text" / "en"
sys.path.insert(0, str(WORKFLOW / "scripts"))

from engine.batch import Batch
from engine.fingerprints import known
from engine.places import (
    CHECKED,
    DATASETS,
    OF_COMPARISON,
    OF_DATASET,
    OF_WHOLE,
    ORIGINS,
)
from engine.snakemake_internals import placed
from engine.splits import Splits
from engine.steps import Step
from multilevel import configuration
from multilevel.configuration.choices import choices, words_of_figures
from multilevel.configuration.comparisons import compared_in
from multilevel.errors import ConfigError
from multilevel.index.presets import preset_notices
from multilevel.publication import publisher
from multilevel.publication.approval import WAITING
from multilevel.storage.memory import needed

# A configuration given on the command line, or by a workflow that has this one as its
# module, stands alone: it is not mixed with the folder's own.
given = workflow.overwrite_configfiles
ours = not given and "datasets" not in config
CONFIG_FILE = configuration.config_file(Path())

try:
    for file in [CONFIG_FILE] if ours else given:
        configuration.check_legible(file)
except ConfigError as error:
    sys.exit(str(error))

if ours:

    configfile: str(CONFIG_FILE)


def split_values(dataset, expected):
    """The values that `split_by` makes datasets of; readers are loaded only for that."""
    from multilevel.ingest import parts

    return parts.split_values(dataset, expected)


BUILT = Path(placed(workflow, str(config.get("results", "results")))) / ".stages"
SPLITS = Splits(
    BUILT,
    split_values,
    "multilevel.ingest.parts",
    ("file", "split", "sheet", "missing"),
)

try:
    CONFIGURATION = configuration.read(
        config, WORKFLOW / "schemas", Path.cwd(), SPLITS.values, known(BUILT / ORIGINS)
    )
    PUBLISHERS = publisher.publishers(config, Path.cwd())
    CHOICES = choices(config, Path.cwd(), TEXTS)
except ConfigError as error:
    sys.exit(str(error))

# Jobs on a cluster read this again; the user should be told once.
if workflow.is_main_process:
    for notice in CONFIGURATION.notices():
        logger.warning(notice)

RESULTS = CONFIGURATION.results
# Where results wait to be released on purpose, else where they are public.
PUBLIC = f"{RESULTS}/{WAITING}" if publisher.waits(config) else RESULTS
PUBLISHED = f"{PUBLIC}/{{id}}"
STAGES = f"{RESULTS}/.stages/{{id}}"
WHOLES = f"{RESULTS}/.stages/.split/{{id}}"
COMPARED = f"{RESULTS}/.stages/.comparisons/{{id}}"
LOGS = f"{RESULTS}/.logs/{{id}}"


include: "steps.smk"


# What each report links to: it is made anew when these change, not when the comparisons do.
COMPARED_IN = compared_in(
    CONFIGURATION.comparisons, [dataset.id for dataset in CONFIGURATION.datasets]
)

ENTRIES = {dataset.id: dataset.entry for dataset in CONFIGURATION.datasets}
# Who publishes each comparison.
COMPARERS = {
    one.id: publisher.of_several(
        [PUBLISHERS[ENTRIES[name]] for name in one.datasets], PUBLISHERS[""]
    )
    for one in CONFIGURATION.comparisons
}

OF_FIGURES = words_of_figures(CHOICES, TEXTS)

BATCH = Batch(
    workflow,
    RESULTS,
    CONFIGURATION.datasets,
    SPLITS,
    STEPS,
    CONFIGURATION.empty_globs,
    CONFIGURATION.origins,
    CONFIGURATION.unreadable,
    CONFIGURATION.comparisons,
    texts={
        one.file_name: one.content
        for one in (
            *PUBLISHERS.values(),
            *COMPARERS.values(),
            *CHOICES.values(),
            *OF_FIGURES.values(),
            *COMPARED_IN.values(),
        )
    },
    public=WAITING if publisher.waits(config) else "",
)
# Every job's shell: its Python imports nothing and hands the job to the warm server.
# `exec`, so that it notices when Snakemake ends.
LAUNCH = 'exec "$MULTILEVEL_PYTHON" -I -S "$MULTILEVEL_LAUNCHER" {params.job:q} {log:q}'


wildcard_constraints:
    id="[A-Za-z0-9][A-Za-z0-9._-]*",


onstart:
    BATCH.start()


def tell_choices():
    """What presets chose, which is known when the files were read."""
    for notice in preset_notices(CONFIGURATION.datasets, BATCH.stages):
        logger.warning(notice)


onsuccess:
    tell_choices()


onerror:
    tell_choices()


def of_all_datasets(pattern):
    """One path a dataset, in the configuration's order."""
    return [pattern.format(id=dataset.id) for dataset in CONFIGURATION.datasets]


def of_all_comparisons(pattern):
    """One path a comparison, in the configuration's order."""
    return [
        pattern.format(id=comparison.id) for comparison in CONFIGURATION.comparisons
    ]


def made_files(wildcards):
    """Data files that other rules make; the configuration names them without a module's prefix."""
    return [local(file) for file in BATCH.made_files(wildcards)]


def entry_of(wildcards):
    """The configuration's entry that a dataset comes from; "" of the index and comparisons."""
    return ENTRIES.get(wildcards.id, "") if "id" in wildcards.keys() else ""


def publisher_of(wildcards):
    """The file that says who publishes a dataset; without an id, who publishes the index."""
    return BATCH.further(PUBLISHERS[entry_of(wildcards)].file_name)


def choices_of(wildcards):
    """The file that says what reports are made of."""
    return BATCH.further(CHOICES[entry_of(wildcards)].file_name)


def publisher_of_comparison(wildcards):
    """The file that says who publishes a comparison."""
    return BATCH.further(COMPARERS[wildcards.id].file_name)


def choices_of_figures(wildcards):
    """The file that has a dataset's own words for figures."""
    return BATCH.further(OF_FIGURES[entry_of(wildcards)].file_name)


def compared_of(wildcards):
    """The file that names the comparisons that a dataset is in."""
    return BATCH.further(COMPARED_IN[wildcards.id].file_name)


def memory(wildcards):
    """Megabytes that a job needs which reads data files."""
    return needed(BATCH.data_files(wildcards))
