rule index:
    """All datasets' results become the index page and a table."""
    input:
        published=of_all_datasets(rules.publish.output.published),
        datasets=BATCH.datasets,
        key=BATCH.key(
            "index",
            "**/*.j2",
            "css/*.css",
            "js/*.js",
            "fonts/*.woff2",
            "text/en/page.yaml",
            "text/en/findings.yaml",
            "text/en/dates.yaml",
            without=["report.html.j2", "refused.html.j2", "print.html.j2"],
        ),
    output:
        html=report(
            f"{RESULTS}/.stages/index.html",
            caption="../report/index.rst",
            category="Index",
        ),
        csv=f"{RESULTS}/.stages/datasets.csv",
    log:
        f"{RESULTS}/.logs/index.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        fingerprint=BATCH.fingerprint("index"),
        job=BATCH.job("index", recorded=False, templates="templates"),
    shell:
        LAUNCH


rule publish_index:
    """The index takes the former one's place; datasets that left it are moved aside."""
    input:
        html=rules.index.output.html,
        csv=rules.index.output.csv,
        datasets=BATCH.datasets,
    output:
        public_html=update(f"{RESULTS}/index.html"),
        public_csv=update(f"{RESULTS}/datasets.csv"),
    log:
        f"{RESULTS}/.logs/publish_index.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        job=BATCH.job("publish_index", "engine.publish:publish_index", recorded=False),
    shell:
        LAUNCH


rule history:
    """Datasets that changed get a row each in the history of releases."""
    input:
        index=rules.index.output.csv,
        public=[rules.publish_index.output.public_html],
        datasets=BATCH.datasets,
    output:
        history=update(f"{RESULTS}/history.csv"),
    log:
        f"{RESULTS}/.logs/history.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        job=BATCH.job("history", "multilevel.index.releases:run", recorded=False),
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
    conda:
        "../envs/multilevel.yaml"
    params:
        job=BATCH.job("check", "multilevel.index.check:run", recorded=False),
    shell:
        LAUNCH
