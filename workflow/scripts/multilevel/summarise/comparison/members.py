"""A dataset as a comparison takes it: estimates with standard errors, weighted where it can be.

Where the standard errors come from:

- mean: `Distribution.mean`, the students' mean. With replicates that is the official mean.
- ICC, sqrt(tau00) of the unweighted model: half of an interval's width over the normal
  quantile of its level (Zou & Donner 2008 recover variances so). The interval of the ICC is the
  exact one, that of tau00 the profile's, both pooled over plausible values. Where the report leads
  with an interval whose lower arm says more, as the jackknife's does of effects that aren't
  normal, that arm over the quantile; its upper arm is stretched for what few schools hide.
- of the weighted model: its interval's width likewise, over the quantile of t that the interval
  was made with and the lengths of its arms, the upper one `STRETCH` times the lower. Without
  intervals the sandwich over schools times J/(J - 1); of sqrt(tau00) by the delta method,
  se(tau00)/(2 sqrt(tau00)). A sandwich is a mean of J squared scores, for tau00 of normal effects
  squares of z^2 - 1, whose kurtosis of 15 leaves it (J - 1)/7 degrees of freedom (Satterthwaite
  1946).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from multilevel.fit import distributions
from multilevel.fit.robust import STRETCH
from multilevel.fit.weighted import WeightedFit
from multilevel.fit.weighted_inference import MOST_SETS
from multilevel.records.comparison import LeftOut
from multilevel.records.distribution import Distribution
from multilevel.records.results import Leading, Model, Results, Weighted
from multilevel.records.sections import Interval

# 2/(kurtosis - 1) degrees of freedom a school: of squares of z^2 - 1 one for seven schools.
SCHOOLS_PER_DF = 7.0


@dataclass(frozen=True)
class Estimate:
    """A number with what is known of its error.

    Attributes
    ----------
    se
        None where nothing is known.
    df
        Degrees of freedom of the standard error; infinite for a normal distribution.
    """

    value: float
    se: float | None
    df: float = math.inf


@dataclass(frozen=True)
class Variances:
    """The variance components of a dataset, weighted where it has weights.

    Attributes
    ----------
    ci_icc
        As in the dataset's own report, or from its standard error on the logit.
    ci_sd_between
        Roots of the interval of tau00 in that report; None where it has none.
    """

    tau00: float
    sigma2: float
    icc: Estimate
    ci_icc: Interval
    sd_between: Estimate
    ci_sd_between: Interval | None = None

    @property
    def total(self) -> float:
        """tau00 + sigma2."""
        return self.tau00 + self.sigma2


@dataclass(frozen=True, kw_only=True)
class Member:
    """A dataset that may be compared.

    Attributes
    ----------
    scale
        Names the scale of the scores; "" where none is named.
    country, cycle
        What changes are followed within, and over; None where not given.
    weighted
        Whether mean and distribution are weighted.
    variances_weighted
        Whether the variances are those of the weighted model: schools have weights.
    groups
        Keys of its schools, equal for a school that two datasets share (`group_keys`).
    named_groups
        Ids of those whose names may be shown.
    confidence
        Level of the intervals of its own report.
    """

    id: str
    title: str
    scale: str
    country: str | None
    cycle: str | None
    n_groups: int
    n_members: int
    weighted: bool
    variances_weighted: bool
    mean: Estimate
    variances: Variances
    distribution: Distribution
    groups: frozenset[str]
    named_groups: frozenset[str] = frozenset()
    confidence: float = 0.95


def member_of(
    results: Results,
    distribution: Distribution | None,
    *,
    scale: str,
    country: str | None,
    cycle: str | None,
    groups: frozenset[str],
) -> Member | LeftOut:
    """A dataset's results as a member; left out where it was refused."""
    title, data, model, between = results.labels.title, results.data, results.model, results.between
    if results.status == "refused" or distribution is None:
        code = results.reason.code if results.reason else "empty"
        return LeftOut(id=results.id, title=title, code=code)
    if data is None or model is None or between is None or results.intervals is None:
        raise ValueError("accepted results have all sections")
    leading = results.leading
    if leading is None:
        raise ValueError("accepted results have what their report leads with")
    usual = between.ci_icc, results.intervals.ci_tau00_profile
    variances = variances_of(model, *usual, leading, results.weighted, data.n_groups)
    mean = distribution.mean
    return Member(
        id=results.id,
        title=title,
        scale=scale,
        country=country,
        cycle=cycle,
        n_groups=data.n_groups,
        n_members=data.n_members,
        weighted=results.weighted is not None,
        variances_weighted=leading.weighted,
        mean=Estimate(mean.value, mean.se, distribution.df or math.inf),
        variances=variances,
        distribution=distribution,
        groups=groups,
        confidence=model.confidence,
    )


def group_keys(source: str, part: str, group_ids: Iterable[str]) -> frozenset[str]:
    """Keys of a dataset's schools, equal where a school of one file is in two datasets.

    Parameters
    ----------
    source
        SHA-256 of the file.
    part
        The value of the column of countries by which the file is split: ids of schools are
        unique within a country. "" where it isn't split, or split by a column of students.
    """
    return frozenset(f"{source}\n{part}\n{group}" for group in group_ids)


