rule fit:
    """Students become a fitted random-intercept model with its second opinion."""
    input:
        students=rules.ingest.output.students,
        ingested=rules.ingest.output.ingested,
        key=BATCH.key("fit"),
    output:
        fitted=f"{STAGES}/fit.json",
    log:
        f"{LOGS}/fit.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        fingerprint=BATCH.fingerprint("fit"),
        job=BATCH.job("fit"),
    shell:
        LAUNCH
