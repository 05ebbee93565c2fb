# Where Snakemake looks first. The workflow, rule files in their order, is workflow/Snakefile.

from snakemake.utils import min_version

min_version("9.0")


include: "workflow/Snakefile"


# An included file can't say what is made by default.
rule everything:
    default_target: True
    input:
        rules.all.input,
    localrule: True
