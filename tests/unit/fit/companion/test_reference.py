"""Each model by itself against lme4, lmerTest and pbkrtest: tests/oracle/companion."""

import numpy as np
import pytest
from tests.unit.fit.companion import datasets
from tests.unit.fit.conftest import names, students

from multilevel.fit.companion.adjusted import adjusted_parts
from multilevel.fit.companion.model import fit_companion
from multilevel.fit.model import fit_random_intercept
from multilevel.fit.sufficient import SufficientStatistics

FULL = ("ses_cwc", "female", "minority_text=yes", "ses_mean", "disclim", "himinty")
SMALL = ("track=academic", "track=vocational")
SECTORS = ("sector=church", "sector=private")
MODELS = {
    "hsb82": {
        "null": ("mathach",),
        "means_as_outcomes": ("meanses", "mathach"),
        "overall": ("ses_cgm", "mathach"),
        "contextual": ("ses_cwc", "ses_mean", "mathach"),
        "two_valued": ("ses_cwc", "female", "minority", "ses_mean", "sector=Catholic", "mathach"),
        "member": (*FULL[:3], "mathach"),
        "full": (*FULL, "sector=Catholic", "mathach"),
        "raw": ("ses", *FULL[1:3], "disclim", "himinty", "sector=Catholic", "mathach"),
    },
    "small": {
        "null": ("y",),
        "member": ("x_cwc", *SMALL, "y"),
        "full": ("x_cwc", *SMALL, "x_mean", "climate", *SECTORS, "y"),
        "raw": ("x", *SMALL, "climate", *SECTORS, "y"),
        "overall": ("x_cgm", *SMALL, "climate", *SECTORS, "y"),
        "boundary_null": ("flat",),
        "boundary": ("x_cwc", *SMALL, "x_mean", "climate", *SECTORS, "flat"),
    },
    "ostrana": {
        f"{name}_{m}": (*columns, f"BSMMAT0{m}")
        for m in range(1, 6)
        for name, columns in {
            "null": (),
            "member": ("books_cwc", "girl"),
            "full": ("books_cwc", "girl", "books_mean"),
            "raw": ("books", "girl"),
        }.items()
    },
}
CASES = [
    (dataset, model, method)
    for dataset, models in MODELS.items()
    for model in models
    for method in ("REML", "ML")
]


def fitted(dataset, model, method):
    """The fit, from the constant at the means to that at 0, and R's answer."""
    rows = getattr(datasets, dataset)()
    products = rows.products(*MODELS[dataset][model])
    fit = fit_companion(products, method)
    contrasts = np.eye(len(fit.beta))
    contrasts[0, 1:] = -products.centred().centre[:-1]
    return products, fit, contrasts, rows.answers["models"][model][method]


def test_every_answer_is_asked_for():
    for dataset, models in MODELS.items():
        assert set(models) == set(datasets.answers(dataset)["models"])


@pytest.mark.parametrize(("dataset", "model", "method"), CASES)
def test_as_lme4(dataset, model, method):
    products, fit, contrasts, known = fitted(dataset, model, method)
    se = np.sqrt(np.diag(contrasts @ fit.precision.covariance @ contrasts.T))
    beta = contrasts @ fit.beta
    # A coefficient near 0 has the digits that its standard error has.
    assert np.all(np.abs(beta - known["beta"]) < 1e-6 * np.maximum(np.abs(known["beta"]), se))
    assert se == pytest.approx(known["se"], rel=1e-6)
    assert fit.tau00 == pytest.approx(known["tau00"][0], rel=1e-6, abs=1e-9 * fit.sigma2)
    assert fit.sigma2 == pytest.approx(known["sigma2"][0], rel=1e-7)
    assert -fit.deviance / 2 == pytest.approx(known["log_likelihood"][0], rel=1e-10)
    assert fit.aic == pytest.approx(known["aic"][0], rel=1e-10)
    assert fit.bic == pytest.approx(known["bic"][0], rel=1e-10)
    assert fit.fixed_variance == pytest.approx(known["fixed_variance"][0], rel=1e-6)
    u = adjusted_parts(products, fit).mean - fit.beta[0]
    assert u == pytest.approx(np.array(known["u"]), rel=1e-6, abs=1e-6 * se[0])


@pytest.mark.parametrize(("dataset", "model", "method"), CASES)
def test_degrees_of_freedom_as_lmertest_and_pbkrtest(dataset, model, method):
    _, fit, contrasts, known = fitted(dataset, model, method)
    df = [fit.precision.df_satterthwaite(row) for row in contrasts]
    assert df == pytest.approx(known["df_satterthwaite"], rel=1e-4)
    if method == "REML":
        adjusted = contrasts @ fit.precision.kenward_roger @ contrasts.T
        assert np.sqrt(np.diag(adjusted)) == pytest.approx(known["se_kenward_roger"], rel=1e-6)
        df = [fit.precision.df_kenward_roger(row) for row in contrasts]
        assert df == pytest.approx(known["df_kenward_roger"], rel=1e-4)


@pytest.mark.parametrize(("dataset", "model", "method"), CASES)
def test_the_other_method_gives_the_likelihood_for_tests(dataset, model, method):
    fit = fitted(dataset, model, method)[1]
    known = datasets.answers(dataset)["models"][model]["ML"]["log_likelihood"][0]
    assert fit.deviance_ml == pytest.approx(-2 * known, rel=1e-10)


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("name", names(fittable=True))
def test_without_covariates_it_is_the_random_intercept_model(name, method):
    group, score, _ = students(name)
    known = fit_random_intercept(SufficientStatistics.from_members(group, score), method)
    products = datasets.grouped(group, [score], np.array([score.mean()]))
    model, fit = known.model, fit_companion(products, method)
    one, precision = np.ones(1), fit.precision
    assert fit.boundary == model.boundary
    assert [o.q for o in fit.optima] == pytest.approx([o.q for o in model.optima], rel=1e-6)
    pairs = [
        (fit.beta[0], model.gamma00),
        (fit.sigma2, model.sigma2),
        (fit.deviance, model.deviance),
        (fit.aic, model.aic),
        (fit.bic, model.bic),
        (precision.covariance[0, 0], model.se_gamma00**2),
        (precision.kenward_roger[0, 0], model.se_kenward_roger**2),
        (precision.df_satterthwaite(one), model.df_satterthwaite),
        (precision.df_kenward_roger(one), model.df_kenward_roger),
    ]
    for ours, theirs in pairs:
        assert ours == pytest.approx(theirs, rel=1e-8)
    assert fit.tau00 == pytest.approx(model.tau00, rel=1e-8)
    assert precision.expected * fit.sigma2**2 == pytest.approx(np.array(known.covariance), rel=1e-7)
