"""Datasets configured on files of a folder, and a small country of TIMSS."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from multilevel import configuration
from multilevel.configuration import Configuration, Dataset
from multilevel.errors import DataRefused
from multilevel.ingest.parts import split_values
from multilevel.ingest.readers import Table, read_source
from multilevel.ingest.table.files import Opened, opened, read

ROOT = Path(__file__).parents[3]


def configured(root: Path, **entry: Any) -> Configuration:
    config = {"datasets": {"t": entry}}
    return configuration.read(config, ROOT / "workflow" / "schemas", root, split_values)


def files_of(dataset: Dataset, root: Path) -> Opened:
    joined = root / dataset.join.file if dataset.join else None
    return opened(dataset, read_source(root / dataset.file, dataset.form), joined)


def one(root: Path, **entry: Any) -> tuple[Dataset, Table, Opened]:
    (dataset,) = configured(root, **entry).datasets
    files = files_of(dataset, root)
    return files.layout.dataset, read(files), files


def refused(root: Path, **entry: Any) -> DataRefused:
    with pytest.raises(DataRefused) as caught:
        one(root, **entry)
    assert str(root) not in str(caught.value)
    return caught.value


N = 60


def timss(n: int = N) -> pd.DataFrame:
    chance = np.random.default_rng(3)
    school = np.repeat(np.arange(n // 6) + 5001.0, 6)
    columns = {"IDCNTRY": np.full(n, 554.0), "IDSCHOOL": school}
    for subject in ("BSMMAT", "BSSSCI"):
        ability = chance.normal(500, 90, n)
        columns |= {f"{subject}0{i}": ability + chance.normal(0, 30, n) for i in range(1, 6)}
    columns |= {"WGTFAC1": school - 5000, "WGTADJ1": np.full(n, 2.0), "TOTWGT": np.full(n, 30.0)}
    return pd.DataFrame(columns | {"JKZONE": school - 5000, "JKREP": np.arange(n) % 2.0})


def write_timss(path: Path, frame: pd.DataFrame | None = None) -> None:
    frame = timss() if frame is None else frame
    labels = {"BSMMAT01": "1ST PLAUSIBLE VALUE MATHEMATICS", "IDSCHOOL": "*SCHOOL ID*"}
    pyreadstat.write_sav(
        frame, path, column_labels=labels, variable_value_labels={"IDCNTRY": {554.0: "Neuland"}}
    )
