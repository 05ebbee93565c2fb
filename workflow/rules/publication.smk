# From here on nothing sees more than may be shown: `complete/` stays in a hidden folder.


rule publication:
    """Complete results become what may be shown, by the dataset's disclosure control."""
    input:
        complete_results=rules.summarise.output.results,
        complete_groups=rules.summarise.output.groups,
        complete_schools=rules.summarise.output.schools,
        complete_students=rules.ingest.output.students,
        ingested=rules.ingest.output.ingested,
        code=BATCH.code("publication"),
    output:
        results=report(
            f"{STAGES}/results.json",
            caption="../report/results.rst",
            category="Results",
            labels={"dataset": "{id}", "file": "results"},
        ),
        groups=report(
            f"{STAGES}/groups.csv",
            caption="../report/groups.rst",
            category="Results",
            labels={"dataset": "{id}", "file": "groups"},
        ),
        schools=f"{STAGES}/schools.parquet",
        students=f"{STAGES}/shown.parquet",
        ledger=f"{STAGES}/ledger.json",
        previous=f"{STAGES}/previous.json",
    log:
        f"{LOGS}/publication.log",
    group:
        "dataset"
    conda:
        "../envs/multilevel.yaml"
    params:
        **BATCH.call("publication"),
    shell:
        LAUNCH
