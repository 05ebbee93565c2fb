rule figures:
    """Results, schools and students become figures with their captions."""
    input:
        results=rules.summarise.output.results,
        schools=rules.summarise.output.schools,
        students=rules.ingest.output.students,
        key=BATCH.key(
            "figures",
            "text/en/figures.yaml",
            "text/en/shares.yaml",
            "fonts/*.ttf",
        ),
    output:
        figures=directory(f"{STAGES}/figures"),
        texts=f"{STAGES}/figures.json",
    log:
        f"{LOGS}/figures.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        fingerprint=BATCH.fingerprint("figures"),
        job=BATCH.job("figures", templates="templates"),
    shell:
        LAUNCH
