"""Random-intercept reports: ingest, fit, summarise, figures, report, index.

The package never sees Snakemake. A stage imports only earlier stages and the
shared modules beside this file.
"""

__version__ = "1.0.0"
