"""The three models together against R, and what belongs to them."""

import math
from statistics import mean

import numpy as np
import pytest
from tests.unit.fit.companion import datasets

from multilevel.fit.companion.companion import fit_companions
from multilevel.fit.distributions import chi2_upper_p
from multilevel.fit.rubin import pool

MEMBER, OF_GROUP = ("ses", "female", "minority_text"), ("disclim", "himinty", "sector")
R_MODELS = ("null", "member", "full")


@pytest.fixture(scope="module")
def hsb82():
    return datasets.hsb82()


@pytest.fixture(scope="module")
def fitted(hsb82):
    statistics = hsb82.accumulated(("mathach",), MEMBER, OF_GROUP, batches=7)
    return fit_companions(statistics)


@pytest.fixture(scope="module")
def answers(hsb82):
    return hsb82.answers["models"]


def same_terms(terms, known):
    """R has the terms in the same order, its constant first."""
    for name, r_name in (
        ("estimate", "beta"),
        ("se", "se"),
        ("t", "t"),
        ("se_kenward_roger", "se_kenward_roger"),
    ):
        ours = [getattr(term, name) for term in terms]
        assert ours == pytest.approx(known[r_name], rel=1e-6), name
    for name, r_name in (
        ("df", "df_satterthwaite"),
        ("df_kenward_roger", "df_kenward_roger"),
        ("p", "p"),
    ):
        ours = [getattr(term, name) for term in terms]
        assert ours == pytest.approx(known[r_name], rel=1e-4, abs=1e-300), name


def test_all_models_are_lme4s(fitted, answers):
    companion = fitted.companion
    assert [model.name for model in companion.models] == list(R_MODELS)
    for model in companion.models:
        known, by_ml = answers[model.name]["REML"], answers[model.name]["ML"]
        same_terms(model.terms, known)
        assert model.tau00 == pytest.approx(known["tau00"][0], rel=1e-6)
        assert model.sigma2 == pytest.approx(known["sigma2"][0], rel=1e-7)
        assert model.log_likelihood == pytest.approx(known["log_likelihood"][0], rel=1e-10)
        assert model.deviance_ml == pytest.approx(-2 * by_ml["log_likelihood"][0], rel=1e-10)
        assert model.aic == pytest.approx(known["aic"][0], rel=1e-10)
        assert model.bic == pytest.approx(known["bic"][0], rel=1e-10)
        assert (model.n_members, model.n_groups) == (7185, 160)
        assert not model.boundary and model.n_optima == 1


def test_terms_say_what_they_are_about(fitted):
    terms = fitted.companion.models[-1].terms
    assert [(t.name, t.column, t.part, t.label) for t in terms] == [
        ("constant", None, "constant", None),
        ("ses", "ses", "value", None),
        ("female", "female", "value", None),
        ("minority_text = yes", "minority_text", "indicator", "yes"),
        ("mean of ses", "ses", "group_mean", None),
        ("disclim", "disclim", "value", None),
        ("himinty", "himinty", "value", None),
        ("sector = Catholic", "sector", "indicator", "Catholic"),
    ]
    used = {
        use.column: (use.kind, use.centre, use.reference) for use in fitted.companion.covariates
    }
    assert used["ses"] == ("numeric", "group", None)
    assert used["female"] == ("two_valued", "none", None)
    assert used["sector"] == ("labelled", "none", "Public")


def test_what_became_of_columns_is_told(hsb82):
    """Aliased, or of members and constant within groups."""
    frame = hsb82.frame.assign(again=2 * hsb82.frame["ses"])
    rows = datasets.Dataset(frame, {})
    for centre, used in (
        ("group", {"ses": "group", "again": "none", "meanses": "group", "female": "none"}),
        ("overall", {"ses": "overall", "again": "none", "meanses": "none", "female": "none"}),
    ):
        statistics = rows.accumulated(("mathach",), ("ses", "again", "meanses", "female"), ())
        uses = fit_companions(statistics, centre=centre).companion.covariates
        assert {use.column: use.centre for use in uses} == used
        assert [use.column for use in uses if not use.used] == ["again"]
        assert [use.column for use in uses if use.level == "group"] == ["meanses"]


