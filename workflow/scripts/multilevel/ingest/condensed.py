"""The students of a file too large for memory: statistics of schools, and a sample."""

import io
import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from multilevel.ingest.moments import Moments
from multilevel.records.findings import Finding

_SCALARS = b"condensed"


@dataclass(frozen=True, kw_only=True, eq=False)
class Condensed:
    """Students by what the model and the report need of them.

    Attributes
    ----------
    group_ids
        The groups' ids in natural order; each has at least one student.
    moments
        Of each group.
    score_min, score_max
        Of all students.
    sample_group, sample_score
        A simple random sample of students: place of the group in `group_ids`, and score.
    n_rows, n_dropped_outcome, n_dropped_group, findings, decimal_commas
        As in `Students`.
    """

    group_ids: tuple[str, ...]
    moments: Moments
    score_min: float
    score_max: float
    sample_group: NDArray[np.int64]
    sample_score: NDArray[np.float64]
    n_rows: int = 0
    n_dropped_outcome: int = 0
    n_dropped_group: int = 0
    findings: tuple[Finding, ...] = ()
    decimal_commas: tuple[str, ...] = ()


def to_parquet(condensed: Condensed) -> bytes:
    """A row a group: id, moments and the scores of its sampled students."""
    m = condensed.moments
    order = np.argsort(condensed.sample_group, kind="stable")
    ends = np.searchsorted(condensed.sample_group[order], np.arange(len(m.n) + 1))
    columns = {
        "group": pa.array(condensed.group_ids, pa.string()),
        "n": m.n,
        "mean": m.mean,
        "m2": m.m2,
        "m3": m.m3,
        "m4": m.m4,
        "sample": pa.ListArray.from_arrays(
            pa.array(ends, pa.int32()), condensed.sample_score[order]
        ),
    }
    scalars = {
        "centre": m.centre,
        "unit": m.unit,
        "score_min": condensed.score_min,
        "score_max": condensed.score_max,
    }
    table = pa.table(columns).replace_schema_metadata({_SCALARS: json.dumps(scalars)})
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def is_condensed(schema: pa.Schema) -> bool:
    """Whether a Parquet file of this schema was written by `to_parquet`."""
    return _SCALARS in (schema.metadata or {})


def from_table(table: pa.Table) -> Condensed:
    """What `to_parquet` wrote; counts and notes aren't kept."""
    scalars = json.loads(table.schema.metadata[_SCALARS])
    samples = table["sample"].combine_chunks()
    sizes = samples.value_lengths().to_numpy()
    rows = {name: table[name].to_numpy() for name in ("n", "mean", "m2", "m3", "m4")}
    return Condensed(
        group_ids=tuple(table["group"].to_pylist()),
        moments=Moments(scalars["centre"], scalars["unit"], **rows),
        score_min=scalars["score_min"],
        score_max=scalars["score_max"],
        sample_group=np.repeat(np.arange(len(sizes)), sizes),
        sample_score=samples.flatten().to_numpy(),
    )
