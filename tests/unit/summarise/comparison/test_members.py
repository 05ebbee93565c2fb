"""A dataset's results as a comparison takes them."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from tests.helpers.building import dataset_of
from tests.unit.fit import surveys

from multilevel.configuration import Dataset
from multilevel.fit.stage import fit
from multilevel.ingest.stage import ingest
from multilevel.records.comparison import LeftOut
from multilevel.summarise.comparison.members import (
    Member,
    group_keys,
    member_of,
    of_model,
    of_weighted_model,
    of_weighted_section,
)
from multilevel.summarise.distribution.replication import Jackknife
from multilevel.summarise.distribution.section import Scores, distribution
from multilevel.summarise.distribution.students import ModelParameters
from multilevel.summarise.summary import summarise

FILE = surveys.ROOT / "data" / "ostrana" / "bsgostm8.sav"
WEIGHTS = {"member": "TOTWGT", "group": "WGTFAC1*WGTADJ1"}


def results(**settings):
    columns = {"outcome": "BSMMAT01", "group": "IDSCHOOL"}
    dataset = dataset_of(FILE, **(columns | settings))
    accepted, students = ingest(dataset, FILE)
    fitted = fit(students, Dataset.from_settings(accepted.config))
    return summarise(accepted, fitted, students, {"multilevel-reports": "0"}).results


@pytest.fixture(scope="module")
def described():
    survey = surveys.ostrana()
    students = Scores(
        survey.scores[:, :1], survey.group, survey.total, Jackknife(survey.zone, survey.half)
    )
    return distribution(students, {"Low": 400.0}, [ModelParameters(500.0, 1800.0, 5200.0)])


def taken(found, described):
    return member_of(
        found,
        described,
        scale="Ostrana",
        country="Ostrana",
        cycle="2023",
        groups=group_keys("sha", "", ["1", "2"]),
    )


def test_an_unweighted_dataset_brings_the_errors_of_its_intervals(described):
    found = results()
    one = taken(found, described)
    assert isinstance(one, Member) and not one.weighted
    low, high = found.between.ci_icc
    assert one.variances.icc.value == found.between.icc
    reach = max((high - low) / 2, one.variances.icc.value - found.leading.icc.interval[0])
    assert one.variances.icc.se == pytest.approx(reach / 1.959964, rel=1e-6)
    assert found.leading.icc.method == "robust"
    assert one.variances.ci_icc == found.leading.icc.interval != found.between.ci_icc
    led = tuple(math.sqrt(end) for end in found.leading.tau00.interval)
    assert one.variances.ci_sd_between == led
    low, high = (math.sqrt(end) for end in found.intervals.ci_tau00_profile)
    reach = max((high - low) / 2, one.variances.sd_between.value - led[0])
    assert one.variances.sd_between.se == pytest.approx(reach / 1.959964, rel=1e-6)
    assert one.mean.value == described.mean.value and one.mean.df == described.df


def test_the_icc_is_that_of_the_report(described):
    """Of several plausible values the mean of ICCs, which is not the ICC of mean variances."""
    found = results(outcome="BSMMAT0[1-5]")
    one = taken(found, described)
    model = found.model
    assert one.variances.icc.value == found.leading.icc.value
    assert one.variances.icc.value != model.tau00 / (model.tau00 + model.sigma2)


def test_a_weighted_dataset_brings_the_weighted_model(described):
    found = results(weights=WEIGHTS)
    one = taken(found, described)
    assert isinstance(one, Member) and one.weighted
    weighted, j = found.weighted, found.data.n_groups
    assert one.variances.tau00 == weighted.tau00 and one.variances.icc.value == weighted.icc
    low, high = one.variances.ci_icc
    assert (low, high) == weighted.ci_icc
    reach = stats.t.ppf(0.975, j - 1)
    assert one.variances.icc.se == pytest.approx((high - low) / (3 * reach), rel=1e-9)
    assert one.variances.icc.df == (j - 1) / 7
    assert 0 < low < weighted.icc < high < 1
    sd = one.variances.sd_between
    low, high = (math.sqrt(end) for end in weighted.ci_tau00)
    assert 0 < low < sd.value < high
    assert sd.se == pytest.approx((high - low) / (3 * reach), rel=1e-9)


def test_no_variance_between_schools_has_no_error_by_the_sandwich():
    weighted = results(weights=WEIGHTS).weighted
    at_zero = replace(weighted, tau00=0.0, icc=0.0, se_tau00=None, se_icc=None)
    found = of_weighted_model(at_zero, 100, 0.95)
    assert found.icc.se is None and found.sd_between.se is None and found.ci_icc == (0.0, 1.0)


def test_the_interval_of_the_model_at_zero_has_half_its_width():
    model = replace(results().model, tau00=0.0, sd_tau00=0.0)
    found = of_model(model, 0.0, (0.0, 0.0392), (0.0, 100.0))
    assert found.icc.value == 0.0 and found.icc.se == pytest.approx(0.01, rel=1e-3)
    assert found.sd_between.se == pytest.approx(10 / 3.92, rel=1e-3)


def test_an_interval_of_one_point_is_no_standard_error_of_0():
    model = replace(results().model, tau00=0.0, sd_tau00=0.0)
    found = of_model(model, 0.0, (0.0, 0.0), (0.0, 0.0))
    assert found.icc.se is None and found.sd_between.se is None
    weighted = replace(
        results(weights=WEIGHTS).weighted,
        tau00=0.0,
        icc=0.0,
        ci_icc=(0.0, 0.0),
        ci_tau00=(0.0, 0.0),
    )
    found = of_weighted_section(weighted, 100, 0.95)
    assert found.icc.se is None and found.sd_between.se is None


def test_variances_are_those_that_the_report_leads_with(described):
    """Without weights of schools a report leads with the unweighted variances."""
    found = results(weights={"member": "TOTWGT"})
    assert found.weighted is not None and not found.leading.weighted
    one = taken(found, described)
    assert one.weighted and not one.variances_weighted
    assert one.variances.tau00 == found.model.tau00 != found.weighted.tau00
    assert one.variances.ci_icc == found.leading.icc.interval


def test_a_longer_lower_arm_of_the_leading_interval_is_the_error():
    model = replace(results().model, tau00=100.0, sd_tau00=10.0, sigma2=300.0)
    found = of_model(model, 0.25, (0.2, 0.3), (81.0, 121.0), (0.05, 0.6), (36.0, 400.0))
    assert found.icc.se == pytest.approx(0.2 / 1.959964, rel=1e-6)
    assert found.sd_between.se == pytest.approx(4 / 1.959964, rel=1e-6)
    assert found.ci_icc == (0.05, 0.6) and found.ci_sd_between == (6.0, 20.0)


def test_a_refused_dataset_is_left_out_with_its_reason(described):
    refused = replace(
        results(), status="refused", reason=None, model=None, between=None, intervals=None
    )
    one = taken(refused, None)
    assert one == LeftOut(id=refused.id, title=refused.labels.title, code="empty")


def test_sandwiches_of_variances_have_one_degree_of_freedom_for_seven_schools():
    """By draws: the mean of J squares of z^2 - 1 varies as a chi-square with J/7 df does."""
    random, j = np.random.default_rng(8), 140
    squares = (random.standard_normal((20_000, j)) ** 2 - 1) ** 2
    means = squares.mean(axis=1)
    df = 2 * means.mean() ** 2 / means.var()
    assert df == pytest.approx(j / 7, rel=0.1)


def test_schools_are_the_same_in_one_file_and_country_alone():
    ids = ["1", "2"]
    assert group_keys("sha", "", ids) == group_keys("sha", "", iter(ids))
    assert not group_keys("sha", "AUT", ids) & group_keys("sha", "NZL", ids)
    assert not group_keys("other", "", ids) & group_keys("sha", "", ids)
