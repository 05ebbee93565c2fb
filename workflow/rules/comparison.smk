rule comparison:
    """Results of several datasets become the report of their comparison."""
    input:
        comparison=BATCH.comparison,
        members=BATCH.members,
        choices=choices_of,
        publisher=publisher_of_comparison,
        code=BATCH.code("comparison"),
    output:
        results=f"{COMPARED}/comparison.json",
        differences=f"{COMPARED}/differences.csv",
        workbook=f"{COMPARED}/comparison.xlsx",
        figures=directory(f"{COMPARED}/figures"),
        drawings=directory(f"{COMPARED}/handed_out/figures"),
        texts=f"{COMPARED}/figures.json",
        html=f"{COMPARED}/report.html",
        printed=directory(f"{COMPARED}/printed"),
    log:
        f"{RESULTS}/.logs/.comparisons/{{id}}.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("comparison"),
    shell:
        LAUNCH


rule publish_comparison:
    """A comparison's outputs, now complete, take the place of the former ones."""
    input:
        html=rules.comparison.output.html,
        printed=rules.comparison.output.printed,
        results=rules.comparison.output.results,
        differences=rules.comparison.output.differences,
        workbook=rules.comparison.output.workbook,
        figures=rules.comparison.output.drawings,
    output:
        published=f"{COMPARED}/published.json",
    log:
        f"{RESULTS}/.logs/.comparisons/{{id}}-publish.log",
    localrule: True
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("publish_comparison"),
    shell:
        LAUNCH
