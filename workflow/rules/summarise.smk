rule summarise:
    """Students and fit become results.json and a row per school; history.csv is looked up."""
    input:
        students=rules.ingest.output.students,
        ingested=rules.ingest.output.ingested,
        fitted=rules.fit.output.fitted,
        code=BATCH.code("summarise"),
    output:
        results=report(
            f"{STAGES}/results.json",
            caption="../report/results.rst",
            category="Results",
            labels={"dataset": "{id}", "file": "results"},
        ),
        groups=report(
            f"{STAGES}/groups.csv",
            caption="../report/groups.rst",
            category="Results",
            labels={"dataset": "{id}", "file": "groups"},
        ),
        workbook=f"{STAGES}/results.xlsx",
        schools=f"{STAGES}/schools.parquet",
        previous=f"{STAGES}/previous.json",
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
