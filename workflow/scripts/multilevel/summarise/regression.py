"""A weighted straight line through schools."""

import math

from multilevel.fit import distributions
from multilevel.fit.sufficient import Floats
from multilevel.records.results import SlopeTest

# Fewer schools can't show a slope.
FEWEST_GROUPS = 10
# Relative: x alike to rounding.
ROUNDING = 1e-12


def weighted_slope(x: Floats, y: Floats, weight: Floats) -> SlopeTest | None:
    """Slope of y on x by weighted least squares, its scale estimated, t on J - 2.

    Parameters
    ----------
    x, y, weight
        Shape (J,), weights above 0 and proportional to the inverse variances of y.

    Returns
    -------
    None with fewer than 10 schools, x all alike or y exactly on a line.
    """
    if len(x) < FEWEST_GROUPS:
        return None
    share = weight / weight.sum()
    dx, dy = x - float(share @ x), y - float(share @ y)
    sxx, sxy, syy = float(share @ dx**2), float(share @ (dx * dy)), float(share @ dy**2)
    if sxx <= ROUNDING * float(share @ x**2):
        return None
    slope, df = sxy / sxx, len(x) - 2
    rest = syy - slope * sxy
    if rest <= ROUNDING * syy:
        return None
    se = math.sqrt(rest / df / sxx)
    return SlopeTest(
        slope=slope, se=se, t=slope / se, df=df, p=distributions.t_two_sided_p(slope / se, df)
    )
