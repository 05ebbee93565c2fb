rule fit:
    """Students become a fitted random-intercept model with its second opinion."""
    input:
        students=rules.ingest.output.students,
        ingested=rules.ingest.output.ingested,
        code=code("fit"),
    output:
        fitted=f"{STAGES}/fit.json",
    log:
        f"{LOGS}/fit.log",
    conda:
        "../envs/multilevel.yaml"
    script:
        "../scripts/fit.py"
