rule ingest:
    """A data file becomes students (a group and a score each), or a refusal with its reason."""
    input:
        file=data_file,
        code=code("ingest"),
    output:
        students=f"{STAGES}/students.parquet",
        ingested=f"{STAGES}/ingest.json",
    log:
        f"{LOGS}/ingest.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        settings=settings,
        digest=data_digest,
        source_date_epoch=os.environ.get("SOURCE_DATE_EPOCH"),
    script:
        "../scripts/ingest.py"
