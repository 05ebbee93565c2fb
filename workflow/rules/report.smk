rule report:
    """Results, schools and figures become the report, as a page and as a PDF."""
    input:
        results=rules.summarise.output.results,
        groups=rules.summarise.output.groups,
        schools=rules.summarise.output.schools,
        figures=rules.figures.output.figures,
        texts=rules.figures.output.texts,
        templates=templates(
            "**/*.j2",
            "css/*.css",
            "*.js",
            "fonts/*.ttf",
            "fonts/*.woff2",
            "text/en/*.yaml",
            without=["index.html.j2"],
        ),
        code=code("report"),
    output:
        html=report(
            f"{PUBLISHED}/report.html",
            caption="../report/report.rst",
            category="Reports",
            labels={"dataset": "{id}", "file": "HTML"},
        ),
        pdf=report(
            f"{PUBLISHED}/report.pdf",
            caption="../report/report.rst",
            category="Reports",
            labels={"dataset": "{id}", "file": "PDF"},
        ),
    log:
        f"{LOGS}/report.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        templates=templates_folder,
    script:
        "../scripts/report.py"
