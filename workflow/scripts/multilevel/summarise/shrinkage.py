"""Which parameters the intervals of school means rest on."""

from multilevel.fit.adjusted import ShrinkageParameters, adjusted_parameters
from multilevel.fit.likelihood import Likelihood
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.records.fitted import RandomInterceptFit


def shrinkage_parameters(
    statistics: SufficientStatistics, fit: RandomInterceptFit
) -> ShrinkageParameters:
    """Those of the fit; at tau00 = 0 those of the adjusted likelihood."""
    model = fit.model
    if model.boundary:
        return adjusted_parameters(Likelihood.of(statistics, model.method))
    return ShrinkageParameters(
        offset=model.gamma00 - statistics.centre,
        tau00=model.tau00,
        sigma2=model.sigma2,
        variance_gamma00=model.se_gamma00**2,
        covariance=fit.covariance,
        adjusted=False,
    )
