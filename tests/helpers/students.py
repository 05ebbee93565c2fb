"""Students from arrays, as ingest would hand them on."""

import numpy as np

from multilevel.ingest.statistics import Rows, students_of
from multilevel.records.students import Students, WeightedMoments


def students_from(group: np.ndarray, scores: np.ndarray, **weights: np.ndarray) -> Students:
    """Of groups 0..J-1; `scores` of shape (N,) or (N, M); `weights` as of `Rows`."""
    columns = scores if scores.ndim == 2 else scores[:, None]
    rows = Rows(group=group.astype(np.int64), scores=np.ascontiguousarray(columns), **weights)
    return students_of(rows, tuple(str(one) for one in range(int(group.max()) + 1)))


def weighted(group: np.ndarray, score: np.ndarray, conditional: np.ndarray) -> WeightedMoments:
    """Weighted statistics of one score under conditional weights."""
    ones = np.ones(len(group))
    moments = students_from(group, score, total=conditional, group_weight=ones).conditional
    assert moments is not None
    return moments
