"""Members of comparisons, made from their numbers."""

import math

from multilevel.records.distribution import AboveOverallMean, Distribution, ErroredValue
from multilevel.summarise.comparison.members import Estimate, Member, Variances


def member(name, mean=500.0, se=4.0, tau00=1800.0, sigma2=5200.0, **settings):
    """A member; its ICC and SD have standard errors in proportion."""
    icc, sd = tau00 / (tau00 + sigma2), math.sqrt(tau00)
    df = settings.pop("df", math.inf)
    settings = {
        "scale": "TIMSS mathematics",
        "country": None,
        "cycle": None,
        "n_groups": 150,
        "n_members": 4000,
        "weighted": True,
        "variances_weighted": True,
        "title": name.title(),
        "groups": frozenset({f"{name}\n\n1", f"{name}\n\n2"}),
        "named_groups": frozenset({"1", "2"}),
        **settings,
    }
    return Member(
        id=name,
        mean=Estimate(mean, se, df),
        variances=Variances(
            tau00, sigma2, Estimate(icc, 0.03), (icc - 0.06, icc + 0.06), Estimate(sd, sd / 15)
        ),
        distribution=described(mean, se),
        **settings,
    )


def described(mean, se):
    value = ErroredValue(value=mean, se=se)
    return Distribution(
        n_members=4000,
        weighted=True,
        model_weighted=True,
        errors_by="jk2",
        df=75.0,
        n_draws=0,
        mean=value,
        sd=ErroredValue(value=80.0, se=1.0),
        percentiles=(),
        benchmarks=(),
        above_overall_mean=AboveOverallMean(
            share_in_school_minus_1sd=0.3, share_in_average_school=0.5, share_in_school_plus_1sd=0.7
        ),
    )
