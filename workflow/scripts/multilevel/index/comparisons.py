"""The comparisons in the index: a link each, above the datasets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from multilevel.configuration.choices import printed_in
from multilevel.figures.captions import FigureText, FigureTexts
from multilevel.records.results import decode

FOLDER = ".comparisons"
# By what is compared; further comparisons have a link alone.
LEADS = {"groups": "variance_parts", "cycle": "trends"}
MOST_FIGURES = 3


@dataclass(frozen=True)
class ComparedFigure:
    """The figure that a comparison leads with: what stands around it, and its drawings."""

    text: FigureText
    wide: str
    narrow: str


@dataclass(frozen=True)
class Compared:
    """A comparison; `html` and, by format, `printed` are relative addresses of its report.

    Attributes
    ----------
    status
        "ok", "refused", or "failed" where its stage crashed.
    n
        Datasets in it.
    html
        "" where the comparison failed.
    figure
        Only of the first few comparisons that weren't refused; else None.
    """

    title: str
    status: str
    n: int
    html: str
    printed: Mapping[str, str]
    figure: ComparedFigure | None = None


def read_comparisons(comparisons: Path) -> tuple[Compared, ...]:
    """The comparisons that the file lists, in its order.

    Parameters
    ----------
    comparisons
        results/.stages/comparisons.json, a list of ids.
    """
    folder = comparisons.parent / FOLDER
    entries = [_compared(name, folder / name) for name in json.loads(comparisons.read_bytes())]
    others = (replace(entry, figure=None) for entry in entries[MOST_FIGURES:])
    return (*entries[:MOST_FIGURES], *others)


def _compared(name: str, folder: Path) -> Compared:
    record: dict[str, Any] = json.loads((folder / "comparison.json").read_bytes())
    if "failed" in record:
        return Compared(name, "failed", 0, "", {})
    address = quote(name, safe="")
    return Compared(
        title=record["title"],
        status=record["status"],
        n=len(record["datasets"]),
        html=f"{address}/report.html",
        printed={kind: f"{address}/report.{kind}" for kind in printed_in(folder)},
        figure=_figure(folder, LEADS[record["by"]]),
    )


def _figure(folder: Path, name: str) -> ComparedFigure | None:
    texts = decode((folder / "figures.json").read_bytes(), FigureTexts).figures
    if name not in texts:
        return None
    wide, narrow = (
        (folder / "figures" / f"{name}{width}.svg").read_text(encoding="utf-8")
        for width in ("", "-phone")
    )
    return ComparedFigure(texts[name], wide, narrow)
