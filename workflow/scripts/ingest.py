"""A data file to students.parquet and ingest.json."""

from pathlib import Path

from multilevel.ingest.stage import run
from multilevel.logs import logged

with logged(snakemake.log[0]):
    run(
        settings=snakemake.params.settings,
        source_date_epoch=snakemake.params.source_date_epoch,
        students=Path(snakemake.output.students),
        ingested=Path(snakemake.output.ingested),
    )
