# The data file itself is no input here: dataset.json has its content's digest, and one that
# goes away during a run is refused like any other instead of stopping the run.


rule ingest:
    """A data file becomes students (a group and a score each), or a refusal with its reason."""
    input:
        dataset=BATCH.dataset,
        key=BATCH.key("ingest"),
    output:
        students=f"{STAGES}/students.parquet",
        ingested=f"{STAGES}/ingest.json",
    log:
        f"{LOGS}/ingest.log",
    conda:
        "../envs/multilevel.yaml"
    params:
        fingerprint=BATCH.fingerprint("ingest"),
        job=BATCH.job("ingest"),
    shell:
        LAUNCH
