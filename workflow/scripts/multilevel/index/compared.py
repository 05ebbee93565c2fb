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
        "" of one that failed.
    figure
        Of the first few comparisons, SVG text; None for others and for those refused.
    """

    title: str
    status: str
    n: int
    html: str
    printed: Mapping[str, str]
    figure: ComparedFigure | None = None


def compared(comparisons: Path) -> tuple[Compared, ...]:
    """Of the comparisons that the file lists, in its order.

    Parameters
    ----------
    comparisons
        results/.stages/comparisons.json, a list of ids.
    """
    folder = comparisons.parent / FOLDER
    found = [_compared(name, folder / name) for name in json.loads(comparisons.read_bytes())]
    return (*found[:MOST_FIGURES], *(replace(one, figure=None) for one in found[MOST_FIGURES:]))


def _compared(name: str, folder: Path) -> Compared:
    found: dict[str, Any] = json.loads((folder / "comparison.json").read_bytes())
    if "failed" in found:
        return Compared(name, "failed", 0, "", {})
    address = quote(name, safe="")
    return Compared(
        title=found["title"],
        status=found["status"],
        n=len(found["datasets"]),
        html=f"{address}/report.html",
        printed={one: f"{address}/report.{one}" for one in printed_in(folder)},
        figure=_figure(folder, LEADS[found["by"]]),
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
