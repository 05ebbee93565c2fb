"""Tail areas and quantiles, from scipy.special.

scipy.stats has the same under nicer names but takes .7 s to import, which
every job of a batch would pay.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]


def t_two_sided_p(t: float, df: float) -> float:
    """P(|T| >= |t|) for Student's t with real df > 0."""
    return float(2.0 * special.stdtr(df, -abs(t)))


def t_quantile(probability: float, df: float) -> float:
    """Quantile of Student's t with real df > 0."""
    return float(special.stdtrit(df, probability))


def t_quantiles(probability: float, df: Floats) -> Floats:
    """`t_quantile` for many df at once; the normal quantile where df is infinite."""
    return np.asarray(special.stdtrit(df, probability))


def f_upper_p(statistic: float, df1: float, df2: float) -> float:
    """P(F >= statistic)."""
    return float(special.fdtrc(df1, df2, statistic))


def f_lower_p(statistic: float, df1: float, df2: float) -> float:
    """P(F <= statistic)."""
    return float(special.fdtr(df1, df2, statistic))


def f_quantile(probability: float, df1: float, df2: float) -> float:
    """Quantile of F."""
    return float(special.fdtri(df1, df2, probability))


def chi2_upper_p(statistic: float, df: float) -> float:
    """P(chi-square >= statistic)."""
    return float(special.chdtrc(df, statistic))


def chi2_quantile(probability: float, df: float) -> float:
    """Quantile of chi-square."""
    return float(2.0 * special.gammaincinv(df / 2.0, probability))


def normal_quantile(probability: float) -> float:
    """Quantile of the standard normal distribution."""
    return float(special.ndtri(probability))


def halved_chi2_1_upper_p(statistic: float) -> float:
    """P under half chi2_0, half chi2_1; 1 when the statistic is 0.

    Self & Liang (1987); Stram & Lee (1994).
    """
    return 1.0 if statistic <= 0 else math.erfc(math.sqrt(statistic / 2.0)) / 2.0
