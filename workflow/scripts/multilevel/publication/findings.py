"""Findings as they may be shown: each code with the values that identify nobody."""

from collections.abc import Mapping
from dataclasses import replace

from multilevel.publication.rules import Kind, Rounding
from multilevel.records.findings import Finding
from multilevel.records.results import Results

_COLUMNS: Mapping[str, Kind] = {}
# By code the values that are shown, and how; a code that isn't here is left out.
FINDING_RULES: Mapping[str, Mapping[str, Kind]] = {
    "preset": {"preset": "keep", "study": "keep", "year": "keep", "unit": "keep", "group": "keep"},
    "preset_weights": {"case": "keep", "member": "keep", "unit": "keep", "group": "keep"},
    "preset_replicates": {"case": "keep", "method": "keep"},
    "preset_subjects": {"others": "keep", "every": "keep"},
    "preset_year": {"since": "keep"},
    "pattern_of_one": {"pattern": "keep"},
    "part": {"value": "keep", "n": "keep", "n_rows": "keep"},
    "rows_of_no_part": {"n": "keep"},
    "one_country": {"code": "keep", "country": "keep"},
    "joined": {"case": "keep", "file": "keep", "n_rows": "keep", "n_without": "keep",
               "n_unused": "keep"},
    "group_names": {"n_without": "keep"},
    "groups_without_scores": {"n": "keep"},
    "unicode_ids": {"n": "keep"},
    "member_ids_twice": {"n": "keep"},
    "repeated_members": {"case": "keep", "n_rows": "keep", "n_members": "keep",
                         "group_column": "keep", "by": "keep"},
    "repeated_rows": {"case": "keep", "times": "keep", "n_rows": "keep", "n": "keep"},
    "several_occasions": {"case": "keep", "by": "keep", "value": "keep", "n": "keep",
                          "n_groups": "keep"},
    "several_grades": {"by": "keep", "value": "keep", "n": "keep", "n_groups": "keep"},
    "aggregated_rows": {"n_rows": "keep", "middle": "keep"},
    "rows_lost": {"case": "keep", "n": "keep", "n_rows": "keep", "share": "keep",
                  "n_group": "keep", "n_score": "keep"},
    "names_again": {"n": "keep"},
    "names_below": {"line": "keep", "n": "keep"},
    "lines_below": {"n": "keep"},
    "merged_cells": {"n": "keep"},
    "row_names": {"n": "keep"},
    "subsample": {"n": "keep", "n_members": "keep"},
    "partial_values": {"n": "keep"},
    "unreadable_columns": _COLUMNS,
    "same_names": _COLUMNS,
    "belong_together": {"n": "keep"},
    "countries": {"n": "keep", "countries": "keep"},
    "values_gap": {"n": "keep"},
    "replicates_gap": {"n": "keep"},
    "values_left_out": {"n": "keep"},
    "replicates_left_out": {"n": "keep"},
    "several_sets": {"n": "keep"},
    "one_value": {"case": "keep", "further": "keep", "absent": "keep", "pattern": "keep"},
    "copied_values": _COLUMNS,
    "replicates_unused": _COLUMNS,
    # Of columns, which the configuration names: no cell, and no group in which one varies.
    "no_companion": {"case": "keep", "near": "keep", "n_groups": "keep"},
    "not_supported": {"f_p": "p"},
    "few_groups": {"n_groups": "keep", "interval": "spread"},
    "df_below_3": {"case": "keep", "df": "statistic", "n_groups": "keep", "m": "keep",
                   "missing": "share"},
    "several_optima": {"n_optima": "keep", "deviance": "fit", "others": "share"},
    "boundary": _COLUMNS,
    "means_too_alike": _COLUMNS,
    "icc_near_one": {"icc": "share"},
    "normality_level1": _COLUMNS,
    "normality_level2": _COLUMNS,
    "informative_sizes": {"case": "keep", "slope_p": "p", "mean": "mean"},
    "spread_goes_with_size": {"case": "keep", "slope_p": "p"},
    "few_valued": {"case": "keep", "n_distinct": "keep"},
    "conditioning_unknown": {"m": "keep"},
    "influential_group": _COLUMNS,
    "dominant_group": {"mean": "mean"},
    "unequal_variances": _COLUMNS,
    "averaged": {"averaged_sigma2": "variance", "sigma2": "variance", "averaged_icc": "share",
                 "icc": "share"},
    "total_rescaled": _COLUMNS,
    "no_group_weights": _COLUMNS,
    "no_member_weights": _COLUMNS,
    "incomplete_replicates": _COLUMNS,
    "one_half_zones": {"n_one_half": "keep", "n_zones": "keep"},
    "one_group_zones": {"n_one_group": "keep", "n_zones": "keep"},
    "few_zones": {"n_zones": "keep"},
    "weighted_apart": {"weighted": "mean", "se": "spread", "gamma00": "mean", "interval": "mean"},
}  # fmt: skip


def shown_findings(public: Results, rounding: Rounding) -> tuple[Finding, ...]:
    """Those of results that have a rule, with the values that have one."""
    return tuple(
        replace(one, values=_values(one, public, rounding))
        for one in public.findings
        if one.code in FINDING_RULES
    )


def _values(finding: Finding, public: Results, rounding: Rounding) -> Mapping[str, object]:
    rules = FINDING_RULES[finding.code]
    if finding.code == "weighted_apart" and public.weighted and public.model:
        # Rounded once more by themselves they would be a further look at the same means.
        return {
            "weighted": public.weighted.gamma00,
            "se": public.weighted.se_gamma00,
            "gamma00": public.model.gamma00,
            "interval": list(public.model.ci_gamma00),
        }
    return {
        name: value if rules[name] == "keep" else rounding.value(rules[name], value)
        for name, value in finding.values.items()
        if name in rules
    }
