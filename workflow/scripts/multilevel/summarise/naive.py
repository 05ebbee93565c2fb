"""Raw summaries: what one gets without a model."""

import math

import numpy as np

from multilevel.fit.sufficient import SufficientStatistics
from multilevel.records.results import Naive


def naive_summary(statistics: SufficientStatistics) -> Naive:
    """Means by both options, total and between-school spread, the naive standard error.

    The standard error is that of ordinary least squares, as if the N students were
    independent.
    """
    n, offset = statistics.n, statistics.offset
    n_members = statistics.n_members
    grand_offset = float(n @ offset) / n_members
    total = statistics.ssw + float(n @ (offset - grand_offset) ** 2)
    sd_total = math.sqrt(total / (n_members - 1)) if n_members > 1 else math.nan
    variance = float(np.var(offset, ddof=1)) if len(offset) > 1 else None
    return Naive(
        grand_mean=statistics.centre + grand_offset,
        sd_total=sd_total,
        se_grand_mean=sd_total / math.sqrt(n_members),
        mean_of_group_means=statistics.centre + float(offset.mean()),
        variance_of_group_means=variance,
        sd_of_group_means=None if variance is None else math.sqrt(variance),
        se_mean_of_group_means=None if variance is None else math.sqrt(variance / len(offset)),
        df_mean_of_group_means=None if variance is None else len(offset) - 1.0,
    )
