"""The columns of students.parquet beyond group and score."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from multilevel.ingest.students import Aside, Students
from multilevel.ingest.survey_design import Sample

VALUE, REPLICATE, ASIDE = "value_", "replicate_", "aside "


def value_columns(students: Students) -> dict[str, pa.Array]:
    """value_2 to value_M: the plausible values after the first."""
    return {} if students.further is None else _numbered(VALUE, students.further, first=2)


def sample_columns(students: Students) -> dict[str, pa.Array]:
    """weight (total) and group_weight; zone and half; replicate_1 to replicate_R."""
    sample = students.sample
    if sample is None:
        return {}
    columns = {
        "weight": pa.array(sample.total, pa.float64()),
        "group_weight": pa.array(sample.group[students.group], pa.float64()),
    }
    if sample.zone is not None and sample.half is not None:
        columns["zone"] = pa.array(sample.zone, pa.int32())
        columns["half"] = pa.array(sample.half, pa.int32())
    if sample.replicate is not None:
        columns |= _numbered(REPLICATE, sample.replicate, first=1)
    return columns


def further_of(table: pa.Table) -> NDArray[np.float64] | None:
    """What `value_columns` stored, shape (N, M-1)."""
    return _matrix(table, VALUE)


def sample_of(table: pa.Table, group: NDArray[np.int32], n_groups: int) -> Sample | None:
    """What `sample_columns` stored; `group` is each row's school as 0..J-1."""
    if "weight" not in table.column_names:
        return None
    of_group = np.ones(n_groups)
    of_group[group] = table["group_weight"].to_numpy()
    jackknifed = "zone" in table.column_names
    return Sample(
        total=table["weight"].to_numpy(),
        group=of_group,
        zone=table["zone"].to_numpy() if jackknifed else None,
        half=table["half"].to_numpy() if jackknifed else None,
        replicate=_matrix(table, REPLICATE),
    )


def aside_columns(students: Students) -> dict[str, pa.Array]:
    """The plausible values that the score averages, under their own names after ASIDE."""
    if students.aside is None:
        return {}
    return {
        f"{ASIDE}{name}": pa.array(np.ascontiguousarray(values), pa.float64())
        for name, values in zip(students.aside.columns, students.aside.scores.T, strict=True)
    }


def aside_of(table: pa.Table) -> Aside | None:
    """What `aside_columns` stored."""
    scores = _matrix(table, ASIDE)
    if scores is None:
        return None
    names = (name for name in table.column_names if name.startswith(ASIDE))
    return Aside(columns=tuple(name.removeprefix(ASIDE) for name in names), scores=scores)


def _numbered(prefix: str, matrix: NDArray[np.float64], first: int) -> dict[str, pa.Array]:
    return {
        f"{prefix}{number}": pa.array(np.ascontiguousarray(column), pa.float64())
        for number, column in enumerate(matrix.T, start=first)
    }


def _matrix(table: pa.Table, prefix: str) -> NDArray[np.float64] | None:
    names = [name for name in table.column_names if name.startswith(prefix)]
    return np.column_stack([table[name].to_numpy() for name in names]) if names else None
