"""Sums over groups against whole covariance matrices."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from tests.unit.fit.companion import datasets
from tests.unit.fit.companion.dense import Dense

from multilevel.fit.companion.adjusted import above_zero, adjusted_means, adjusted_parts
from multilevel.fit.companion.likelihood import CompanionLikelihood
from multilevel.fit.companion.model import fit_companion

COLUMNS = ("x_cwc", "track=academic", "x_mean", "climate", "y")


@pytest.fixture(scope="module")
def rows():
    return datasets.small()


@pytest.fixture(scope="module")
def dense(rows):
    columns = [np.ones(len(rows.frame)), *(rows.column(name) for name in COLUMNS[:-1])]
    # Of x, thousands: the whole matrices have fewer digits than the sums.
    columns[3] = columns[3] - columns[3].mean()
    return Dense(rows.group, np.column_stack(columns), rows.column("y"))


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("q", [0.0, 0.02, 0.7, 5.0, 400.0])
def test_likelihood(rows, dense, method, q):
    likelihood = CompanionLikelihood.of(rows.products(*COLUMNS).centred(), method)
    sigma2 = likelihood.sigma2(q)
    known = dense.deviance(q * sigma2, sigma2, method == "REML")
    assert float(likelihood.deviance(q)[0]) == pytest.approx(known, rel=1e-11)
    # sigma2 is the best there is at this q.
    for other in (0.99, 1.01):
        assert dense.deviance(q * sigma2 * other, sigma2 * other, method == "REML") > known


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("q", [0.02, 0.7, 5.0, 400.0])
def test_score(rows, method, q):
    likelihood = CompanionLikelihood.of(rows.products(*COLUMNS).centred(), method)
    low, high = likelihood.deviance(np.array([q * (1 - 1e-5), q * (1 + 1e-5)]))
    assert float(likelihood.score(q)[0]) == pytest.approx((high - low) / (2e-5 * q), rel=1e-4)


def test_precision(rows, dense):
    fit = fit_companion(rows.products(*COLUMNS))
    at = fit.tau00, fit.sigma2
    # The constant at the means, as the fit has it, and as the whole matrices have it.
    contrasts = np.eye(5)
    contrasts[0, 1:] = dense.x[:, 1:].mean(axis=0)
    assert fit.beta == pytest.approx(contrasts @ dense.beta(*at), rel=1e-9)
    for ours, theirs in (
        (fit.precision.covariance, dense.of_beta(*at)),
        (fit.precision.kenward_roger, dense.kenward_roger(*at)),
    ):
        assert ours == pytest.approx(contrasts @ theirs @ contrasts.T, rel=1e-7, abs=1e-12)


def test_kenward_roger_where_tau00_is_0(rows, dense):
    flat = Dense(dense.group, dense.x, rows.column("flat"))
    fit = fit_companion(rows.products(*COLUMNS[:-1], "flat"))
    assert fit.boundary
    contrasts = np.eye(5)
    contrasts[0, 1:] = dense.x[:, 1:].mean(axis=0)
    known = contrasts @ flat.kenward_roger(0.0, fit.sigma2) @ contrasts.T
    assert fit.precision.kenward_roger == pytest.approx(known, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_adjusted_means_and_their_errors(rows, dense, method):
    products = rows.products(*COLUMNS)
    fit = fit_companion(products, method)
    parts = adjusted_parts(products, fit)
    at, constant = (fit.tau00, fit.sigma2), np.append(1.0, dense.x[:, 1:].mean(axis=0))
    beta = dense.beta(*at)
    u = dense.predictors(*at) @ (dense.y - dense.x @ beta)
    assert parts.mean == pytest.approx(constant @ beta + u, rel=1e-9)
    known = dense.mean_squared_errors(*at, constant, method == "REML")
    assert parts.total == pytest.approx(known, rel=1e-6)


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_intervals_of_adjusted_means_at_tau00_0(rows, dense, method):
    """By the tau00 that maximises tau00 times the likelihood, of all (Li & Lahiri 2010)."""
    flat = Dense(dense.group, dense.x, rows.column("flat"))
    products = rows.products(*COLUMNS[:-1], "flat")
    fit = fit_companion(products, method)
    groups = np.arange(len(products.n))
    own = adjusted_means(groups, [products], [fit], method, 0.95)
    assert fit.boundary and own.near_zero and np.ptp(own.mean) == 0
    used = above_zero(products, fit, method)
    # sigma2 is the likelihood's own at each ratio: the factor is of tau00 alone.
    reml = method == "REML"

    def lost(log_q):
        q = np.exp(log_q)
        residual = flat.y - flat.x @ flat.beta(q, 1.0)
        quadratic = residual @ np.linalg.solve(flat.covariance(q, 1.0), residual)
        sigma2 = quadratic / (len(flat.y) - flat.x.shape[1] * reml)
        return flat.deviance(q * sigma2, sigma2, reml) / 2 - np.log(q * sigma2)

    known = minimize_scalar(lost, bounds=(-9, 0), method="bounded", options={"xatol": 1e-6}).x
    assert np.log(used.tau00 / used.sigma2) == pytest.approx(known, abs=1e-3)
    constant = np.append(1.0, flat.x[:, 1:].mean(axis=0))
    at = (used.tau00, used.sigma2)
    centre = constant @ flat.beta(*at)
    centre = centre + flat.predictors(*at) @ (flat.y - flat.x @ flat.beta(*at))
    assert (own.low + own.high) / 2 == pytest.approx(centre, rel=1e-9)
    errors = flat.mean_squared_errors(*at, constant, reml)
    assert own.se == pytest.approx(np.sqrt(errors), rel=1e-6)


def test_far_from_0_intervals_are_about_the_means(rows):
    products = rows.products(*COLUMNS)
    fit = fit_companion(products)
    own = adjusted_means(np.arange(len(products.n)), [products], [fit], "REML", 0.95)
    assert not own.near_zero
    assert (own.low + own.high) / 2 == pytest.approx(own.mean, rel=1e-12)
