"""Do large schools have other means than small ones? Then gamma00 isn't the mean of schools.

gamma00 weights schools by their precision. Where effects go with size (correlation .5 with
log n_j, sizes 1 to 60) its interval holds the average school's mean in .87 of samples with 20
schools and .43 with 100; that of the mean of the school means in .93 to .94. Where both small
and large schools have high means, a line shows nothing and a curve does.
"""

import numpy as np

from multilevel.fit.sufficient import SufficientStatistics
from multilevel.records.results import Model, SlopeTest
from multilevel.summarise.regression import weighted_slope


def mean_by_size(
    statistics: SufficientStatistics, model: Model, degree: int = 1
) -> SlopeTest | None:
    """Slope of m_j on log n_j, by the precision 1/(tau00 + sigma2/n_j), or the bend of a curve.

    In score units for a size e = 2.718 times as large; of degree 2 for the square of log n_j's
    distance from its weighted mean. None with too few sizes, or fewer than ten schools.
    """
    variance = model.tau00 / model.sigma2 + 1.0 / statistics.n
    return weighted_slope(np.log(statistics.n), statistics.offset, 1.0 / variance, degree)