def test_raw_columns(hsb82, answers):
    statistics = hsb82.accumulated(("mathach",), MEMBER, OF_GROUP)
    for method in ("REML", "ML"):
        model = fit_companions(statistics, centre="none", method=method).companion.models[-1]
        known = answers["raw"][method]
        assert [t.estimate for t in model.terms] == pytest.approx(known["beta"], rel=1e-6)
        assert [t.se for t in model.terms] == pytest.approx(known["se"], rel=1e-6)
        assert [t.df for t in model.terms] == pytest.approx(known["df_satterthwaite"], rel=1e-4)


def test_columns_about_the_overall_mean(hsb82, answers):
    statistics = hsb82.accumulated(("mathach",), ("ses",), ())
    model = fit_companions(statistics, centre="overall").companion.models[-1]
    same_terms(model.terms, answers["overall"]["REML"])


def test_the_textbooks_contextual_model(hsb82):
    """Raudenbush & Bryk (2002), table 5.11: 2.19 within, 5.87 between; 3.68 more between."""
    companion = fit_companions(hsb82.accumulated(("mathach",), ("ses",), ())).companion
    (effect,) = companion.contextual_effects
    within, between = companion.models[-1].terms[1:]
    assert effect.estimate == pytest.approx(5.8661738 - 2.1911720, abs=2e-7)
    # Group means and deviations from them are uncorrelated.
    assert effect.se == pytest.approx(math.hypot(within.se, between.se), rel=1e-9)
    assert (effect.column, effect.part) == ("ses", "contextual")


def test_the_contextual_effect_is_the_raw_models_coefficient(hsb82):
    """With the raw column beside its group mean, the latter's coefficient is the contextual one."""
    frame = hsb82.frame
    rows = datasets.Dataset(frame[["group", "mathach", "ses", "ses_mean", "female"]], {})
    statistics = rows.accumulated(("mathach",), ("ses", "female"), ("ses_mean",))
    raw = fit_companions(statistics, centre="none").companion.models[-1].terms[-1]
    centred = fit_companions(rows.accumulated(("mathach",), ("ses", "female"), ()))
    (effect,) = centred.companion.contextual_effects
    for name in ("estimate", "se", "df", "se_kenward_roger", "df_kenward_roger"):
        assert getattr(effect, name) == pytest.approx(getattr(raw, name), rel=1e-6)


def test_explained_variance(fitted, answers):
    null = answers["null"]["REML"]
    for model in fitted.companion.models:
        known = answers[model.name]["REML"]
        tau00, sigma2, fixed = (known[n][0] for n in ("tau00", "sigma2", "fixed_variance"))
        assert model.r2_between == pytest.approx(1 - tau00 / null["tau00"][0], abs=1e-6)
        assert model.r2_within == pytest.approx(1 - sigma2 / null["sigma2"][0], abs=1e-7)
        assert model.r2_marginal == pytest.approx(fixed / (fixed + tau00 + sigma2), abs=1e-7)
        assert model.icc == pytest.approx(tau00 / (tau00 + sigma2), rel=1e-6)


def test_explained_variance_may_be_negative():
    """A column that varies within groups only leaves less in sigma2, so more in tau00."""
    random = np.random.default_rng(3)
    group = np.repeat(np.arange(40), 5)
    x = np.tile([-2.0, -1.0, 0.0, 1.0, 2.0], 40)
    y = 3.0 * x + 4.0 * random.normal(size=40)[group] + random.normal(size=200)
    accumulated = datasets.Accumulator(("x",), (), 1)
    accumulated.add(group, y[:, None], {"x": x})
    model = fit_companions(accumulated.statistics()).companion.models[-1]
    assert model.r2_between < 0 < model.r2_within


def test_likelihood_ratio_tests(fitted, answers):
    pairs = [(test.smaller, test.larger) for test in fitted.companion.tests]
    assert pairs == [("null", "member"), ("null", "full"), ("member", "full")]
    for comparison in fitted.companion.tests:
        log_likelihoods = [
            answers[name]["ML"]["log_likelihood"][0]
            for name in (comparison.smaller, comparison.larger)
        ]
        df = {"nullmember": 3, "nullfull": 7, "memberfull": 4}[
            comparison.smaller + comparison.larger
        ]
        statistic = 2 * (log_likelihoods[1] - log_likelihoods[0])
        assert comparison.test.statistic == pytest.approx(statistic, rel=1e-8)
        assert comparison.test.df == df
        assert comparison.test.p == pytest.approx(chi2_upper_p(statistic, df), rel=1e-6)


