"""Titles and marks follow from the numbers."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tests.unit.figures.conftest import draw_one

from multilevel.figures import (
    axes,
    by_size,
    caterpillar,
    funnel,
    naive_and_model,
    normality,
    reliability,
    school_mean_distribution,
    spread,
    two_levels,
    within_schools,
)
from multilevel.figures.axes import ticks_up
from multilevel.figures.data import FigureData
from multilevel.figures.palette import palette
from multilevel.figures.registry import FIGURES
from multilevel.figures.style import DESKTOP, register_fonts, settings
from multilevel.figures.text import Voice
from multilevel.records.results import Decomposition
from multilevel.wording.catalogue import Catalogue

DataOf = Callable[[str], FigureData]
BOUNDARY = ("boundary", "boundary_unequal")


def title(data: FigureData, words: Catalogue, name: str) -> str:
    return FIGURES[name].caption(data, Voice.of(words, name, data.results)).title


@pytest.mark.parametrize("case", BOUNDARY)
def test_no_claim_of_differences_where_none_are_estimated(
    case: str, data_of: DataOf, words: Catalogue
) -> None:
    data = data_of(case)
    assert data.model.tau00 == 0
    split = title(data, words, "variance_split")
    assert split == "These data show no clear differences between schools"
    assert title(data, words, "school_mean_distribution").startswith("The best guess is one")
    assert title(data, words, "reliability").endswith("only by chance")
    assert (
        title(data, words, "shrinkage") == "The model moves every school mean to the overall mean"
    )
    neutral = "The estimated mean of each school, with its interval"
    assert title(data, words, "caterpillar") == neutral


def test_title_counts_the_filled_dots(data_of: DataOf, words: Catalogue) -> None:
    data = data_of("lecture")
    (_, above), (_, below), _ = caterpillar.sides(data)
    clear = int((above | below).sum())
    assert clear == data.standing.n_above + data.standing.n_below
    assert title(data, words, "caterpillar").startswith(f"{clear} of 20 schools")


def test_of_many_schools_evenly_spaced_ones_are_drawn_both_ends_among_them() -> None:
    few = np.arange(caterpillar.SOME)
    np.testing.assert_array_equal(caterpillar.evenly(few), few)
    some = caterpillar.evenly(np.arange(5_000))
    assert (len(some), some[0], some[-1]) == (caterpillar.DRAWN, 0, 4_999)
    assert np.ptp(np.diff(some)) <= 1


def test_page_one_tells_apart_only_where_that_can_be_said(
    data_of: DataOf, words: Catalogue
) -> None:
    sided = data_of("lecture")
    standing = sided.standing
    said = title(sided, words, "overview")
    assert said.startswith(f"{standing.n_above + standing.n_below} of 20 schools can be told apart")
    assert f": {standing.n_above} above, {standing.n_below} below" in said
    assert title(data_of("three"), words, "overview") == "The estimated means of 3 schools"
    for case in BOUNDARY:
        data = data_of(case)
        assert title(data, words, "overview") == f"The observed means of {len(data.groups)} schools"


def test_page_one_marks_no_school_where_none_is_told_apart(
    data_of: DataOf, words: Catalogue, fonts_folder: Path
) -> None:
    above, below = palette["above"], palette["below"]
    drawn = draw_one("overview", data_of("lecture"), words, fonts_folder, DESKTOP)
    assert above in drawn and below in drawn
    drawn = draw_one("overview", data_of("boundary"), words, fonts_folder, DESKTOP)
    assert above not in drawn and below not in drawn


def test_the_inner_funnel_is_what_chance_leaves_of_one_mean(data_of: DataOf) -> None:
    data = data_of("unequal")
    found, model = funnel.means_of(data), data.model
    z = stats.norm.ppf(0.5 + model.confidence / 2)
    np.testing.assert_allclose(
        found.high - model.gamma00, z * np.sqrt(model.sigma2 / found.n), rtol=1e-9
    )
    np.testing.assert_array_equal(found.value, data.groups.mean[found.school])
    np.testing.assert_array_equal(found.n, data.groups.n[found.school])
    assert not funnel.is_needed(data_of("lecture"))


def test_effects_of_level_2_vary_by_tau00_in_every_school(data_of: DataOf) -> None:
    data = data_of("schools_2000")
    effects = two_levels.effects(data)
    np.testing.assert_allclose(effects.std(), data.model.sd_tau00, rtol=0.03)
    small = data.groups.n < np.median(data.groups.n)
    np.testing.assert_allclose(effects[small].std(), effects[~small].std(), rtol=0.1)
    assert (two_levels.effects(data_of("boundary")) == 0).all()


def test_above_below_and_neither_are_all_schools_once(data_of: DataOf) -> None:
    data = data_of("unequal")
    counts = [int(chosen.sum()) for _, chosen in caterpillar.sides(data)]
    standing = data.standing
    assert counts == [standing.n_above, standing.n_below, standing.n_not_distinguishable]


def test_within_title_follows_the_ratio_of_sds(data_of: DataOf) -> None:
    assert within_schools._title(data_of("icc_tiny")) == "title.within_larger"
    assert within_schools._title(data_of("icc_huge")) == "title.between_larger"
    assert within_schools._title(data_of("boundary")) == "title.only_within"


def test_bars_of_the_naive_variance_join_up() -> None:
    split = Decomposition(
        variance_of_group_means=10.0, tau00=8.0, mean_error_variance=3.0, residual=-1.0
    )
    naive, true, error, rest = naive_and_model.parts(split)
    assert (naive.size, true.size, error.size, rest.size) == (10.0, 8.0, 3.0, -1.0)
    assert (true.end, error.end, rest.end) == (error.start, rest.start, naive.end)
    exact = replace(split, mean_error_variance=2.0, residual=1e-12)
    assert len(naive_and_model.parts(exact)) == 3


def test_naive_title_gives_the_excess(data_of: DataOf, words: Catalogue) -> None:
    data = data_of("unequal")
    split = data.between.decomposition
    excess = 100 * (split.variance_of_group_means / split.tau00 - 1)
    assert f" {excess:.0f}% larger" in title(data, words, "naive_and_model")


def test_small_sampling_error_is_not_printed_as_zero(data_of: DataOf, words: Catalogue) -> None:
    data = data_of("icc_huge")
    voice = Voice.of(words, "naive_and_model", data.results)
    split = data.between.decomposition
    text = naive_and_model.variance_text(voice, split.mean_error_variance, split)
    assert float(text) == pytest.approx(split.mean_error_variance, rel=0.2)


def test_expected_spread_is_the_chi_square_range(data_of: DataOf) -> None:
    data = data_of("unequal")
    found = spread.spread_of(data)
    df = data.groups.n[found.school] - 1
    np.testing.assert_allclose(found.high**2 * df / data.model.sigma2, stats.chi2.ppf(0.975, df))
    np.testing.assert_allclose(found.low**2 * df / data.model.sigma2, stats.chi2.ppf(0.025, df))
    assert found.unusual.sum() == data.checks.n_unusual_spread
    np.testing.assert_array_equal(found.n, data.groups.n[found.school])


def test_flags_are_bounded_and_the_farthest(data_of: DataOf) -> None:
    data = data_of("schools_20000")
    found = spread.spread_of(data)
    shown = spread.flagged(found, data.model.sigma2)
    assert len(shown) == spread.MOST_FLAGS
    assert found.unusual[shown].all()
    # Farthest by probability, not by distance: a school of two students varies widely.
    df = found.n - 1
    below = stats.chi2.cdf(df * found.value**2 / data.model.sigma2, df)
    chance = np.minimum(below, 1 - below)
    assert chance[shown].max() <= np.delete(chance, shown).min() * (1 + 1e-9)


def test_schools_of_one_size_stand_side_by_side_around_it(data_of: DataOf) -> None:
    found = spread.spread_of(data_of("schools_2000"))
    assert found.wide
    size = 10**found.place
    assert np.abs(size - found.n).max() <= 0.5
    assert len(np.unique(found.place)) == len(found.place)
    means = data_of("lecture").groups.mean
    same_size = spread.spread_of(data_of("lecture"))
    assert (np.diff(means[same_size.school]) >= 0).all()
    assert (np.diff(same_size.place) > 0).all()


def test_cells_of_a_dense_funnel_hold_every_school(
    data_of: DataOf, words: Catalogue, fonts_folder: Path
) -> None:
    data = data_of("schools_20000")
    found = spread.spread_of(data)
    with settings(register_fonts(fonts_folder), "cells"):
        voice = Voice.of(words, "spread", data.results)
        figure = spread.draw(data, voice, DESKTOP)
    ax = axes.panel(figure, 0.5, 0.1, 0.42, 0.55)
    ax.set_xlim(found.n[0] - 0.5, found.n[-1] + 0.5)
    ax.set_ylim(0.0, float(found.value.max()))
    x, y, count = by_size.dots_of_cells(ax, found, np.arange(len(found.n)))
    assert count.sum() == len(found.n)
    assert len(count) < 2_500
    assert len({(a, b) for a, b in zip(x, y, strict=True)}) == len(count)


def test_students_alone_are_left_out_of_the_spread_and_said(
    data_of: DataOf, words: Catalogue
) -> None:
    data = data_of("singletons")
    assert data.counts.n_singletons > 0
    said = spread.caption(data, Voice.of(words, "spread", data.results))
    assert f"Left out, having one student: {data.counts.n_singletons} school" in said.how_to_read


def test_band_is_that_of_order_statistics() -> None:
    values = normality.quantiles(np.linspace(-2, 2, 25))
    k = np.arange(1, 26)
    np.testing.assert_allclose(values.low, stats.norm.ppf(stats.beta.ppf(0.025, k, 26 - k)))
    np.testing.assert_allclose(values.high, stats.norm.ppf(stats.beta.ppf(0.975, k, 26 - k)))


@pytest.mark.parametrize(
    ("of_students", "of_schools", "expected"),
    [
        ((7_185, 0.01, 0.02), (160, 0.1, 0.1), "no departure from normal seen; schools: none seen"),
        # Size and chance: .1 is small, and more than 7,185 normal values give.
        (
            (7_185, 0.1, 0.2),
            (160, 0.1, 0.1),
            "a small but real departure from normal; schools: none seen",
        ),
        (
            (600, 0.7, 0.2),
            (6, 0.1, 0.1),
            "a moderate departure from normal; schools: too few to tell",
        ),
        (
            (600, -1.2, 0.2),
            (300, 0.7, 0.1),
            "a large departure from normal; schools: a moderate one",
        ),
        ((600, 0.0, 2.1), (300, 0.1, 3.0), "a large departure from normal; schools: a large one"),
        # Twenty values can't show a skewness of .9: chance makes that.
        ((600, 0.0, 0.0), (20, 0.9, 0.1), "seen; schools: none seen, but 20 show little"),
    ],
)
def test_no_more_is_said_of_normality_than_was_seen(
    of_students: tuple[int, float, float],
    of_schools: tuple[int, float, float],
    expected: str,
    data_of: DataOf,
    words: Catalogue,
) -> None:
    data = data_of("unequal")
    level1, level2 = (
        replace(data.checks.level1_normality, n=n, skewness=skewness, excess_kurtosis=kurtosis)
        for n, skewness, kurtosis in (of_students, of_schools)
    )
    checks = replace(data.checks, level1_normality=level1, level2_normality=level2)
    looked_at = replace(data, results=replace(data.results, checks=checks))
    assert title(looked_at, words, "normality").endswith(expected)


def test_thinned_ranks_keep_both_ends() -> None:
    ranks = normality.thin(20_000)
    assert len(ranks) <= normality.MOST_POINTS
    assert (ranks[0], ranks[-1]) == (0, 19_999)
    np.testing.assert_array_equal(normality.thin(5), np.arange(5))


def test_guideline_is_where_the_curve_meets_it(data_of: DataOf) -> None:
    data = data_of("unequal")
    n = reliability.guideline_n(data)
    assert reliability.reliability_at(data, np.asarray([n]))[0] == pytest.approx(0.8)
    assert reliability.guideline_n(data_of("boundary")) == float("inf")


def test_curve_runs_through_the_schools(data_of: DataOf) -> None:
    data = data_of("unequal")
    np.testing.assert_allclose(
        reliability.reliability_at(data, data.groups.n.astype(float)), data.groups.reliability
    )


def test_tenths_rise_and_hold_all_schools(data_of: DataOf) -> None:
    quantiles = within_schools.quantiles_of_tenths(data_of("schools_2000"))
    assert quantiles.shape == (10, 5)
    assert (np.diff(quantiles[:, 2]) > 0).all()
    assert (np.diff(quantiles, axis=1) > 0).all()


def test_rug_is_bounded() -> None:
    values = np.arange(10_000.0)
    assert len(school_mean_distribution.rug(values)) == school_mean_distribution.RUG_LIMIT
    assert school_mean_distribution.rug(values[:9]) is not None


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_ticks_follow_the_scale(scale: float) -> None:
    ticks = ticks_up(-2.1 * scale, 3.2 * scale, 3.0)
    np.testing.assert_allclose(np.array(ticks.at) / scale, [-2, -1, 0, 1, 2, 3], atol=1e-9)
    assert len(set(ticks.labels)) == 6
    assert ticks.labels[2] == "0"
    assert ticks.labels[0].startswith("−")


def test_ticks_of_one_axis_have_one_last_digit() -> None:
    assert ticks_up(3.4e-6, 6.1e-6, 3.0).labels[-2:] == ("5.5e−06", "6.0e−06")
    assert ticks_up(3.4e-6, 6.1e-6, 3.0).labels[0] == "3.5e−06"
    assert ticks_up(0.7, 2.6, 1.6).labels[0] == "1.0"
