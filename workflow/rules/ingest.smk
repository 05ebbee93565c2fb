# The data file itself is no input here: dataset.json has its content's digest, and one that
# goes away during a run is refused like any other instead of stopping the run.


rule split:
    """A file of many datasets is read once: the columns they need, the rows of each together."""
    input:
        whole=BATCH.whole,
        key=BATCH.key("split"),
    output:
        # Stays: a part whose title alone changed takes its rows from it again.
        kept=f"{WHOLES}/parts.parquet",
    log:
        f"{RESULTS}/.logs/.split/{{id}}.log",
    conda:
        "../envs/multilevel.yaml"
    resources:
        mem_mb=BATCH.memory("split"),
    params:
        fingerprint=BATCH.fingerprint("split"),
        job=BATCH.job("split", "multilevel.ingest.partition:run"),
    shell:
        LAUNCH


rule ingest:
    """A data file becomes students (a group and a score each), or a refusal with its reason."""
    input:
        dataset=BATCH.dataset,
        # Remade only for parts that are to be read; no reason to read the others again.
        parts=ancient(BATCH.parts),
        key=BATCH.key("ingest"),
    output:
        students=f"{STAGES}/students.parquet",
        ingested=f"{STAGES}/ingest.json",
    log:
        f"{LOGS}/ingest.log",
    conda:
        "../envs/multilevel.yaml"
    resources:
        mem_mb=BATCH.memory("ingest"),
    params:
        fingerprint=BATCH.fingerprint("ingest"),
        job=BATCH.job("ingest"),
    shell:
        LAUNCH
