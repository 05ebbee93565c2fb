rule index:
    """All datasets' results become the index page and a table."""
    input:
        published=of_all_datasets(rules.publish.output.published),
        compared=of_all_comparisons(rules.publish_comparison.output.published),
        datasets=BATCH.datasets,
        comparisons=BATCH.comparisons,
        publisher=publisher_of,
        choices=choices_of,
        code=BATCH.code("index"),
    output:
        html=report(
            f"{RESULTS}/.stages/index.html",
            caption="../report/index.rst",
            category="Index",
        ),
        csv=f"{RESULTS}/.stages/datasets.csv",
        workbook=f"{RESULTS}/.stages/results.xlsx",
    log:
        f"{RESULTS}/.logs/index.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("index"),
    shell:
        LAUNCH


rule publish_index:
    """The index takes the former one's place; datasets that left it are moved aside."""
    input:
        html=rules.index.output.html,
        csv=rules.index.output.csv,
        workbook=rules.index.output.workbook,
        datasets=BATCH.datasets,
        comparisons=BATCH.comparisons,
    output:
        public_html=update(f"{PUBLIC}/index.html"),
        public_csv=update(f"{PUBLIC}/datasets.csv"),
        public_workbook=update(f"{PUBLIC}/results.xlsx"),
    log:
        f"{RESULTS}/.logs/publish_index.log",
    localrule: True
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("publish_index"),
    shell:
        LAUNCH


rule history:
    """Datasets that changed get a row each in the history of releases."""
    input:
        index=rules.index.output.csv,
        public=[rules.publish_index.output.public_html],
        datasets=BATCH.datasets,
    output:
        history=update(f"{PUBLIC}/history.csv"),
    log:
        f"{RESULTS}/.logs/history.log",
    localrule: True
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("history"),
    shell:
        LAUNCH


rule check:
    """Fails, naming them, when datasets have no report; all other reports stand by then."""
    input:
        published=of_all_datasets(rules.publish.output.published),
        index=[rules.publish_index.output.public_html],
        datasets=BATCH.datasets,
    output:
        checked=f"{RESULTS}/.stages/{CHECKED}",
    log:
        f"{RESULTS}/.logs/check.log",
    localrule: True
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("check"),
    shell:
        LAUNCH
