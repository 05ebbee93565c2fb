"""Reports on students nested in schools: the random-intercept model, explained.

    fit_model     a table's columns of scores and schools to all results
    make_report   the same, and a report of them as HTML and PDF
    load          the results of a report that was made

The rooms, in the order of the data: ingest, fit, summarise, figures, report, index. The package
never sees Snakemake. A stage imports only earlier stages and the rooms that all share.
"""

from importlib import import_module
from typing import Any

__version__ = "2.0.0"
__all__ = ["fit_model", "load", "make_report"]


def __getattr__(name: str) -> Any:
    """Load the functions above when they are first asked for: all they need takes seconds.

    By name and not by an import statement: what a stage's results depend on is read from those.
    """
    if name in __all__:
        return getattr(import_module("multilevel.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
