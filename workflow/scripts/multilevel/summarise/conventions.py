"""What other programs print for the same fit, where their conventions differ from lme4's.

All maximise the same likelihood; they differ in what AIC and BIC count and in the degrees
of freedom for gamma00.
"""

import math
from dataclasses import dataclass
from typing import Literal

Method = Literal["REML", "ML"]

COVARIANCE_PARAMETERS = 2
FIXED_EFFECTS = 1


@dataclass(frozen=True)
class Criteria:
    """AIC and BIC with what they count.

    Attributes
    ----------
    parameters
        Parameters counted, d.
    size
        The n whose logarithm BIC uses.
    aic
        deviance + 2 d (Akaike 1974).
    bic
        deviance + d ln n (Schwarz 1978).
    """

    parameters: int
    size: int
    aic: float
    bic: float


def criteria(deviance: float, parameters: int, size: int) -> Criteria:
    """Both criteria of a model with this deviance (-2 log-likelihood, REML or ML)."""
    return Criteria(
        parameters=parameters,
        size=size,
        aic=deviance + 2.0 * parameters,
        bic=deviance + parameters * math.log(size),
    )


def lme4(deviance: float, n_members: int) -> Criteria:
    """gamma00, tau00 and sigma2 count, and all students. Bates et al. (2015).

    Stata's `estat ic` counts the same ([R] estat ic), and so does statsmodels under ML.
    """
    return criteria(deviance, FIXED_EFFECTS + COVARIANCE_PARAMETERS, n_members)


def nlme(deviance: float, n_members: int, method: Method) -> Criteria:
    """As lme4, but under REML BIC uses N - 1. Pinheiro & Bates (2000), logLik.lme."""
    size = n_members - FIXED_EFFECTS if method == "REML" else n_members
    return criteria(deviance, FIXED_EFFECTS + COVARIANCE_PARAMETERS, size)


def sas(deviance: float, n_groups: int, method: Method, boundary: bool) -> Criteria:
    """PROC MIXED with SUBJECT=: n is the number of schools, d under REML leaves out gamma00.

    A variance estimated as 0 is not counted: d is the *effective* number of covariance
    parameters. SAS/STAT User's Guide, The MIXED Procedure, option IC.
    """
    covariance = COVARIANCE_PARAMETERS - boundary
    return criteria(deviance, covariance + FIXED_EFFECTS * (method == "ML"), n_groups)


def spss_reml(deviance: float, n_members: int) -> Criteria:
    """SPSS MIXED under REML: tau00 and sigma2 count, and the cases (IBM, Information Criteria)."""
    return criteria(deviance, COVARIANCE_PARAMETERS, n_members)


def df_nlme(n_members: int, n_groups: int) -> int:
    """nlme's degrees of freedom for a lone intercept: the larger of J and N - J.

    Its rule takes the largest of the strata's (Pinheiro & Bates 2000, sec. 2.4.2), which is
    N - J unless most schools have one student.
    """
    return max(n_groups, n_members - n_groups)


def se_nlme(se: float, n_members: int, method: Method) -> float:
    """nlme's printed standard error: under ML times sqrt(N/(N - 1)) (summary.lme, adjustSigma)."""
    if method == "REML":
        return se
    return se * math.sqrt(n_members / (n_members - FIXED_EFFECTS))
