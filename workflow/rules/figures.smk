rule figures:
    """Results, schools and students become figures with their captions."""
    input:
        results=rules.publication.output.results,
        schools=rules.publication.output.schools,
        students=rules.publication.output.students,
        choices=choices_of_figures,
        code=BATCH.code("figures"),
    output:
        figures=directory(f"{STAGES}/figures"),
        texts=f"{STAGES}/figures.json",
    log:
        f"{LOGS}/figures.log",
    group:
        "dataset"
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("figures"),
    shell:
        LAUNCH
