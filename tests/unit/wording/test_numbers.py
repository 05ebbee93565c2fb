"""Numbers print by their own precision."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multilevel.wording import numbers
from multilevel.wording.numbers import ScoreFormat, ShareFormat


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, 1, "1,234.5"),
        (-0.001, 2, "0.00"),
        (-3436.706, 1, "−3,436.7"),
        (1250.0, -2, "1,200"),
        (math.nan, 2, "n/a"),
        (None, 2, "n/a"),
        (math.inf, 2, "n/a"),
    ],
)
def test_fixed(value, decimals, text):
    assert numbers.fixed(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (1.0, "1.00"),
        (0.5114, "0.51"),
        (0.969, "0.97"),
        (0.004, "0.004"),
        (0.00012, "0.0001"),
        (0.9964, "0.996"),
        (0.99987, "0.9999"),
        (1e-15, "<0.0001"),
        (1 - 1e-15, ">0.9999"),
        (None, "n/a"),
    ],
)
def test_share(value, text):
    assert numbers.share(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.5114, "51%"), (0.0, "0%"), (0.002, "0.2%"), (0.9996, "99.96%")]
)
def test_percent(value, text):
    assert numbers.percent(value) == text


@given(st.floats(min_value=1e-11, max_value=1 - 1e-11))
def test_a_share_inside_never_prints_as_nothing_or_all(value):
    share, percent = (text.strip("<>%") for text in (numbers.share(value), numbers.percent(value)))
    assert 0 < float(share) < 1
    assert 0 < float(percent) < 100


def test_a_score_that_is_not_0_never_prints_as_0():
    assert ScoreFormat.of(100.0).variance(0.00012) == "0.00012"
    assert ScoreFormat.of(100.0).headline(-0.004) == "−0.004"
    assert ScoreFormat.of(99.0).headline(0.0) == "0.0"
    assert [ScoreFormat.of(99.0).difference(x) for x in (2.8e-14, -0.004, -3.46)] == [
        "0.0",
        "0.0",
        "−3.5",
    ]
    assert [ScoreFormat.of(99.0, 4.0, 10.0).difference(x) for x in (0.4, 4.6)] == ["0", "5"]


@pytest.mark.parametrize(
    ("p", "text", "stars"),
    [
        (0.0, "<.001", "***"),
        (0.00099, "<.001", "***"),
        (0.004, "0.004", "**"),
        (0.03, "0.030", "*"),
        (0.07, "0.070", "."),
        (0.5, "0.500", ""),
        (None, "n/a", ""),
    ],
)
def test_p_values(p, text, stars):
    assert numbers.p_value(p) == text
    assert numbers.significance_stars(p) == stars


@pytest.mark.parametrize(
    ("p", "text"), [(0.0, "< .001"), (0.00099, "< .001"), (0.004, "= 0.004"), (0.5, "= 0.500")]
)
def test_p_values_in_a_sentence(p, text):
    assert numbers.p_after_sign(p) == text


@pytest.mark.parametrize(
    ("df", "text"),
    [(18.999999999, "19"), (156.647, "156.6"), (7024.0, "7,024"), (None, "n/a"), (0.8, "0.8")],
)
def test_degrees_of_freedom(df, text):
    assert numbers.degrees_of_freedom(df) == text


def test_scores_print_as_the_lecture_prints_them():
    score = ScoreFormat.of(99.838)
    assert score.headline(538.979) == "539.0"
    assert score.table(593.4205) == "593.42"
    assert ScoreFormat.of(99.838, 16.42) == score
    assert score.estimate(538.979) == "538.979"
    assert score.whole(538.979) == "539"
    assert score.variance(5226.943) == "5,227"
    assert score.variance(5393.3995, more=2) == "5,393.40"
    assert score.variance(166.456, more=1) == "166.5"


@pytest.mark.parametrize(
    ("sd", "value", "text"),
    [(6.88, 12.637, "12.637"), (0.5, 0.7312, "0.7312"), (1e-9, 5.2e-9, "5.2"), (1e9, 5.2e9, "5.2")],
)
def test_precision_follows_the_spread(sd, value, text):
    assert text in ScoreFormat.of(sd).table(value)


@given(
    st.floats(min_value=-1e12, max_value=1e12),
    st.floats(min_value=1e-8, max_value=1e8, exclude_min=True),
)
def test_printing_loses_less_than_a_thousandth_of_the_spread(value, sd):
    text = ScoreFormat.of(sd).table(value)
    assert abs(numbers.parse(text) - value) <= 1.01e-3 * sd + 1e-12 * abs(value)


@pytest.mark.parametrize(
    ("sd", "se", "mean", "error"),
    [
        (99.838, 16.42, "539.0", "16.4"),
        (101.0, 1.7, "539.0", "1.7"),  # not 539 and 2, as the spread alone would have it
        (101.0, 16.42, "539", "16"),
        (101.0, 0.31, "538.98", "0.31"),
        (6.88, 0.244, "538.98", "0.24"),
    ],
)
def test_a_standard_error_shows_two_digits_at_least(sd, se, mean, error):
    score = ScoreFormat.of(sd, se)
    assert (score.headline(538.979), score.headline(se)) == (mean, error)


@given(
    st.floats(min_value=1e-3, max_value=1e5),
    st.floats(min_value=0.01, max_value=0.5),
    st.floats(min_value=-5, max_value=5),
)
def test_an_interval_holds_its_estimate_with_the_same_decimals(sd, relative, standardised):
    score, value, se = ScoreFormat.of(sd, relative * sd), standardised * sd, relative * sd
    low, high = (numbers.parse(end) for end in score.interval((value - 2 * se, value + 2 * se)))
    assert low <= numbers.parse(score.headline(value)) <= high
    assert high - low == pytest.approx(4 * se, rel=0.03)


@pytest.mark.parametrize(
    ("estimate", "low", "high", "printed"),
    [
        (0.2562, 0.198, 0.325, ("0.26", "0.20", "0.33")),
        (0.0031, 0.0, 0.0204, ("0.003", "0.000", "0.020")),
        (0.0031, 0.0004, 0.0204, ("0.003", "<0.001", "0.020")),
        (0.0, 0.0, 0.12, ("0.00", "0.00", "0.12")),
        (0.9994, 0.9991, 0.9997, ("0.9994", "0.9991", "0.9997")),
        (0.9690, 0.9464, 0.9863, ("0.97", "0.95", "0.99")),
        (0.00002, 0.0, 0.00004, ("<0.0001", "0.0000", "<0.0001")),
    ],
)
def test_a_share_and_its_interval_have_the_same_decimals(estimate, low, high, printed):
    share = ShareFormat.of(estimate, low, high)
    assert (share.show(estimate), *share.interval((low, high))) == printed


def test_percentages_follow_the_share():
    assert ShareFormat(2).percent(0.2562) == "26%"
    assert ShareFormat(3).percent(0.0031) == "0.3%"
    assert ShareFormat(3).percent(0.0001) == "<0.1%"
    assert ShareFormat(2).finer.show(0.2562) == "0.256"


def test_parse_undoes_the_printing():
    assert numbers.parse("-5,393.40") == numbers.parse("−5,393.40") == -5393.40


def test_a_minus_is_no_hyphen_but_where_programs_read() -> None:
    score = ScoreFormat.of(100.0)
    texts = [
        numbers.fixed(-1.5, 1),
        numbers.signed_percent(-0.2),
        numbers.by_error(-2.0, 1e-9),
        score.headline(-3.0),
        score.headline(-1e-7),
        ScoreFormat.of(1e-9).headline(-2e-9),
    ]
    for text in texts:
        assert text.startswith("−") and "-" not in text
        assert float(numbers.for_programs(text).rstrip("%")) < 0


@pytest.mark.parametrize(
    ("value", "text"),
    [(207.0, "207"), (875.4, "875"), (5.394, "5.39"), (0.01234, "0.0123"), (68726.0, "68,700"),
     (-12.34, "−12.3"), (0.0, "0"), (None, numbers.MISSING)],
)  # fmt: skip
def test_significant_digits(value, text):
    assert numbers.significant(value, 3) == text


def test_what_floating_point_leaves_of_a_mean_of_0_is_0() -> None:
    score = ScoreFormat.of(1.0, 0.06)
    assert [score.whole(-7.4e-18), score.headline(-7.4e-18), score.table(7.4e-18)] == [
        score.whole(0.0),
        score.headline(0.0),
        score.table(0.0),
    ]
    assert score.headline(1e-6) == "1e−06"
    # A variance may be as small as this.
    assert score.variance(1e-14) == "1e−14"
