"""Summaries and school means against the 50-digit references."""

import math

import numpy as np
import pandas as pd
import pytest
from tests.unit.fit.conftest import ORACLES, names, reference, statistics, students

from multilevel.fit.model import fit_random_intercept
from multilevel.summarise import schools
from multilevel.summarise.model_based import between_summary
from multilevel.summarise.naive import naive_summary


@pytest.fixture(scope="module", params=names(fittable=True))
def case(request):
    name = request.param
    summary = statistics(name)
    return name, summary, fit_random_intercept(summary), reference(name)


def test_naive(case):
    _, summary, _, expected = case
    naive, known = naive_summary(summary), expected["naive"]
    pairs = {
        "grand_mean": "grand_mean",
        "sd_total": "sd_total",
        "se_grand_mean": "naive_se",
        "mean_of_group_means": "mean_of_group_means",
        "variance_of_group_means": "var_group_means",
        "sd_of_group_means": "sd_group_means",
    }
    for ours, theirs in pairs.items():
        # Means 1e-16 of their size off 0 give a variance of that square, not 0.
        assert math.isclose(getattr(naive, ours), known[theirs], rel_tol=1e-10, abs_tol=1e-15)


def test_between(case):
    _, summary, fit, expected = case
    between = between_summary(summary, naive_summary(summary), fit)
    reml = expected["REML"]
    pairs = [
        (between.icc, reml["icc"]),
        (between.reliability, reml["reliability_mean"]),
        (between.reliability_min, reml["reliability_min"]),
        (between.reliability_max, reml["reliability_max"]),
        (between.design_effect, reml["deff"]["nbar"]),
        (between.design_effect_kish, reml["deff"]["kish_sum_n2_over_N"]),
        (between.design_effect_gamma00, reml["deff"]["gls"]),
        (between.n_effective, reml["n_eff"]["nbar"]),
        (between.decomposition.tau00, reml["decomposition"]["tau00"]),
        (between.decomposition.mean_error_variance, reml["decomposition"]["mean_Vj"]),
    ]
    for ours, theirs in pairs:
        assert math.isclose(ours, theirs, rel_tol=1e-8, abs_tol=1e-14)
    variance = reml["decomposition"]["var_group_means"]
    assert math.isclose(
        between.decomposition.residual,
        reml["decomposition"]["residual"],
        rel_tol=1e-8,
        abs_tol=1e-9 * max(variance, between.decomposition.mean_error_variance),
    )


def test_school_means(case):
    name, summary, fit, _ = case
    _, _, ids = students(name)
    table = schools.compared(schools.school_means(ids, summary, fit), [summary], [fit])
    known = pd.read_csv(ORACLES / "expected" / f"{name}_groups.csv", dtype={"group": str})
    both = table.merge(known, on="group", suffixes=("", "_known"), validate="one_to_one")
    assert len(both) == len(known) == len(table)
    np.testing.assert_array_equal(both["n"], both["n_known"])
    pairs = {
        "mean": "mean_known",
        "error_variance": "Vj",
        "reliability": "lambda",
        "eb_mean": "eb_mean_known",
    }
    for ours, theirs in pairs.items():
        np.testing.assert_allclose(both[ours], both[theirs], rtol=1e-8, atol=1e-14)
    np.testing.assert_allclose(both["eb_se"] ** 2, both["mse_prasad_rao"], rtol=1e-7)
    np.testing.assert_allclose(both["eb_se_lme4"] ** 2, both["pv_lme4"], rtol=1e-7, atol=1e-14)
    np.testing.assert_allclose(both["eb_se_hlm"] ** 2, both["pv_hlm"], rtol=1e-7)
    several = both["n"] > 1
    np.testing.assert_allclose(
        both["sd"][several] ** 2, both["var_within"][several], rtol=1e-8, atol=1e-14
    )
    assert both["sd"][~several].isna().all()
