"""All results.json to index.html and datasets.csv."""

from pathlib import Path

from multilevel.index.stage import run
from multilevel.logs import logged

with logged(snakemake.log[0]):
    run(
        results=[Path(file) for file in snakemake.input.results],
        templates=Path(snakemake.params.templates),
        html=Path(snakemake.output.html),
        csv=Path(snakemake.output.csv),
    )
