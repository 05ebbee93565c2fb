"""A small simulated release: differences hold the truth as often as they say."""

from collections import Counter

from tools import comparison_study


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
