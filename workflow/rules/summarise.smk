rule summarise:
    """Students and fit become results.json and a row per school; history.csv is looked up."""
    input:
        students=rules.ingest.output.students,
        ingested=rules.ingest.output.ingested,
        fitted=rules.fit.output.fitted,
        key=BATCH.key("summarise", "text/en/findings.yaml"),
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
        schools=f"{STAGES}/schools.parquet",
        previous=f"{STAGES}/previous.json",
    log:
        f"{LOGS}/summarise.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        fingerprint=BATCH.fingerprint("summarise"),
        job=BATCH.job("summarise"),
    shell:
        LAUNCH
