"""A small simulated release: differences hold the truth as often as they say."""

from collections import Counter

from tests.helpers.building import dataset_of, simulated_csv
from tools import comparison_study

from multilevel.configuration import Dataset
from multilevel.fit.model import fit_random_intercept
from multilevel.fit.stage import fit
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.ingest.stage import ingest
from multilevel.summarise.comparison.members import member_of
from multilevel.summarise.summary import summarise


def test_the_study_has_the_errors_that_comparisons_have(tmp_path):
    """From the same students: those of the study by their sums, those of a member by its report."""
    file = simulated_csv(tmp_path / "s.csv", [9, 14, 20] * 8, 0.2)
    accepted, students = ingest(dataset_of(file, bootstrap=0), file)
    fitted = fit(students, Dataset.from_settings(accepted.config))
    results = summarise(accepted, fitted, students, {"multilevel-reports": "0"}).results
    settings = {"scale": "", "country": None, "cycle": None, "groups": frozenset()}
    member = member_of(results, results.distribution, **settings)
    statistics = SufficientStatistics.of(students.moments[0])
    study = comparison_study.variances_by_intervals(statistics, fit_random_intercept(statistics))
    assert study == member.variances
    low, high = results.intervals.ci_icc_robust
    assert study.ci_icc == (low, high) != results.between.ci_icc


def test_coverage_of_a_simulated_release():
    counts = comparison_study.study(releases=2)
    by_sample: dict[str, Counter] = {}
    for (_, _, sample), held in counts.items():
        by_sample.setdefault(sample.partition(",")[0], Counter()).update(held)
    # Some 720 intervals a sample, three of each country's in one comparison alike.
    for sample in ("unweighted", "weighted"):
        assert by_sample[sample].total() == 720
        assert 0.93 <= comparison_study.coverage(by_sample[sample]) <= 0.97, sample


def test_intervals_that_are_too_narrow_are_noticed(monkeypatch):
    """The study can fail: with half the standard errors coverage is two thirds."""
    plain = comparison_study.estimates

    def halved(schools, zones):
        mean, variances = plain(schools, zones)
        return type(mean)(mean.value, mean.se / 2, mean.df), variances

    monkeypatch.setattr(comparison_study, "estimates", halved)
    counts = comparison_study.study(releases=1, countries=12)
    held = Counter()
    for (kind, statistic, _), some in counts.items():
        if statistic == "mean" and kind == "from the mean":
            held.update(some)
    assert comparison_study.coverage(held) < 0.85
