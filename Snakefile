# Student files in, reports out: ingest -> fit -> summarise -> figures -> report -> publish,
# then index.

from snakemake.utils import min_version

min_version("9.0")


include: "workflow/rules/common.smk"
include: "workflow/rules/ingest.smk"
include: "workflow/rules/fit.smk"
include: "workflow/rules/summarise.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/publish.smk"
include: "workflow/rules/index.smk"


localrules:
    all,
    public,
    publish_index,
    check,
    history,


rule all:
    default_target: True
    input:
        rules.publish_index.output,
        rules.history.output,
        rules.check.output,
