rule report:
    """Results, schools and figures become the report, as a page and in what else is asked for."""
    input:
        results=rules.publication.output.results,
        groups=rules.publication.output.groups,
        schools=rules.publication.output.schools,
        previous=rules.publication.output.previous,
        figures=rules.figures.output.figures,
        texts=rules.figures.output.texts,
        publisher=publisher_of,
        choices=choices_of,
        compared=compared_of,
        code=BATCH.code("report"),
    output:
        html=report(
            f"{STAGES}/report.html",
            caption="../report/report.rst",
            category="Reports",
            labels={"dataset": "{id}", "file": "HTML"},
        ),
        printed=report(
            directory(f"{STAGES}/printed"),
            patterns=["report.{format}"],
            caption="../report/report.rst",
            category="Reports",
            labels={"dataset": "{id}", "file": "{format}"},
        ),
        workbook=f"{STAGES}/results.xlsx",
        drawings=directory(f"{STAGES}/handed_out/figures"),
    log:
        f"{LOGS}/report.log",
    group:
        "dataset"
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("report"),
    shell:
        LAUNCH
