"""A weighted line or curve through schools."""

import math

import numpy as np

from multilevel.fit import distributions
from multilevel.fit.sufficient import Floats
from multilevel.records.results import SlopeTest

# Fewer schools can't show a slope.
FEWEST_GROUPS = 10
# Relative, of a sum of squares: x alike, or y on the line, to rounding.
ROUNDING = 1e-12


def weighted_slope(x: Floats, y: Floats, weight: Floats, degree: int = 1) -> SlopeTest | None:
    """Coefficient of x^degree by weighted least squares, lower powers beside it.

    Parameters
    ----------
    x, y, weight
        Shape (J,), weights above 0 and proportional to the inverse variances of y.
    degree
        Of the curve; 1 for the slope of a line. From 2 on x is taken from its weighted mean.

    Returns
    -------
    None with fewer than 10 schools, x of too few values or y exactly on a curve. The scale of
    the variances is estimated, so that t has J - degree - 1 degrees of freedom.
    """
    if len(x) < FEWEST_GROUPS:
        return None
    root = np.sqrt(weight / weight.sum())
    powers = (x - float(root**2 @ x))[:, None] ** np.arange(degree + 1)
    columns = root[:, None] * np.column_stack([powers, y])
    r: Floats = np.asarray(np.linalg.qr(columns, mode="r"))
    least = ROUNDING * float(root**2 @ x**2) ** degree
    spread, rest = float(r[degree, degree] ** 2), float(r[-1, -1] ** 2)
    if spread <= least or rest <= ROUNDING * float((r[1:, -1] ** 2).sum()):
        return None
    slope, df = float(r[degree, -1] / r[degree, degree]), len(x) - degree - 1
    se = math.sqrt(rest / df / spread)
    return SlopeTest(
        slope=slope, se=se, t=slope / se, df=df, p=distributions.t_two_sided_p(slope / se, df)
    )
