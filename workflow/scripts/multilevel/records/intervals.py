"""The section of results.json with further intervals, each by the method in its name."""

from dataclasses import dataclass
from typing import Annotated

from multilevel.records.sections import Interval, doc


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """Further intervals, each by the method in its name."""

    ci_tau00_profile: Annotated[Interval, doc("Profile likelihood, by the model's method.")]
    ci_sigma2_profile: Annotated[Interval, doc("Profile likelihood, by the model's method.")]
    ci_icc_profile: Annotated[Interval, doc("Profile likelihood, by the model's method.")]
    ci_sigma2_exact: Annotated[Interval, doc("SSW over chi-square quantiles, N-J df.")]
    profile_pieces: Annotated[
        int,
        doc(
            "Pieces of the set within the chi-square quantile of the best deviance. Where there "
            "are several the profile intervals go from the set's lower end to the end of the "
            "piece with the best optimum. Of plausible values the most."
        ),
    ] = 1
    ci_tau00_profile_hull: Annotated[
        Interval | None, doc("From end to end of all pieces; as ci_tau00_profile for one piece.")
    ] = None
    ci_sigma2_profile_hull: Annotated[Interval | None, doc("As ci_tau00_profile_hull.")] = None
    ci_icc_profile_hull: Annotated[Interval | None, doc("As ci_tau00_profile_hull.")] = None
    ci_gamma00_satterthwaite: Annotated[
        Interval | None, doc("By lmerTest's degrees of freedom; null at tau00 = 0.")
    ] = None
    ci_gamma00_kenward_roger: Annotated[
        Interval | None, doc("By Kenward and Roger's standard error and degrees of freedom.")
    ] = None
    ci_icc_robust: Annotated[
        Interval | None,
        doc(
            "By a jackknife over schools, whatever the distributions, never shorter than the exact "
            "interval; null where schools are fewer than 5 or can't be left out one by one."
        ),
    ] = None
    ci_tau00_robust: Annotated[Interval | None, doc("As ci_icc_robust.")] = None
    ci_sigma2_robust: Annotated[Interval | None, doc("As ci_icc_robust.")] = None
