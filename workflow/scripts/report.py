"""results.json, groups.csv, schools.parquet and figures to report.html and report.pdf."""

from pathlib import Path

from multilevel.logs import logged
from multilevel.report.stage import run

with logged(snakemake.log[0]):
    run(
        results=Path(snakemake.input.results),
        groups=Path(snakemake.input.groups),
        schools=Path(snakemake.input.schools),
        figures=Path(snakemake.input.figures),
        texts=Path(snakemake.input.texts),
        templates=Path(snakemake.params.templates),
        html=Path(snakemake.output.html),
        pdf=Path(snakemake.output.pdf),
    )
