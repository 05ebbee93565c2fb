# Student files in, reports out: ingest -> fit -> summarise -> figures -> report, then index.

from snakemake.utils import min_version

min_version("9.0")


include: "workflow/rules/common.smk"
include: "workflow/rules/ingest.smk"
include: "workflow/rules/fit.smk"
include: "workflow/rules/summarise.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/index.smk"


localrules:
    all,


rule all:
    default_target: True
    input:
        rules.index.output,
        rules.check.output,
