"""Exit status 1 with a line for each dataset that has no report."""

import sys
from pathlib import Path

from multilevel.index.check import refusals

found = refusals([Path(file) for file in snakemake.input.results])
Path(snakemake.log[0]).write_text(found, encoding="utf-8")
if found:
    sys.exit(found)
