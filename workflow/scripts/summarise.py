"""students.parquet, ingest.json and fit.json to results.json, groups.csv and schools.parquet."""

from pathlib import Path

from multilevel.logs import logged
from multilevel.summarise.stage import run

with logged(snakemake.log[0]):
    run(
        students=Path(snakemake.input.students),
        ingested=Path(snakemake.input.ingested),
        fitted=Path(snakemake.input.fitted),
        results=Path(snakemake.output.results),
        groups=Path(snakemake.output.groups),
        schools=Path(snakemake.output.schools),
    )
