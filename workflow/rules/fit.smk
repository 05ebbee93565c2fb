rule fit:
    """Students become a fitted random-intercept model with its second opinion."""
    input:
        students=rules.ingest.output.students,
        ingested=rules.ingest.output.ingested,
        code=BATCH.code("fit"),
    output:
        fitted=f"{STAGES}/fit.json",
    log:
        f"{LOGS}/fit.log",
    group:
        "dataset"
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("fit"),
    shell:
        LAUNCH
