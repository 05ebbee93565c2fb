# The data file itself is no input unless another rule makes it: dataset.json has its content's
# digest, and one that goes away during a run is refused instead of stopping the run.


rule split:
    """A file of many datasets is read once: the columns they need, the rows of each together."""
    input:
        whole=BATCH.whole,
        files=made_files,
        code=BATCH.code("split"),
    output:
        # Stays: a part whose title alone changed takes its rows from it again.
        kept=f"{WHOLES}/parts.parquet",
    log:
        f"{RESULTS}/.logs/.split/{{id}}.log",
    conda:
        "../envs/multilevel.yaml"
    resources:
        mem_mb=memory,
    params:
        **BATCH.call("split"),
    shell:
        LAUNCH


rule ingest:
    """A data file becomes students (a group and a score each), or a refusal with its reason."""
    input:
        dataset=BATCH.dataset,
        files=made_files,
        # Remade only for parts that are to be read; no reason to read the others again.
        parts=ancient(BATCH.parts),
        code=BATCH.code("ingest"),
    output:
        students=f"{STAGES}/students.parquet",
        ingested=f"{STAGES}/ingest.json",
    log:
        f"{LOGS}/ingest.log",
    group:
        "dataset"
    conda:
        "../envs/multilevel.yaml"
    resources:
        mem_mb=memory,
    params:
        **BATCH.call("ingest"),
    shell:
        LAUNCH