def test_plausible_values_by_rubins_rules():
    rows = datasets.ostrana()
    outcomes = tuple(f"BSMMAT0{m}" for m in range(1, 6))
    statistics = rows.accumulated(outcomes, ("books", "girl"), ())
    companion = fit_companions(statistics).companion
    assert companion.n_plausible_values == 5
    for model in companion.models:
        name = {"null": "null", "member": "member", "full": "full"}[model.name]
        each = [rows.answers["models"][f"{name}_{m}"]["REML"] for m in range(1, 6)]
        for k, term in enumerate(model.terms):
            pooled = pool([one["beta"][k] for one in each], [one["se"][k] ** 2 for one in each])
            assert term.estimate == pytest.approx(pooled.estimate, rel=1e-6, abs=1e-6 * pooled.se)
            assert term.se == pytest.approx(pooled.se, rel=1e-6)
            df = pooled.df_with(mean(one["df_satterthwaite"][k] for one in each))
            assert term.df == pytest.approx(df, rel=1e-4)
        assert model.tau00 == pytest.approx(mean(one["tau00"][0] for one in each), rel=1e-6)
        assert model.sigma2 == pytest.approx(mean(one["sigma2"][0] for one in each), rel=1e-7)
        shares = [
            1 - one["tau00"][0] / rows.answers["models"][f"null_{m}"]["REML"]["tau00"][0]
            for m, one in enumerate(each, 1)
        ]
        assert model.r2_between == pytest.approx(mean(shares), abs=1e-6)


def test_equal_plausible_values_are_one_score(hsb82):
    rows = datasets.Dataset(hsb82.frame.assign(again=hsb82.frame["mathach"]), {})
    single, double = (
        fit_companions(rows.accumulated(outcomes, ("ses",), ("sector",)))
        for outcomes in (("mathach",), ("mathach", "again"))
    )
    pairs = zip(single.companion.models[-1].terms, double.companion.models[-1].terms, strict=True)
    for one, other in pairs:
        for name in ("estimate", "se", "df", "p", "se_kenward_roger"):
            assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-12)
    assert double.adjusted.high == pytest.approx(single.adjusted.high, rel=1e-12)


def test_at_the_boundary_kenward_rogers_inference_leads():
    rows = datasets.small()
    group = ("climate", "sector")
    companion = fit_companions(rows.accumulated(("flat",), ("x", "track"), group)).companion
    model, known = companion.models[-1], rows.answers["models"]["boundary"]["REML"]
    assert model.boundary and model.tau00 == 0 and model.r2_between == 1.0
    for term, se, df in zip(
        model.terms, known["se_kenward_roger"], known["df_kenward_roger"], strict=True
    ):
        assert term.inference == "kenward_roger"
        assert term.df == pytest.approx(df, rel=1e-4)
        assert term.t == pytest.approx(term.estimate / se, rel=1e-6)


def test_without_variance_between_groups_there_is_no_share_of_it():
    random = np.random.default_rng(8)
    group, y = np.repeat(np.arange(30), 4), random.normal(size=120)
    y -= (np.bincount(group, y) / 4)[group]
    accumulated = datasets.Accumulator(("x",), (), 1)
    accumulated.add(group, y[:, None], {"x": random.normal(size=120)})
    models = fit_companions(accumulated.statistics()).companion.models
    assert models[0].boundary and all(model.r2_between is None for model in models)


def test_adjusted_means_stand_by_group_number(hsb82, fitted):
    adjusted, known = fitted.adjusted, hsb82.answers["models"]["full"]["REML"]
    assert adjusted.groups.tolist() == list(range(160))
    # R orders groups by their id as text; so does the file.
    u = np.array(known["u"])
    assert adjusted.mean - adjusted.mean.mean() == pytest.approx(u - u.mean(), abs=1e-5)
    z = (adjusted.high - adjusted.mean) / adjusted.se
    assert z == pytest.approx(np.full(160, 1.959964), rel=1e-6)


def test_groups_without_a_complete_row_are_counted():
    rows = datasets.small()
    frame = rows.frame.assign(x=rows.frame["x"].where(rows.frame["group"] != 12))
    statistics = datasets.Dataset(frame, {}).accumulated(("y",), ("x",), ())
    fitted = fit_companions(statistics)
    assert fitted.companion.n_groups_left_out == 1
    assert 12 not in fitted.adjusted.groups
    assert fitted.companion.n_left_out == int((rows.frame["group"] == 12).sum())
