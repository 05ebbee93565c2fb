"""Numbers that follow from others: from what is shown of these, so that they say no more."""

from dataclasses import replace
from typing import TypeVar

from multilevel.publication import rounding as units
from multilevel.publication.rules import Rounding
from multilevel.records.leading import Leader, Leading
from multilevel.records.results import Between, Decomposition, Results
from multilevel.records.sections import Interval

T = TypeVar("T")
# Of the variance of the means: a remainder below it is none.
NO_REMAINDER = 1e-6
NORMAL = 1.96


def with_derived(complete: Results, public: Results, rounding: Rounding) -> Results:
    """`public`, in which intervals of means, t and ends of ranges are made from rounded ones.

    Each of them rounded by itself would be a further look at the same mean.
    """
    exact, model, between = complete.model, public.model, public.between
    if exact is None or model is None or between is None or complete.between is None:
        return public
    centre = (exact.gamma00, model.gamma00)
    se = model.se or model.se_gamma00
    bootstrap, weighted, leading = public.bootstrap, public.weighted, public.leading
    if bootstrap is not None and complete.bootstrap is not None:
        ends = _around(complete.bootstrap.ci_gamma00, centre, rounding)
        bootstrap = replace(bootstrap, ci_gamma00=ends)
    if weighted is not None and complete.weighted is not None:
        of_schools = (complete.weighted.gamma00, weighted.gamma00)
        of_members = (complete.weighted.official_mean, weighted.official_mean)
        weighted = replace(
            weighted,
            ci_gamma00=_around(complete.weighted.ci_gamma00, of_schools, rounding),
            ci_official=_maybe_around(complete.weighted.ci_official, of_members, rounding),
        )
    if leading is not None and complete.leading is not None:
        leading = _leading(complete.leading, leading, rounding)
    more = complete.intervals, public.intervals
    intervals = public.intervals
    if more[0] is not None and intervals is not None:
        intervals = replace(
            intervals,
            ci_gamma00_satterthwaite=_maybe_around(
                more[0].ci_gamma00_satterthwaite, centre, rounding
            ),
            ci_gamma00_kenward_roger=_maybe_around(
                more[0].ci_gamma00_kenward_roger, centre, rounding
            ),
        )
    return replace(
        public,
        model=replace(
            model,
            ci_gamma00=_around(exact.ci_gamma00, centre, rounding),
            t=units.relative(model.gamma00 / se, 0.0, 3),
        ),
        between=_between(complete.between, between, model.gamma00, model.sd_tau00, rounding),
        bootstrap=bootstrap,
        weighted=weighted,
        leading=leading,
        intervals=intervals,
    )


def _around(ends: Interval, centre: tuple[float, float], rounding: Rounding) -> Interval:
    """An interval as far from the rounded centre as it was from the exact one."""
    exact, shown = centre
    low, high = (shown + rounding.number("spread", end - exact) for end in ends)
    return _tidy(low, rounding), _tidy(high, rounding)


def _maybe_around(
    ends: Interval | None, centre: tuple[float, float], rounding: Rounding
) -> Interval | None:
    return None if ends is None else _around(ends, centre, rounding)


def _tidy(value: float, rounding: Rounding) -> float:
    return units.to_unit(value, rounding.precision.score)


def _between(
    exact: Between, public: Between, gamma00: float, sd: float, rounding: Rounding
) -> Between:
    split = public.decomposition
    return replace(
        public,
        school_minus_1sd=_tidy(gamma00 - sd, rounding),
        school_plus_1sd=_tidy(gamma00 + sd, rounding),
        school_minus_196sd=_tidy(gamma00 - NORMAL * sd, rounding),
        school_plus_196sd=_tidy(gamma00 + NORMAL * sd, rounding),
        decomposition=_adding_up(exact.decomposition, split),
    )


def _adding_up(exact: Decomposition, public: Decomposition) -> Decomposition:
    """Parts that add up to the rounded whole, with a remainder only where there was one."""
    rest = public.variance_of_group_means - public.tau00
    if abs(exact.residual) <= NO_REMAINDER * exact.variance_of_group_means:
        return replace(public, mean_error_variance=_short(rest), residual=0.0)
    return replace(public, mean_error_variance=_short(rest - public.residual))


def _short(value: float) -> float:
    return float(f"{value:.12g}")


def _leading(exact: Leading, public: Leading, rounding: Rounding) -> Leading:
    mean = _leader(exact.mean, public.mean, rounding)
    group_mean = _leader(exact.group_mean, public.group_mean, rounding)
    sd = public.tau00.value**0.5
    return replace(
        public,
        mean=mean,
        group_mean=group_mean,
        group_minus_1sd=_tidy(group_mean.value - sd, rounding),
        group_plus_1sd=_tidy(group_mean.value + sd, rounding),
        group_minus_196sd=_tidy(group_mean.value - NORMAL * sd, rounding),
        group_plus_196sd=_tidy(group_mean.value + NORMAL * sd, rounding),
    )


def _leader(exact: Leader, public: Leader, rounding: Rounding) -> Leader:
    centre = (exact.value, public.value)
    return replace(public, interval=_maybe_around(exact.interval, centre, rounding))
