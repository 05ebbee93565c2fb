"""results.json, schools.parquet and students.parquet to figures/*.svg and figures.json."""

from pathlib import Path

from multilevel.figures.stage import run
from multilevel.logs import logged

with logged(snakemake.log[0]):
    run(
        results=Path(snakemake.input.results),
        schools=Path(snakemake.input.schools),
        students=Path(snakemake.input.students),
        templates=Path(snakemake.params.templates),
        figures=Path(snakemake.output.figures),
        texts=Path(snakemake.output.texts),
    )
