# Until here everything was built in results/.stages/<id>; what stands in results/<id> is
# replaced in one step, when all of it is complete.


rule publish:
    """A dataset's outputs, now complete, take the place of the former ones."""
    input:
        report=rules.report.output.html,
        printed=rules.report.output.printed,
        results=rules.publication.output.results,
        groups=rules.publication.output.groups,
        workbook=rules.report.output.workbook,
        figures=rules.report.output.drawings,
        ledger=rules.publication.output.ledger,
    output:
        published=f"{STAGES}/published.json",
    log:
        f"{LOGS}/publish.log",
    group:
        "dataset"
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("publish"),
    shell:
        LAUNCH


rule public:
    """The public files, for those who ask Snakemake for one by name; `publish` makes them."""
    input:
        # By its path: `ancient` would mark the output of `publish` itself for all rules.
        published=ancient(f"{STAGES}/published.json"),
    output:
        report=update(f"{PUBLISHED}/report.html"),
        results=update(f"{PUBLISHED}/results.json"),
        groups=update(f"{PUBLISHED}/groups.csv"),
    log:
        f"{LOGS}/public.log",
    localrule: True
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("public"),
    shell:
        LAUNCH


rule public_printed:
    """The same of what is made only where the configuration asks for it."""
    input:
        published=ancient(f"{STAGES}/published.json"),
    output:
        printed=update(f"{PUBLISHED}/report.{{format}}"),
    log:
        f"{LOGS}/public-{{format}}.log",
    wildcard_constraints:
        format="pdf|docx",
    localrule: True
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("public"),
    shell:
        LAUNCH
