"""What becomes of each number of results.json: a rule for every field, by its way there.

A field without a rule is an error, so that nothing new is shown unawares.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal, TypeVar

import msgspec

from multilevel.publication import rounding
from multilevel.publication.precision import Precision

T = TypeVar("T")
Kind = Literal[
    "keep",
    "withhold",
    "inside",
    "mean",
    "score",
    "spread",
    "variance",
    "share",
    "statistic",
    "skewness",
    "kurtosis",
    "p",
    "fit",
    "members",
    "digits",
]

# Words, settings, counts of groups, and what says nothing about scores.
_KEEP = """
schema_version id status
reason.code reason.message reason.remedy
labels.title labels.subtitle labels.outcome labels.group labels.groups labels.member labels.members
labels.benchmark_icc
data.n_rows data.n_members data.n_groups data.balanced data.n_dropped_outcome data.n_dropped_group
data.n_dropped_weight
model.method model.confidence model.df_hlm model.inference model.boundary model.n_optima
intervals.profile_pieces
tests.f.df1 tests.f.df2 tests.chi2_groups.df
groups.n_above groups.n_below groups.n_not_distinguishable groups.n_apart_holm groups.n_apart_fdr
groups.lowest groups.highest groups.eb_coverage_draws groups.eb_method
comparisons.rank_draws comparisons.n_rank_includes_middle comparisons.n_could_be_first
comparisons.n_could_be_last
bootstrap.n_draws bootstrap.seed
checks.level2_normality.n checks.level2_normality.n_outliers_of checks.n_unusual_spread
checks.flags checks.n_distinct checks.spread_verdict checks.mean_by_size.df
checks.mean_by_size_squared.df
plausible_values.m plausible_values.n_boundary plausible_values.per_value.column
plausible_values.per_value.boundary
averaged.columns
weighted.scaling weighted.estimator weighted.member_is weighted.ci_method weighted.n_optima
weighted.official_method weighted.n_replicates weighted.n_zones weighted.n_zones_one_half
weighted.n_zones_one_group weighted.flags
weighted.per_value.column
leading.weighted leading.*.quantity leading.*.method leading.*.reasons
cross_check.engine cross_check.version cross_check.agrees cross_check.note cross_check.n_values
cross_check.column
provenance.input.path provenance.input.sha256 provenance.input.bytes provenance.joined.path
provenance.joined.sha256 provenance.joined.bytes provenance.columns provenance.missing
provenance.thousands provenance.doubts provenance.produced provenance.rows_read
provenance.software provenance.config provenance.reading provenance.self_test
findings publication
distribution.n_members distribution.weighted distribution.model_weighted distribution.errors_by
distribution.n_draws distribution.percentiles.p distribution.benchmarks.name
distribution.benchmarks.cut
"""
_INSIDE = """
reason labels data naive model between between.decomposition intervals tests tests.f tests.lrt
tests.chi2_groups tests.level1_homogeneity groups comparisons bootstrap checks
checks.level1_normality checks.level2_normality checks.levene checks.obrien checks.bartlett
checks.brown_forsythe checks.mean_by_size checks.mean_by_size_squared checks.spread_by_size
plausible_values
plausible_values.per_value averaged weighted weighted.per_value leading
leading.mean leading.group_mean leading.icc leading.tau00 leading.sigma2 leading.reliability
distribution distribution.mean distribution.sd distribution.percentiles distribution.benchmarks
distribution.above_overall_mean cross_check cross_check.digits provenance provenance.input
provenance.joined model.optima
"""
# Extremes, what identifies groups or members, and sections whose numbers invert.
_WITHHOLD = """
data.n_min data.n_singletons data.score_min data.score_max
between.reliability_min
influence weighted.other_reading
cross_check.gamma00 cross_check.tau00 cross_check.sigma2 cross_check.log_likelihood
cross_check.deviance_of_theirs
provenance.suspects provenance.unlike provenance.notes
companion
"""
# Degrees of freedom count schools of one, two and three members, and a statistic beside its p
# gives them; it also moves with a single member.
_WITHHOLD_OF_SPREAD = """
tests.level1_homogeneity.statistic tests.level1_homogeneity.df
checks.levene.statistic checks.levene.df1 checks.levene.df2
checks.obrien.statistic checks.obrien.df1 checks.obrien.df2
checks.bartlett.statistic checks.bartlett.df
checks.brown_forsythe.statistic checks.brown_forsythe.df1 checks.brown_forsythe.df2
checks.spread_by_size.se checks.spread_by_size.t checks.spread_by_size.df
"""
_MEAN = """
naive.grand_mean naive.mean_of_group_means
model.gamma00 model.ci_gamma00
between.school_minus_1sd between.school_plus_1sd between.school_minus_196sd
between.school_plus_196sd
intervals.ci_gamma00_satterthwaite intervals.ci_gamma00_kenward_roger
bootstrap.ci_gamma00
plausible_values.per_value.mean plausible_values.per_value.gamma00
averaged.gamma00
weighted.gamma00 weighted.ci_gamma00 weighted.official_mean weighted.ci_official
weighted.per_value.gamma00 weighted.per_value.official_mean
leading.mean.value leading.mean.interval leading.group_mean.value leading.group_mean.interval
leading.group_minus_1sd leading.group_plus_1sd leading.group_minus_196sd
leading.group_plus_196sd
distribution.mean.value
"""
_SCORE = (
    "distribution.percentiles.value groups.lowest_mean groups.highest_mean groups.largest_shrinkage"
)
# Square roots: half the share of their variances.
_SPREAD = """
distribution.sd.value naive.sd_total naive.se_grand_mean model.sd_sigma
distribution.mean.se distribution.sd.se distribution.percentiles.se
naive.sd_of_group_means naive.se_mean_of_group_means model.se_gamma00 model.se_kenward_roger
model.se_hartung_knapp model.se model.sd_tau00 between.difference_2sd between.ci_difference_2sd
plausible_values.se plausible_values.per_value.se_gamma00 weighted.se_gamma00
weighted.se_gamma00_corrected weighted.official_se weighted.per_value.se_gamma00 leading.mean.se
leading.group_mean.se
"""
_VARIANCE = """
naive.variance_of_group_means model.tau00 between.decomposition.variance_of_group_means
between.decomposition.tau00 between.decomposition.mean_error_variance
between.decomposition.residual intervals.ci_tau00_profile intervals.ci_tau00_profile_hull
intervals.ci_tau00_robust bootstrap.ci_tau00 plausible_values.within plausible_values.between
plausible_values.sd_between_tau00 plausible_values.averaged_tau00 plausible_values.per_value.tau00
averaged.tau00 weighted.tau00 weighted.se_tau00 weighted.ci_tau00
weighted.official_sampling_variance weighted.official_imputation_variance weighted.per_value.tau00
leading.tau00.value leading.tau00.se leading.tau00.interval
model.sigma2 intervals.ci_sigma2_profile intervals.ci_sigma2_exact
intervals.ci_sigma2_profile_hull intervals.ci_sigma2_robust bootstrap.ci_sigma2
plausible_values.sd_between_sigma2 plausible_values.averaged_sigma2
plausible_values.per_value.sigma2 averaged.sigma2 weighted.sigma2 weighted.se_sigma2
weighted.ci_sigma2 weighted.per_value.sigma2 leading.sigma2.value leading.sigma2.se
leading.sigma2.interval
"""
_SHARE = """
leading.share_above_at_minus_1sd distribution.benchmarks.share_at_or_above
distribution.benchmarks.se distribution.benchmarks.share_in_school_minus_1sd
distribution.benchmarks.share_in_average_school
distribution.benchmarks.share_in_school_plus_1sd
distribution.above_overall_mean.share_in_school_minus_1sd
distribution.above_overall_mean.share_in_average_school
distribution.above_overall_mean.share_in_school_plus_1sd
between.icc between.ci_icc between.reliability between.ci_reliability between.reliability_max
between.share_of_observed_variance
intervals.ci_icc_profile intervals.ci_icc_profile_hull intervals.ci_icc_robust
groups.eb_coverage groups.eb_coverage_smallest groups.eb_coverage_top
bootstrap.ci_icc bootstrap.ci_reliability bootstrap.share_at_boundary
plausible_values.lambda_ plausible_values.sd_between_icc plausible_values.averaged_icc
plausible_values.per_value.icc
averaged.icc
weighted.icc weighted.se_icc weighted.ci_icc weighted.reliability weighted.ci_reliability
weighted.per_value.icc
leading.icc.value leading.icc.se leading.icc.interval leading.reliability.value
leading.reliability.se leading.reliability.interval
"""
_STATISTIC = """
data.n_mean naive.df_mean_of_group_means
model.df_satterthwaite model.df_kenward_roger model.df model.t model.optima.q
between.design_effect between.ci_design_effect between.design_effect_kish
between.design_effect_gamma00 between.n_effective between.n_effective_gamma00
tests.f.statistic tests.lrt.statistic tests.chi2_groups.statistic
comparisons.overlap_factor comparisons.overlap_factor_eb comparisons.rank_median_width
checks.level1_normality.shapiro_w checks.level2_normality.skewness
checks.level2_normality.excess_kurtosis checks.level2_normality.shapiro_w
checks.mean_by_size.slope checks.mean_by_size.se checks.mean_by_size.t
checks.mean_by_size_squared.slope checks.mean_by_size_squared.se checks.mean_by_size_squared.t
checks.spread_by_size.slope
plausible_values.df plausible_values.df_barnard_rubin
weighted.df weighted.official_df weighted.n_effective weighted.sum_of_weights
leading.*.df distribution.df
"""
_P = """
model.p tests.f.p tests.lrt.p tests.chi2_groups.p tests.level1_homogeneity.p
checks.level1_normality.shapiro_p checks.level2_normality.shapiro_p checks.levene.p
checks.obrien.p checks.bartlett.p checks.brown_forsythe.p checks.mean_by_size.p
checks.mean_by_size_squared.p
checks.spread_by_size.p plausible_values.per_value.p_f plausible_values.per_value.p_lrt
"""
_FIT = """
model.log_likelihood model.deviance model.aic model.bic model.optima.deviance
plausible_values.per_value.log_likelihood weighted.log_likelihood
weighted.per_value.log_likelihood
"""
# With all their decimals they would be a mark that only one set of data leaves.
_DIGITS = """
cross_check.digits.log_likelihood cross_check.digits.gamma00 cross_check.digits.tau00
cross_check.digits.sigma2
"""
_MEMBERS = """
data.n_max checks.level1_normality.n_outliers checks.level2_normality.n_outliers
checks.level1_normality.n checks.level1_normality.n_outliers_of
"""
_LEADERS = ("mean", "group_mean", "icc", "tau00", "sigma2", "reliability")
_KINDS: Mapping[Kind, str] = {
    "keep": _KEEP,
    "inside": _INSIDE,
    "withhold": _WITHHOLD + _WITHHOLD_OF_SPREAD,
    "mean": _MEAN,
    "score": _SCORE,
    "spread": _SPREAD,
    "variance": _VARIANCE,
    "share": _SHARE,
    "statistic": _STATISTIC,
    "skewness": "checks.level1_normality.skewness",
    "kurtosis": "checks.level1_normality.excess_kurtosis",
    "p": _P,
    "fit": _FIT,
    "members": _MEMBERS,
    "digits": _DIGITS,
}
RULES: Mapping[str, Kind] = {
    way.replace("*", leader): kind
    for kind, ways in _KINDS.items()
    for way in ways.split()
    for leader in (_LEADERS if "*" in way else ("",))
}


@dataclass(frozen=True)
class Rounding:
    """Numbers of each kind, at one precision."""

    precision: Precision

    def number(self, kind: Kind, value: float) -> float:
        """A number of this kind as it may be shown."""
        exact: Callable[[float], float] = {
            "mean": lambda x: rounding.to_unit(x, self.precision.mean),
            "score": lambda x: rounding.to_unit(x, self.precision.score),
            "spread": lambda x: rounding.relative(x, self.precision.share / 2, 3),
            "variance": lambda x: rounding.relative(x, self.precision.share, 3),
            "share": lambda x: rounding.proportion(x, self.precision.share),
            "statistic": lambda x: rounding.relative(x, self.precision.share, 3),
            "skewness": lambda x: rounding.to_unit(x, self.precision.of_power(3)),
            "kurtosis": lambda x: rounding.to_unit(x, self.precision.of_power(4)),
            "p": lambda x: rounding.relative(x, self.precision.share, 2),
            "fit": lambda x: rounding.to_unit(x, self.precision.fit),
            "members": lambda x: rounding.members(int(x)),
            "digits": lambda x: float(math.floor(x)),
        }[kind]
        return exact(value)

    def value(self, kind: Kind, value: Any) -> Any:
        """A number, several of one kind, or None."""
        if value is None or isinstance(value, str | bool):
            return value
        if isinstance(value, tuple | list):
            return tuple(self.value(kind, one) for one in value)
        return self.number(kind, value)

    def record(self, record: T, way: str = "") -> T:
        """Results or a section of them, each field by its rule.

        Raises
        ------
        KeyError
            When a field has no rule: a bug.
        """
        names = (
            record.__struct_fields__
            if isinstance(record, msgspec.Struct)
            else [field.name for field in fields(record)]  # type: ignore[arg-type]
        )
        parts = {name: self._field(record, name, f"{way}.{name}".lstrip(".")) for name in names}
        if isinstance(record, msgspec.Struct):
            return msgspec.structs.replace(record, **parts)
        return replace(record, **parts)  # type: ignore[type-var]

    def _field(self, record: Any, name: str, way: str) -> Any:
        kind, value = RULES[way], getattr(record, name)
        if kind == "keep":
            return value
        if kind == "withhold":
            return () if isinstance(value, tuple) else None
        if kind != "inside":
            return self.value(kind, value)
        if isinstance(value, tuple):
            return tuple(self.record(one, way) for one in value)
        return self.record(value, way) if is_record(value) else value


def is_record(value: object) -> bool:
    """Whether a value has fields of its own."""
    return isinstance(value, msgspec.Struct) or is_dataclass(value)
