"""The numbers behind a dataset's figures as tidy CSV, a file a figure.

They come from what is published of the dataset anyway, so that nothing withheld or rounded there
stands here. Figures of single members have no file.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from multilevel.records.results import Results
from multilevel.wording.cells import lines
from multilevel.workbooks.tidy import tidy_csv

# Of groups.csv, by the figure that draws them; of columns that it hasn't got none are written.
OF_GROUPS = {
    "school_mean_distribution": ("n", "mean"),
    "caterpillar": ("n", "eb_mean", "ci_low", "ci_high"),
    "funnel": ("n", "mean", "mean_se"),
    "shrinkage": ("n", "mean", "eb_mean"),
    "adjusted_means": ("n", "mean", "adjusted_mean", "adjusted_low", "adjusted_high"),
    "reliability": ("n", "reliability"),
    "spread": ("n", "sd"),
}
OF_SCORES = "score_distribution"


def figure_data(results: Results, groups: bytes, figures: Iterable[str]) -> dict[str, bytes]:
    """The contents of the CSV files, by their names.

    Parameters
    ----------
    groups
        groups.csv as it is published.
    figures
        Names of the figures that the dataset has.
    """
    drawn = set(figures)
    rows = list(csv.DictReader(io.StringIO(groups.decode("utf-8-sig"))))
    files = {
        f"{name}.csv": _chosen(rows, columns)
        for name, columns in OF_GROUPS.items()
        if name in drawn and rows
    }
    return files | dict(_of_scores(results) if OF_SCORES in drawn else ())


def _chosen(rows: list[dict[str, str]], columns: tuple[str, ...]) -> bytes:
    first = next(iter(rows[0]))
    names = [first, *(name for name in columns if name in rows[0])]
    return lines([names, *([row[name] for name in names] for row in rows)]).encode()


def _of_scores(results: Results) -> Iterator[tuple[str, bytes]]:
    if results.distribution is None:
        return
    for part in ("percentiles", "benchmarks"):
        records = getattr(results.distribution, part)
        if records:
            yield f"{OF_SCORES}-{part}.csv", tidy_csv(type(records[0]), records)
