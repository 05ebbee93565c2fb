"""One table in the forms of files that say what their values are: yes or no, and codes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

LABELS = {"b": {0: "No", 1: "Yes"}, "k": {1: "low", 2: "mid", 3: "high"}}
COLUMNS = {"member": ["x", "b", "k"], "group": ["g"], "categories": ["k"]}


def table() -> pd.DataFrame:
    """24 schools of 12; b (with gaps) and g are yes or no, k one of three codes."""
    random, school = np.random.default_rng(1), np.repeat(np.arange(24), 12)
    n = len(school)
    x = random.normal(size=n) + random.normal(size=24)[school]
    b, k = (x + random.normal(size=n) > 0.4).astype(object), random.integers(1, 4, n)
    g = (random.random(24) < 0.5)[school]
    u = 20 * random.normal(size=24)[school]
    y = 500 + u + 5 * x + 10 * b.astype(float) + 4 * k + 15 * g + 50 * random.normal(size=n)
    b[::17] = None
    return pd.DataFrame({"school": school + 101, "score": y.astype(float), "x": x, "b": b,
                         "k": k, "g": g})  # fmt: skip


def _numbers() -> pd.DataFrame:
    return table().astype({"b": float, "k": float, "g": float})


def _words(true: str, false: str) -> Callable[[Path], None]:
    known = {True: true, False: false}

    def write(file: Path) -> None:
        frame = table()
        frame.assign(b=frame["b"].map(known), g=frame["g"].map(known)).to_csv(file, index=False)

    return write


def _codes(labels: dict[str, dict[int, str]]) -> Callable[[Path], None]:
    return lambda file: pyreadstat.write_sav(_numbers(), file, variable_value_labels=labels)


FILES: dict[str, Callable[[Path], object]] = {
    "TRUE.csv": _words("TRUE", "FALSE"),
    "T.csv": _words("T", "F"),
    "01.csv": lambda file: _numbers().to_csv(file, index=False),
    "01.sav": _codes({}),
    "labels.sav": _codes(LABELS),
    "labels.dta": lambda file: _numbers().astype({"k": int}).to_stata(
        file, write_index=False, value_labels={"k": LABELS["k"]}
    ),
    "true.parquet": lambda file: table().astype({"b": "boolean"}).to_parquet(file, index=False),
    "true.xlsx": lambda file: table().to_excel(file, index=False),
}  # fmt: skip
