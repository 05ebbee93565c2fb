"""The report reads right where the lecture's numbers don't hold: every sentence follows."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from tests.helpers.building import simulated_csv
from tests.helpers.contexts import ROOT, WORDS, context, said
from tests.unit.fit.conftest import ORACLES, names

from multilevel.report.compose import compose
from multilevel.report.context import Context
from multilevel.report.sections import SECTIONS
from multilevel.report.sections.front import cautions


def oracle(name: str, tmp_path, **settings) -> Context:
    text = (ORACLES / "data" / f"{name}.csv").read_text().replace("group,y", "school,score", 1)
    (tmp_path / "oracle.csv").write_text(text)
    return context(tmp_path / "oracle.csv", **settings)


@pytest.fixture
def simulated(tmp_path):
    def make(sizes, ratio, seed=1, **settings):
        return context(simulated_csv(tmp_path / "s.csv", sizes, ratio, seed), **settings)

    return make


@pytest.mark.parametrize(
    ("sizes", "ratio"),
    [
        ([30] * 20, 1.0),
        ([3, 4, 5], 0.3),
        ([1, 1, 2, 30], 5.0),
        ([10] * 50, 0.0),
        ([8] * 12, 2000.0),
    ],
)
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_every_place_is_filled(simulated, sizes, ratio, method):
    c = simulated(sizes, ratio, method=method)
    text = said(compose(c))
    assert not re.search(r"\{\w*\}|\bNone\b(?! of)|\bnan\b|\binf\b", text)
    assert len(compose(c).sections) == len([one for one in SECTIONS if one(c) is not None])
    assert "plausible value" not in text and "official reports" not in text


def test_differences_that_the_test_does_not_support_are_no_finding(simulated):
    c = simulated([10] * 40, 0.02, seed=3)
    assert c.model.tau00 > 0 and c.tests.f.p >= 0.05
    report = compose(c)
    assert "do not show that schools differ" in report.claim.striptags()
    points = said(report.summary)
    assert "does not reject" in points and "Two schools in three" not in points
    assert "above the average of" not in points
    titles = said(report.sections)
    assert "An estimate, not a finding" in titles and "About two in three schools" not in titles


def test_a_school_that_moves_an_estimate_is_named_with_the_estimate():
    c = context(ROOT / "data" / "lecture" / "timss2019-usa-grade8.csv", outcome="bsmmatxx",
                group="idschool")  # fmt: skip
    one = c.results.influence.most[0]
    largest = max(abs(one.change_icc_in_se), abs(one.change_gamma00_in_se))
    # As much as this is usual among 20 schools, so no school is named for it.
    assert 0.5 < largest < c.results.influence.chance_change_in_se
    assert "No single school moves an estimate by more than" in said(compose(c))
    found = replace(c.results.influence, chance_change_in_se=0.5 * largest)
    c = replace(c, results=replace(c.results, influence=found))
    assert f"Without school {one.group}, the ICC changes by {largest:.2f}" in said(compose(c))


def test_a_sample_with_plausible_values():
    c = context(
        ROOT / "data" / "ostrana" / "bsgostm8.sav",
        outcome="BSMMAT0[1-5]",
        group="IDSCHOOL",
        weights={"member": "TOTWGT", "group": "WGTFAC1*WGTADJ1"},
        replicates={"method": "jk2", "zone": "JKZONE", "code": "JKREP"},
    )
    report = compose(c)
    text = said(report)
    assert not re.search(r"\{\w*\}|\bNone\b(?! of)|\bnan\b|\binf\b", text)
    assert {section.key for section in report.sections} >= {"survey", "schools", "checks"}
    # The means as R has them: tests/oracle/surveys/ostrana.json.
    for number in ("503.965", "4.483", "504.3", "4.7"):
        assert number in said(next(one for one in report.sections if one.key == "survey"))
    assert "The average student of the population scores 504." in said(report.claim)
    assert "Students count by their weights, as in official reports" in said(report.summary)
    assert "not meant to rank them" in text
    assert re.search(r"Degrees of freedom \([\d.]+\) are Barnard and Rubin’s", text)
    assert "as lmerTest gives them" not in text and "The weights matter" not in text
    assert text.count("Shown is the first plausible value, BSMMAT01.") >= 2
    # Intervals are pooled on a logarithmic scale, so none is exact.
    assert "The weighted 95% interval of the ICC" in text
    assert not re.search(r"\bexact (95%|interval)", text.replace("The exact interval of one", ""))
    assert "pooled, each exact, F distribution" in text
    # The same mean speaks of the same in both tables.
    assert text.count("nobody but these students") == 2
    assert text.count("the average school, were every school equally likely") == 3
    assert "the average student of the population" in text
    assert "Rubin, D. B. (1987)" in text and "No sampling weights were used" not in text


def test_no_sentence_takes_a_weighted_mean_for_the_published_one():
    published = re.compile(r"the (official|published) (figure|mean|value)", re.IGNORECASE)
    assert not [key for key in WORDS.keys_of("") if published.search(WORDS.raw(key))]


def test_zones_that_tell_too_little_are_told(tmp_path):
    frame = pd.read_csv(simulated_csv(tmp_path / "s.csv", [12] * 30, 1.0))
    place = frame.groupby("school").ngroup()
    frame = frame.assign(weight=2.0, zone=place // 2, half=place % 2)
    jackknife = {"method": "jk2", "zone": "zone", "code": "half"}

    def told(changed):
        changed.to_csv(tmp_path / "z.csv", index=False)
        found = context(tmp_path / "z.csv", weights={"member": "weight"}, replicates=jackknife)
        assert found.results.weighted.official_se > 0
        return said(compose(found))

    whole = told(frame)
    assert "over 30 replicates, both halves of every zone" in whole
    assert "Jackknife zones" not in whole and "The jackknife has only" not in whole
    lone = told(frame[place > 0])
    assert "both halves of every zone" not in lone
    assert "both halves of 14 of the 15 zones and the one half that the others have" in lone
    assert "Jackknife zones with one half only: 1 of 15" in lone
    frame.loc[place == 0, "half"] = frame.index[place == 0] % 2
    one = told(frame[place != 1])
    assert "Jackknife zones whose halves are of one school: 1 of 15" in one
    assert "The jackknife has only 9 zones" in told(frame[place < 18])


def test_weights_that_move_the_mean_out_of_its_interval_are_told(tmp_path):
    frame = pd.read_csv(simulated_csv(tmp_path / "s.csv", [12] * 30, 1.0))
    below = frame.groupby("school")["score"].transform("mean") < frame["score"].mean()
    frame = frame.assign(wgroup=np.where(below, 50.0, 1.0), wtotal=np.where(below, 100.0, 2.0))
    frame.to_csv(tmp_path / "w.csv", index=False)
    c = context(tmp_path / "w.csv", weights={"member": "wtotal", "group": "wgroup"})
    weighted = c.results.weighted
    assert weighted.gamma00 < c.model.ci_gamma00[0]
    summary = said(compose(c).summary)
    told = c.score.headline(weighted.gamma00)
    assert f"The weights matter. With them the average school has a mean of {told}" in summary


def test_an_average_of_plausible_values_is_told(tmp_path):
    frame, _ = pyreadstat.read_sav(ROOT / "data" / "ostrana" / "bsgostm8.sav")
    names = [f"BSMMAT0{m}" for m in range(1, 6)]
    frame = frame[["IDSCHOOL", *names]].assign(MATHEMATICS=frame[names].mean(axis=1).round(2))
    frame.to_csv(tmp_path / "a.csv", index=False)
    c = context(tmp_path / "a.csv", outcome="MATHEMATICS", group="IDSCHOOL")
    text = said(compose(c).summary)
    assert "the mean of plausible values that stand in the same file" in text
    # As lme4 has them: tests/oracle/surveys/ostrana.json.
    assert "instead of 5,073" in text and "instead of 0.256" in text
    assert c.results.averaged.columns == tuple(names)
    other = frame.assign(MATHEMATICS=frame["MATHEMATICS"].sample(frac=1, random_state=1).values)
    other.to_csv(tmp_path / "b.csv", index=False)
    assert (
        context(tmp_path / "b.csv", outcome="MATHEMATICS", group="IDSCHOOL").results.averaged
        is None
    )


@pytest.mark.parametrize(
    ("weights", "flag"),
    [
        ({"member": "WGTFAC2*WGTADJ3", "group": "WGTFAC1*WGTADJ1"}, "member_is: conditional"),
        (
            {"member": "TOTWGT", "group": "WGTFAC1*WGTADJ1", "member_is": "conditional"},
            "look like total weights",
        ),
        ({"member": "HOUWGT", "group": "WGTFAC1*WGTADJ1"}, "that were rescaled"),
        ({"member": "TOTWGT"}, "Schools have no weights"),
    ],
)
def test_doubtful_weights_are_told(weights, flag):
    c = context(
        ROOT / "data" / "ostrana" / "bsgostm8.sav",
        outcome="BSMMAT01",
        group="IDSCHOOL",
        weights=weights,
    )
    text = said(compose(c))
    assert flag in text
    assert not re.search(r"\{\w*\}|\bNone\b(?! of)|\bnan\b|\binf\b", text)
    assert "no standard error here" in text


def test_no_variation_between_schools(tmp_path):
    c = oracle("dyestuff2", tmp_path)
    text = said(compose(c))
    assert "no clear differences between schools" in said(compose(c).claim)
    assert "variance between schools is 0, the smallest value it can take" in text
    assert "up to 53% fits the data" in text  # the jackknife's upper end leads
    assert "exact, F distribution" in text  # and the exact one, to 0.3335, stands among all
    assert round(c.between.ci_icc[1], 4) == 0.3335
    assert "best guess for every school is the overall mean" in text
    assert (
        "Neither the exact F test nor the likelihood-ratio test nor HLM’s chi-square test rejects"
        in text
    )
    assert "Kenward and Roger" in text
    before_help = text[: text.index("Reading help")]
    for never in ("reflects true differences", "large difference", "schools lie clearly above"):
        assert never not in before_help


def test_two_optima_are_told(tmp_path):
    text = said(compose(oracle("sim_lmer_misses_global_a", tmp_path)))
    assert "2 local optima" in text
    assert "at an ICC of 0.00" in text


def test_a_zero_that_the_exact_test_rejects_is_called_contested(tmp_path):
    c = oracle("sim_multimodal_boundary_best", tmp_path)
    text = said(compose(c))
    assert c.model.boundary and c.tests.f.p < 0.05
    assert "two methods disagree" in said(compose(c).claim)
    assert "its F test rejects 0" in text
    assert "differ no more than" not in text
    assert "vary no more than" not in text


def test_means_more_alike_than_chance_allows_are_a_warning(tmp_path):
    """Scores centred within schools: a common mistake."""
    random = np.random.default_rng(1)
    score = random.normal(size=(12, 25))
    score -= score.mean(axis=1, keepdims=True) * 0.98
    rows = [f"s{j},{y!r}" for j, school in enumerate(score.tolist()) for y in school]
    file = tmp_path / "centred.csv"
    file.write_text("\n".join(["school,score", *rows]))
    c = context(file)
    text = said(compose(c))
    assert "means_too_alike" in c.checks.flags
    assert "Were the scores centred" in text
    assert "what chance alone often produces" not in text


@pytest.mark.parametrize("name", names(fittable=True))
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_no_interval_leaves_out_its_estimate_without_a_word(tmp_path, name, method):
    c = oracle(name, tmp_path, method=method)
    between, model, intervals = c.between, c.model, c.intervals
    pairs = [
        (between.icc, between.ci_icc),
        (between.reliability, between.ci_reliability),
        (model.tau00, intervals.ci_tau00_profile),
        (model.sigma2, intervals.ci_sigma2_profile),
        (model.gamma00, model.ci_gamma00),
    ]
    outside = [e for e, (low, high) in pairs if not low * (1 - 1e-9) <= e <= high * (1 + 1e-9)]
    if outside:
        assert c.contested
        assert "two methods disagree" in said(compose(c).claim)


def test_two_schools_are_flagged(tmp_path):
    text = said(compose(oracle("sim_two_groups", tmp_path)))
    assert "There are only 2 schools" in text
    assert "The mean has few degrees of freedom (1)" in text


def test_three_schools_read_with_care(simulated):
    c = simulated([6, 7, 9], 0.4, seed=3)
    text = said(compose(c))
    assert "There are only 3 schools" in text
    assert "Read with care" in text


def test_suspected_codes_are_read_with_care(tmp_path):
    """Each kind in one sentence at the front, each value with its range in the section on data."""
    simulated_csv(tmp_path / "s.csv", [20] * 30, 0.4, 3)
    frame = pd.read_csv(tmp_path / "s.csv", dtype={"school": str}).assign(w=1.0, fac=2.0)
    frame["school"] = frame["school"].rank(method="dense").astype(int)
    frame.to_csv(tmp_path / "s.csv", index=False)
    weights = {"member": "w", "group": "fac"}
    assert "may be codes" not in said(compose(context(tmp_path / "s.csv", weights=weights)))
    frame.loc[[3, 4, 77], "score"] = 999999
    frame.loc[[8, 9], "w"] = 9999
    frame.loc[frame.school == 12, "fac"] = 99
    frame.loc[frame.school == 30, "school"] = 999
    frame.to_csv(tmp_path / "s.csv", index=False)
    c = context(tmp_path / "s.csv", weights=weights)
    front = "".join(said(caution) for caution in cautions(c))
    assert "Scores that may be codes for “missing”: 999999 in score." in front
    assert "Weights that may be codes for “missing”: 9999, 99 in w, fac." in front
    assert "Ids of schools that may be codes for “missing”: 999 in school." in front
    assert front.count("under missing in the configuration") == 3
    text = said(compose(c))
    assert "The score 999999 stands 3 times in the column score, far from all other" in text
    assert "The weight 99 stands 20 times in the column fac, far above all others" in text
    assert "In the column school the id 999 stands 20 times, beside ids from 1 to 29." in text
    assert c.data.score_max == 999999  # what to do about it is for others to say


def test_likely_thousands_are_read_with_care(tmp_path):
    chance = np.random.default_rng(4)
    scores = [f"{score:,}".replace(",", ".") for score in chance.integers(900, 1100, 80)]
    lines = [f"s{k % 8};{score}" for k, score in enumerate(scores)]
    (tmp_path / "s.csv").write_text("\n".join(["school;score", *lines]))
    text = said(compose(context(tmp_path / "s.csv")))
    assert "The points in " in text.partition("Read with care")[2]
    assert "decimal: comma in the configuration if they separate thousands" in text


def test_a_small_icc_is_not_called_large(simulated):
    c = simulated([25] * 120, 0.02)
    text = said(compose(c))
    assert c.between.icc < 0.045
    assert re.search("make up (a small part|less than 1%) of", said(compose(c).claim))
    assert "large difference" not in text


def test_an_icc_near_one_is_doubted(simulated):
    c = simulated([8] * 12, 20000.0)
    text = said(compose(c))
    assert c.between.icc > 0.999
    assert "a score of its own and not the mean of the school" in text
    assert "ICC 1.00" not in text


def test_unequal_sizes_show_the_residual_and_name_the_estimands(simulated):
    c = simulated([3, 9, 14, 20, 28, 40, 5, 17], 0.6)
    text = said(compose(c))
    assert "The schools differ in size" in text
    assert "The last term is left over" in text
    residual = c.between.decomposition.residual
    sign = "+" if residual > 0 else "−"
    assert f"{sign} {c.score.variance(abs(residual), more=1)}. The last term" in text
    assert "On paper" not in text


def test_labels_are_the_datasets_own(simulated):
    labels = {
        "group": "clinic", "groups": "clinics", "member": "patient", "members": "patients",
        "outcome": "recovery score",
    }  # fmt: skip
    text = said(compose(simulated([12] * 9, 0.5, labels=labels)))
    body = text[: text.index("Methods and provenance")].replace("Student’s t", "")
    assert "clinics" in body and "patients" in body
    assert not re.search(r"\b(students?|pupils?|schools)\b", body, flags=re.I)


def test_confidence_is_said_as_set(simulated):
    text = said(compose(simulated([12] * 9, 0.5, confidence=0.9)))
    assert "90% CI" in text
    assert "95% CI" not in text


def test_with_no_variance_between_schools_no_likeness_is_named_as_a_cause(simulated, tmp_path):
    c = simulated([24, 5, 7], 0.25)
    assert c.model.boundary
    assert "resemble each other" not in said(compose(c))
    c = oracle("sim_multimodal_boundary_best", tmp_path)
    assert c.model.boundary
    text = said(compose(c))
    assert "resemble each other" not in text
