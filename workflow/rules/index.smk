rule index:
    """All datasets' results become the index page and a table."""
    input:
        results=of_all_datasets(rules.summarise.output.results),
        reports=of_all_datasets(rules.report.output.html),
        pdfs=of_all_datasets(rules.report.output.pdf),
        templates=templates(
            "**/*.j2",
            "css/*.css",
            "*.js",
            "fonts/*.woff2",
            "text/en/page.yaml",
            "text/en/dates.yaml",
            without=["report.html.j2", "refused.html.j2", "print.html.j2"],
        ),
        code=code("index"),
    output:
        html=report(
            f"{CONFIGURATION.results}/index.html",
            caption="../report/index.rst",
            category="Index",
        ),
        csv=f"{CONFIGURATION.results}/datasets.csv",
    log:
        f"{CONFIGURATION.results}/.logs/index.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        templates=templates_folder,
    script:
        "../scripts/index.py"


rule check:
    """Fails, naming them, when datasets have no report; all other reports stand by then."""
    input:
        index=rules.index.output.html,
        results=of_all_datasets(rules.summarise.output.results),
    output:
        touch(f"{CONFIGURATION.results}/.stages/all-datasets-have-reports"),
    log:
        f"{CONFIGURATION.results}/.logs/check.log",
    conda:
        "../envs/multilevel.yaml"
    script:
        "../scripts/check.py"