def _error(value: float, usual: Interval, led: Interval, model: Model) -> float | None:
    """Half the usual interval's width, or the leading one's lower arm, in normal quantiles."""
    low, high = usual
    if not math.isfinite(high - low):
        return None
    reach = max((high - low) / 2.0, value - led[0])
    if reach <= 0:
        # An interval of one point says that nothing else fits, not that nothing is uncertain.
        return None
    return reach / distributions.normal_quantile(0.5 + model.confidence / 2.0)


def variances_of(
    model: Model,
    ci_icc: Interval,
    ci_tau00: Interval,
    leading: Leading,
    weighted: Weighted | None,
    n_groups: int,
) -> Variances:
    """Those of the fit that the dataset's own report leads with.

    Parameters
    ----------
    ci_icc, ci_tau00
        The exact interval and the profile's, of the unweighted model.
    """
    if leading.weighted and weighted is not None:
        return of_weighted_section(weighted, n_groups, model.confidence)
    led = leading.icc.interval, leading.tau00.interval
    return of_model(model, leading.icc.value, ci_icc, ci_tau00, *led)


def of_model(
    model: Model,
    icc: float,
    ci_icc: Interval,
    ci_tau00: Interval,
    leading_icc: Interval | None = None,
    leading_tau00: Interval | None = None,
) -> Variances:
    """The variances of the unweighted model.

    Parameters
    ----------
    icc
        That of the report: the mean over plausible values is not the ICC of mean variances.
    ci_icc, ci_tau00
        The exact interval and the profile's, at the model's confidence.
    leading_icc, leading_tau00
        Those that the dataset's own report leads with; None where they are the same.
    """
    led = leading_icc or ci_icc
    usual, roots = _roots(ci_tau00), _roots(leading_tau00 or ci_tau00)
    return Variances(
        tau00=model.tau00,
        sigma2=model.sigma2,
        icc=Estimate(icc, _error(icc, ci_icc, led, model)),
        ci_icc=led,
        sd_between=Estimate(model.sd_tau00, _error(model.sd_tau00, usual, roots, model)),
        ci_sd_between=roots if math.isfinite(roots[1]) else None,
    )


def _roots(ends: Interval) -> Interval:
    return math.sqrt(max(ends[0], 0.0)), math.sqrt(ends[1])


def of_weighted_section(weighted: Weighted, n_groups: int, confidence: float) -> Variances:
    """The variances as the dataset's own report has them, standard errors from its intervals.

    An interval that begins at 0 was cut there, so that its upper part tells the error.
    """
    if weighted.ci_icc is None or weighted.ci_tau00 is None:
        return of_weighted_model(weighted, n_groups, confidence)
    df = (n_groups - 1.0) / SCHOOLS_PER_DF
    refits = min(n_groups, MOST_SETS) if weighted.ci_method == "jackknife" else n_groups
    quantile = distributions.t_quantile(0.5 + confidence / 2.0, refits - 1.0)
    above = 1.0 if weighted.ci_method == "sandwich" else STRETCH
    if weighted.ci_method == "replication":
        df = float(weighted.n_zones or weighted.n_replicates)
        quantile = distributions.t_quantile(0.5 + confidence / 2.0, df)

    def estimate(value: float, low: float, high: float) -> Estimate:
        reach = (high - low) / (1.0 + above) if low > 0 else (high - value) / above
        known = math.isfinite(reach) and reach > 0
        return Estimate(value, reach / quantile if known else None, df)

    roots = _roots(weighted.ci_tau00)
    return Variances(
        weighted.tau00,
        weighted.sigma2,
        estimate(weighted.icc, *weighted.ci_icc),
        weighted.ci_icc,
        estimate(math.sqrt(weighted.tau00), *roots),
        roots if math.isfinite(roots[1]) else None,
    )


def of_weighted_model(fit: Weighted | WeightedFit, n_groups: int, confidence: float) -> Variances:
    """The variances of the weighted model; without standard errors where tau00 = 0."""
    factor, sd = math.sqrt(n_groups / (n_groups - 1.0)), math.sqrt(fit.tau00)
    df = (n_groups - 1.0) / SCHOOLS_PER_DF
    icc, sd_between = Estimate(fit.icc, None), Estimate(sd, None)
    if fit.se_icc is not None and fit.se_tau00 is not None and sd > 0:
        icc = Estimate(fit.icc, factor * fit.se_icc, df)
        sd_between = Estimate(sd, factor * fit.se_tau00 / (2.0 * sd), df)
    return Variances(fit.tau00, fit.sigma2, icc, on_logit(icc, confidence), sd_between)


def on_logit(icc: Estimate, confidence: float) -> Interval:
    """Interval of an ICC by its standard error on the logit scale; all of [0, 1] for none."""
    rho, se = icc.value, icc.se
    if se is None or not 0 < rho < 1:
        return 0.0, 1.0
    reach = distributions.t_quantile(0.5 + confidence / 2.0, icc.df) * se / (rho * (1.0 - rho))
    logit = math.log(rho / (1.0 - rho))
    low, high = (1.0 / (1.0 + math.exp(-(logit + side * reach))) for side in (-1, 1))
    return low, high
