"""Other programs' AIC, BIC and degrees of freedom, against the references and published output."""

import json
import math

import pytest
from tests.unit.fit.conftest import ORACLES, names, reference

from multilevel.summarise import conventions


@pytest.fixture(params=names(fittable=True))
def known(request):
    return reference(request.param)


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_criteria_are_the_references(known, method):
    fit, n, j = known[method], known["N"], known["J"]
    deviance = fit["deviance"]
    found = {
        "AIC_lme4": conventions.lme4(deviance, n).aic,
        "BIC_lme4": conventions.lme4(deviance, n).bic,
        "BIC_nlme": conventions.nlme(deviance, n, method).bic,
        "AIC_sas": conventions.sas(deviance, j, method, fit["singular"]).aic,
        "BIC_sas": conventions.sas(deviance, j, method, fit["singular"]).bic,
    }
    for name, value in found.items():
        assert math.isclose(value, fit[name], rel_tol=1e-12), name


@pytest.mark.parametrize("name", names(fittable=True))
def test_nlme_is_what_nlme_printed(name):
    """Where R's nlme found the optimum."""
    document = json.loads((ORACLES / "expected" / f"{name}.json").read_text())
    known, nlme = document["reference"], document["R"].get("nlme", {})
    if not isinstance(nlme.get("df"), int):
        pytest.skip("nlme gave no fit")
    assert conventions.df_nlme(known["N"], known["J"]) == nlme["df"]
    if math.isclose(-2 * nlme["logLik"], known["REML"]["deviance"], rel_tol=1e-9):
        ours = conventions.nlme(known["REML"]["deviance"], known["N"], "REML")
        assert math.isclose(ours.aic, nlme["AIC"], rel_tol=1e-9)
        assert math.isclose(ours.bic, nlme["BIC"], rel_tol=1e-9)


def test_spss_is_what_spss_printed_for_hsb82():
    """-2 restricted log-likelihood 47116.793: AIC 47120.793, BIC 47134.553 (SPSS MIXED)."""
    found = conventions.spss_reml(reference("hsb82")["REML"]["deviance"], 7185)
    assert f"{found.aic:.3f}" == "47120.793"
    assert f"{found.bic:.3f}" == "47134.553"


def test_sas_is_what_sas_printed_for_bosker():
    """-2 log-likelihood 16253.2 by ML in 131 schools: AIC 16259.2, BIC 16267.8 (PROC MIXED)."""
    found = conventions.sas(16253.2, 131, "ML", boundary=False)
    assert (f"{found.aic:.1f}", f"{found.bic:.1f}") == ("16259.2", "16267.8")


def test_the_standard_error_of_nlme():
    """hsb82 by ML: summary(lme) prints 0.243634088994 where the likelihood has 0.243617."""
    ml = reference("hsb82")["ML"]
    found = conventions.se_nlme(ml["se"], 7185, "ML")
    assert math.isclose(found, 0.243634088994, rel_tol=1e-10)
    assert conventions.se_nlme(ml["se"], 7185, "REML") == ml["se"]
