rule summarise:
    """Students and fit become results.json and a row per school."""
    input:
        students=rules.ingest.output.students,
        ingested=rules.ingest.output.ingested,
        fitted=rules.fit.output.fitted,
        code=BATCH.code("summarise"),
    output:
        results=f"{STAGES}/complete/results.json",
        groups=f"{STAGES}/complete/groups.csv",
        schools=f"{STAGES}/complete/schools.parquet",
    log:
        f"{LOGS}/summarise.log",
    group:
        "dataset"
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("summarise"),
    shell:
        LAUNCH
