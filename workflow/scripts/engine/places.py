"""Names of files and folders that runs keep: beside the results, and among their stages."""

from pathlib import Path

# Written at the start of a run, for what is said at its end.
RECORD = Path(".snakemake") / "run.json"
# In the folder of stages: what splits keep of files for their parts.
WHOLES = ".split"
# There too: temporary files of jobs. The system's own place for them may be full, or shared.
TEMPORARY = ".temporary"
# Files in the folder of stages: that all reports are there; all datasets; and what a dataset, or
# a file that several share, depends on.
CHECKED, DATASETS = "all-datasets-have-reports", "datasets.json"
# There too: what each dataset's id was given to, and the folders that couldn't be read.
ORIGINS, UNREADABLE = "ids.json", "unreadable.json"
OF_DATASET, OF_WHOLE = "{id}/dataset.json", f"{WHOLES}/{{id}}/whole.json"
# The same of what is made of several datasets: a folder, what each depends on, and their list.
COMPARISONS, COMPARED = ".comparisons", "comparisons.json"
OF_COMPARISON = f"{COMPARISONS}/{{id}}/members.json"
