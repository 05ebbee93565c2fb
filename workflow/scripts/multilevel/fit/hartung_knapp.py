"""Standard error of gamma00 from the spread of the school means themselves.

With few unequal schools Satterthwaite's and Kenward & Roger's degrees of freedom fall
towards 0 and their intervals lose all meaning. Hartung & Knapp's variance asks only how far
the means lie apart and keeps J - 1 degrees of freedom.
"""

import math

from multilevel.fit.likelihood import Likelihood

# Below so many schools, or so few degrees of freedom, the interval of gamma00 is Hartung & Knapp's.
FEW_GROUPS = 10
FEW_DF = 3.0


def hartung_knapp_se(likelihood: Likelihood, q: float) -> float:
    """Hartung & Knapp's standard error of gamma00, score units.

    SE^2 = sum d_j (m_j - g)^2/((J-1) sum d_j), d_j = 1/(tau00 + sigma2/n_j); for balanced
    data it is the standard error of the mean of the school means.

    Parameters
    ----------
    likelihood
        Of J >= 2 schools.
    q
        tau00/sigma2, at which the d_j are taken.

    References
    ----------
    Hartung, J., & Knapp, G. (2001). Statistics in Medicine, 20, 1771-1782, eq. 5.
    """
    at = likelihood.profile(q)
    spread = float((at.w * at.between).sum())
    return math.sqrt(spread / ((likelihood.n_groups - 1) * float(at.total_weight[0])))


def hartung_knapp_applies(n_groups: int, df: float) -> bool:
    """Whether the schools are so few that the interval of gamma00 needs Hartung & Knapp's error.

    Parameters
    ----------
    n_groups
        J.
    df
        Satterthwaite's degrees of freedom; Kenward & Roger's at tau00 = 0.

    Notes
    -----
    The interval then takes the larger of this and the model's own standard error, which keeps
    means that lie close together by chance from making it too short (Roever, Knapp & Friede
    2015, BMC Medical Research Methodology, 15, 99).
    """
    return n_groups < FEW_GROUPS or df < FEW_DF
