"""The comparisons in the index: a link each, above the datasets."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

FOLDER = ".comparisons"


@dataclass(frozen=True)
class Compared:
    """A comparison; `html` and `pdf` are relative addresses, "" without a report.

    Attributes
    ----------
    status
        "ok", "refused", or "failed" where its stage crashed.
    n
        Datasets in it.
    """

    title: str
    status: str
    n: int
    html: str
    pdf: str


def compared(comparisons: Path) -> tuple[Compared, ...]:
    """Of the comparisons that the file lists, in its order.

    Parameters
    ----------
    comparisons
        results/.stages/comparisons.json, a list of ids.
    """
    folder = comparisons.parent / FOLDER
    return tuple(_compared(name, folder / name) for name in json.loads(comparisons.read_bytes()))


def _compared(name: str, folder: Path) -> Compared:
    found: dict[str, Any] = json.loads((folder / "comparison.json").read_bytes())
    if "failed" in found:
        return Compared(name, "failed", 0, "", "")
    address = quote(name, safe="")
    return Compared(
        title=found["title"],
        status=found["status"],
        n=len(found["datasets"]),
        html=f"{address}/report.html",
        pdf=f"{address}/report.pdf",
    )
