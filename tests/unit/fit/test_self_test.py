"""The self-test tells right from wrong."""

from dataclasses import asdict, replace

import pytest
from tests.unit.fit.conftest import reference, students

from multilevel.fit import self_test
from multilevel.fit.self_test import DATASETS, DYESTUFF, digits_of_agreement

ORACLES = ("dyestuff", "dyestuff2", "sim_unbal_a")


def test_every_number_agrees():
    found = self_test.self_test()
    assert found.n_checks == found.n_passed == 27
    assert found.digits >= 9
    assert len(found.datasets) == 3


@pytest.mark.parametrize(("known", "name"), list(zip(DATASETS, ORACLES, strict=True)))
def test_data_and_answers_are_those_of_the_oracles(known, name):
    group, score, _ = students(name)
    flat = [(j, y) for j, scores in enumerate(known.scores) for y in scores]
    assert sorted(flat) == sorted(zip(group.tolist(), score.tolist(), strict=True))
    expected = reference(name)
    reml = expected["REML"]
    assert asdict(known.answers) == {
        "gamma00": reml["gamma00"],
        "se_gamma00": reml["se"],
        "tau00": reml["tau00"],
        "sigma2": reml["sigma2"],
        "deviance": reml["deviance"],
        "se_kenward_roger": reml["kr_se"],
        "df_kenward_roger": reml["kr_df"],
        "p_f": expected["anova"]["p"],
        "icc_high": expected["wald_exact"]["icc_ci"][1],
    }


@pytest.mark.parametrize("name", ["gamma00", "tau00", "p_f"])
def test_a_wrong_number_stops_the_run(name):
    wrong = {name: getattr(DYESTUFF.answers, name) * (1 + 1e-6)}
    known = replace(DYESTUFF, answers=replace(DYESTUFF.answers, **wrong))
    with pytest.raises(ArithmeticError, match=f"Dyestuff .*: {name}"):
        self_test.self_test((known,))


def test_digits():
    assert digits_of_agreement(2.0, 2.0) == 10
    assert digits_of_agreement(1.0 + 2e-7, 1.0) == 6
    assert digits_of_agreement(1e-300, 0.0) == 0
    assert digits_of_agreement(float("nan"), 1.0) == 0
    assert digits_of_agreement(-1.0, 1.0) == 0
