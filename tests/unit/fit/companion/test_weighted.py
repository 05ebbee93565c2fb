"""Pseudo maximum likelihood against quadrature in R, and what must hold for any weights."""

import numpy as np
import pytest
from tests.unit.fit.companion import datasets

from multilevel.fit.companion.companion import CompanionWeights, fit_companions
from multilevel.fit.companion.model import fit_companion
from multilevel.fit.companion.weighted import fit_weighted_companion

SCALINGS = ("none", "size", "effective")


def group_weights(rows):
    weight = np.empty(rows.group.max() + 1)
    weight[rows.group] = rows.frame["weight_group"]
    return weight


def small():
    rows = datasets.small()
    frame = rows.frame.assign(
        x=rows.frame["x"] / 1000, two=(rows.frame["track"] == "academic") * 1.0
    )
    return datasets.Dataset(frame, {}), ("y",), ("x", "two")


def ostrana():
    return datasets.ostrana(), ("BSMMAT01",), ("books", "girl")


@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("dataset", [small, ostrana], ids=["small", "ostrana"])
def test_as_by_quadrature(dataset, scaling):
    rows, outcome, member = dataset()
    weights = CompanionWeights(weight=group_weights(rows), scaling=scaling)
    statistics = rows.accumulated(outcome, member, (), "conditional", batches=3)
    companion = fit_companions(statistics, weights=weights).companion
    model, known = companion.weighted.models[-1], datasets.answers(f"{dataset.__name__}_weighted")
    known = known[scaling]
    for term, beta, se in zip(model.terms, known["beta"], known["se"], strict=True):
        assert term.estimate == pytest.approx(beta, rel=1e-6, abs=1e-6 * se)
    assert [term.se for term in model.terms] == pytest.approx(known["se"], rel=1e-5)
    for name in ("tau00", "sigma2"):
        assert getattr(model, name) == pytest.approx(known[name], rel=2e-6)
    assert model.log_likelihood == pytest.approx(known["log_likelihood"], rel=1e-9)


def of_columns(rows, weight, *columns):
    values = [rows.column(name) for name in columns]
    return datasets.grouped(
        rows.group, values, np.array([v.mean() for v in values]), weight, by_group=True
    )


def test_weights_of_one_give_maximum_likelihood():
    rows, columns = datasets.small(), ("x_cwc", "climate", "y")
    ones = np.ones(len(rows.frame)), np.ones(rows.group.max() + 1)
    fit = fit_weighted_companion(of_columns(rows, ones[0], *columns), ones[1], "none")
    known = fit_companion(rows.products(*columns), "ML")
    assert fit.beta == pytest.approx(known.beta, rel=1e-9)
    for name in ("tau00", "sigma2", "deviance"):
        assert getattr(fit, name) == pytest.approx(getattr(known, name), rel=1e-9)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_the_units_of_weights_change_nothing_but_the_likelihood(scaling):
    rows, columns = datasets.small(), ("x_cwc", "climate", "y")
    conditional, weight = rows.column("conditional"), group_weights(rows)
    plain = fit_weighted_companion(of_columns(rows, conditional, *columns), weight, scaling)
    factor = 1.0 if scaling == "none" else 7.0
    scaled = of_columns(rows, factor * conditional, *columns)
    other = fit_weighted_companion(scaled, 3.0 * weight, scaling)
    assert other.beta == pytest.approx(plain.beta, rel=1e-8)
    assert other.covariance == pytest.approx(plain.covariance, rel=1e-6)
    assert other.tau00 == pytest.approx(plain.tau00, rel=1e-7)
    assert other.deviance == pytest.approx(3.0 * plain.deviance, rel=1e-9)


def test_at_the_boundary_the_coefficients_keep_their_errors():
    rows = datasets.small()
    ones = np.ones(len(rows.frame)), np.ones(rows.group.max() + 1)
    fit = fit_weighted_companion(
        of_columns(rows, ones[0], "x_cwc", "climate", "flat"), ones[1], "none"
    )
    assert fit.boundary
    assert np.all(np.diag(fit.covariance) > 0)


def test_intervals_take_the_correction_for_few_groups_and_fewer_df():
    rows, outcome, member = small()
    weights = CompanionWeights(weight=group_weights(rows), scaling="size")
    companion = fit_companions(
        rows.accumulated(outcome, member, ("climate",), "conditional"), weights=weights
    ).companion
    n_groups = companion.models[0].n_groups
    null, _, full = companion.weighted.models
    assert null.terms[0].df == n_groups - 1
    # The group mean of x and the climate.
    assert full.terms[-1].df == n_groups - 3
    for term in full.terms:
        assert term.inference == "sandwich"
        assert term.se_corrected == pytest.approx(term.se * np.sqrt(n_groups / (n_groups - 1)))
        assert term.t == pytest.approx(term.estimate / term.se_corrected)
        assert term.df_satterthwaite is None and term.se_kenward_roger is None
