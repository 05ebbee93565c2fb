rule figures:
    """Results, schools and students become figures with their captions."""
    input:
        results=rules.summarise.output.results,
        schools=rules.summarise.output.schools,
        students=rules.ingest.output.students,
        text=templates("text/en/figures.yaml", "text/en/shares.yaml"),
        fonts=templates("fonts/*.ttf"),
        code=code("figures"),
    output:
        figures=directory(f"{PUBLISHED}/figures"),
        texts=f"{STAGES}/figures.json",
    log:
        f"{LOGS}/figures.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        templates=templates_folder,
    script:
        "../scripts/figures.py"
