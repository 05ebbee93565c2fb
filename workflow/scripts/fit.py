"""students.parquet and ingest.json to fit.json."""

from pathlib import Path

from multilevel.fit.stage import run
from multilevel.logs import logged

with logged(snakemake.log[0]):
    run(
        students=Path(snakemake.input.students),
        ingested=Path(snakemake.input.ingested),
        fitted=Path(snakemake.output.fitted),
    )
