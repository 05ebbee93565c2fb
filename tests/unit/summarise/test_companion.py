"""The companion from files to results, against R; where it can't be fitted, all else stays."""

import csv
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.unit.fit.companion.test_companion import same_terms
from tests.unit.fit.surveys import ROOT
from tests.unit.summarise.companions import no_companion, summary_of

HSB82 = ROOT / "data" / "hsb82" / "hsb82.csv"
OSTRANA = ROOT / "data" / "ostrana" / "bsgostm8.sav"
ORACLE = ROOT / "tests" / "oracle" / "companion"
COMPANION = {"member": ["ses", "female", "minority"], "group": ["disclim", "himinty", "sector"]}
LABELS = {"outcome": "mathach", "group": "school"}


@pytest.fixture(scope="module")
def hsb82(tmp_path_factory):
    return summary_of(HSB82, tmp_path_factory.mktemp("hsb82"), **LABELS, companion=COMPANION)


def known(name):
    return json.loads((ORACLE / f"{name}.json").read_text())


def test_all_models_are_lme4s(hsb82):
    answers = known("hsb82")["models"]
    companion = hsb82.results.companion
    assert [model.name for model in companion.models] == ["null", "member", "full"]
    for model in companion.models:
        same_terms(model.terms, answers[model.name]["REML"])
        theirs = answers[model.name]["REML"]["log_likelihood"][0]
        assert model.log_likelihood == pytest.approx(theirs, rel=1e-9)


def test_the_textbooks_chapter_4(tmp_path):
    """Raudenbush & Bryk (2002), tables 4.3 and 4.5, to their digits."""
    means = summary_of(HSB82, tmp_path, **LABELS, companion={"group": ["meanses"]})
    (_, fullest) = means.results.companion.models
    assert [round(term.estimate, 3) for term in fullest.terms] == [12.649, 5.864]
    assert (round(fullest.tau00, 3), round(fullest.sigma2, 3)) == (2.639, 39.157)
    assert fullest.r2_between == pytest.approx((8.614 - 2.639) / 8.614, abs=1e-3)


def test_ml(tmp_path):
    companion = summary_of(HSB82, tmp_path, **LABELS, method="ML", companion=COMPANION)
    answers = known("hsb82")["models"]["full"]["ML"]
    fullest = companion.results.companion.models[-1]
    assert [t.estimate for t in fullest.terms] == pytest.approx(answers["beta"], rel=1e-6)
    assert [t.se for t in fullest.terms] == pytest.approx(answers["se"], rel=1e-6)


def test_adjusted_means_stand_beside_the_raw_ones(hsb82):
    schools = hsb82.schools
    assert np.all(schools["adjusted_low"] < schools["adjusted_mean"])
    assert np.all(schools["adjusted_mean"] < schools["adjusted_high"])
    # What goes with the columns is gone from the differences.
    assert schools["adjusted_mean"].std() < 0.6 * schools["eb_mean"].std()


def test_nothing_else_moves(hsb82, tmp_path):
    alone = summary_of(HSB82, tmp_path, **LABELS)
    assert alone.results.companion is None
    provenance = replace(
        hsb82.results.provenance,
        config=alone.results.provenance.config,
        columns=alone.results.provenance.columns,
    )
    ours = replace(hsb82.results, companion=None, provenance=provenance)
    assert ours == alone.results
    pd.testing.assert_frame_equal(hsb82.schools[alone.schools.columns], alone.schools)


def test_plausible_values_and_weights(tmp_path):
    """Books as numbers, which in the file have labels."""
    import pyreadstat

    frame, _ = pyreadstat.read_sav(OSTRANA)
    frame["girl"] = (frame["ITSEX"] == 1) * 1.0
    frame.to_csv(tmp_path / "ostrana.csv", index=False)
    summary = summary_of(
        tmp_path / "ostrana.csv",
        tmp_path,
        outcome="BSMMAT0[1-5]",
        group="IDSCHOOL",
        weights={"member": "TOTWGT", "group": "WGTFAC1*WGTADJ1", "scaling": "size"},
        companion={"member": ["BSBG04", "girl"]},
    )
    companion = summary.results.companion
    assert companion.n_plausible_values == 5 and companion.n_left_out > 0
    answers = known("ostrana")["models"]
    fullest = companion.models[-1]
    names = answers["full_1"]["REML"]["names"]
    assert len(names) == len(fullest.terms)
    pooled = np.mean([answers[f"full_{m}"]["REML"]["beta"] for m in range(1, 6)], axis=0)
    assert [term.estimate for term in fullest.terms] == pytest.approx(pooled, rel=1e-6)
    weighted = companion.weighted.models[-1]
    assert weighted.name == "full" and companion.weighted.scaling == "size"


def test_covariates_of_a_joined_file(tmp_path):
    whole = pd.read_csv(HSB82)
    of_schools = COMPANION["group"]
    whole.drop(columns=of_schools).to_csv(tmp_path / "students.csv", index=False)
    schools = whole[["school", *of_schools]].drop_duplicates().rename(columns={"school": "id"})
    schools.to_csv(tmp_path / "schools.csv", index=False)
    join = {"file": str(tmp_path / "schools.csv"), "by": {"school": "id"}}
    joined = summary_of(
        tmp_path / "students.csv", tmp_path, **LABELS, join=join, companion=COMPANION
    )
    plain = summary_of(HSB82, tmp_path, **LABELS, companion=COMPANION)
    assert joined.results.companion == plain.results.companion
    uses = {one.name: one.role for one in joined.results.provenance.columns}
    assert (uses["ses"], uses["sector"]) == ("member_covariate", "group_covariate")


def written(tmp_path, n_groups=20, **columns):
    """A file of groups of 8 with these columns, text as it stands."""
    random = np.random.default_rng(3)
    group = np.repeat(np.arange(n_groups), 8)
    y = random.normal(size=n_groups)[group] + random.normal(size=len(group))
    file = tmp_path / "a.csv"
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(["g", "y", *columns])
        writer.writerows(
            [f"s{j}", repr(float(y[i])), *(str(column[i]) for column in columns.values())]
            for i, j in enumerate(group)
        )
    return file


N = 160
X = np.random.default_rng(5).normal(size=N)


@pytest.mark.parametrize(
    ("columns", "companion", "case"),
    [
        ({"x": np.ones(N)}, {"member": ["x"]}, "constant"),
        ({"x": X}, {"group": ["x"]}, "varies_within_groups"),
        ({"x": [f"t{i % 31}" for i in range(N)]}, {"member": ["x"]}, "too_many_values"),
        ({"x": np.arange(N)}, {"member": ["x"]}, "member_id"),
        ({"x": X}, {"member": ["y"]}, "outcome"),
        ({"x": X}, {"member": ["g"]}, "group_id"),
        ({"x": X}, {"member": ["z"]}, "absent"),
        ({"x": X}, {"member": ["x"], "group": ["x"]}, "named_twice"),
        ({"x": [""] * N}, {"member": ["x"]}, "no_complete_rows"),
        ({"x": X * 1e160}, {"member": ["x"]}, "magnitude"),
    ],
)
def test_where_it_cannot_be_fitted_the_rest_stays(columns, companion, case, tmp_path):
    file = written(tmp_path, **columns)
    summary = summary_of(file, tmp_path, outcome="y", group="g", companion=companion)
    found, names, sentence = no_companion(summary)
    assert found == case
    assert names == tuple(companion.get("member") or companion["group"]) or not names
    assert sentence.startswith("The model with covariates was not fitted: ")
    assert summary.results.model.gamma00 == pytest.approx(
        summary_of(file, tmp_path, outcome="y", group="g").results.model.gamma00, rel=0, abs=0
    )


def test_ids_are_refused_in_any_order_of_rows(tmp_path):
    """Configured, called so, or only numbered; in text too."""
    number = np.random.default_rng(2).permutation(N)
    for name, ids, more in (
        ("lfd", [f"{i % 25}" for i in number], {"member_id": "lfd"}),
        ("student_no", [f"{i % 25}" for i in number], {}),
        ("lfd", number, {}),
    ):
        file = written(tmp_path, x=X, **{name: ids})
        companion = {"member": ["x", name]}
        summary = summary_of(file, tmp_path, outcome="y", group="g", companion=companion, **more)
        case, columns, sentence = no_companion(summary)
        assert (case, columns) == ("member_id", (name,)) and "ids of patients" in sentence


def test_stray_text_among_numbers_is_named(tmp_path):
    """Wherever it stands, quoted as R writes it or not; categories can be said to be meant."""
    age = [f"{10 + i % 7 + i / 1000:.3f}" for i in range(N)]
    age[4] = age[90] = "unknown"
    file = written(tmp_path, x=X, age=age)
    companion = {"member": ["x", "age"]}
    settings = {"outcome": "y", "group": "g"}
    for quoted in (False, True):
        if quoted:
            frame = pd.read_csv(file, dtype={"age": str})
            frame.to_csv(file, index=False, quoting=csv.QUOTE_NONNUMERIC)
        summary = summary_of(file, tmp_path, **settings, companion=companion)
        case, columns, sentence = no_companion(summary)
        assert (case, columns) == ("not_numeric", ("age",))
        assert 'row 5 has "unknown" (2 rows are like that)' in sentence
        assert 'add "unknown" to the missing codes (MISSING= of make report' in sentence
    fitted = summary_of(file, tmp_path, **settings, missing=["unknown"], companion=companion)
    assert fitted.results.companion.n_left_out == 2


@pytest.mark.parametrize("other", ["some", "3"])
def test_none_is_a_label_among_labels(other, tmp_path):
    """Among numbers it means that there is none; so does what is declared."""
    label = [("none", other, "2", "")[i % 4] for i in range(N)]
    file = written(tmp_path, x=X, label=label)
    settings = {"outcome": "y", "group": "g", "companion": {"member": ["x", "label"]}}
    companion = summary_of(file, tmp_path, **settings).results.companion
    labels = {term.label for term in companion.models[-1].terms if term.part == "indicator"}
    assert companion.n_left_out == (N // 4 if other == "some" else N // 2)
    assert len(labels) == (2 if other == "some" else 0)
    declared = summary_of(file, tmp_path, **settings, missing=["none"]).results.companion
    assert declared.n_left_out == N // 2


def test_categories_with_digits_and_stray_text_are_labels_where_said(tmp_path):
    grade = [f"{1 + i % 4}" for i in range(N)]
    grade[7] = "2a"
    file = written(tmp_path, grade=grade)
    companion = {"member": ["grade"]}
    settings = {"outcome": "y", "group": "g"}
    summary = summary_of(file, tmp_path, **settings, companion=companion)
    assert "name it under categories" in no_companion(summary)[2]
    companion["categories"] = ["grade"]
    fitted = summary_of(file, tmp_path, **settings, companion=companion).results.companion
    assert len(fitted.models[-1].terms) == 1 + 4


def test_the_groups_that_are_too_few_are_those_with_all_covariates(tmp_path):
    x = [repr(float(v)) if i < 80 else "" for i, v in enumerate(X)]
    file = written(tmp_path, x=x)
    summary = summary_of(file, tmp_path, outcome="y", group="g", companion={"member": ["x"]})
    sentence = no_companion(summary)[2]
    assert "10 clinics with all covariates are too few" in sentence
    assert "10 more than columns of clinics" in sentence


def test_columns_of_a_composite_group_are_no_covariates(tmp_path):
    file = written(tmp_path, x=X, h=np.repeat(np.arange(20) % 2, 8))
    companion = {"member": ["x"], "group": ["h"]}
    summary = summary_of(file, tmp_path, outcome="y", group=["h", "g"], companion=companion)
    assert no_companion(summary)[:2] == ("group_id", ("h",))


def test_few_groups(tmp_path):
    file = written(tmp_path, n_groups=10, x=X)
    summary = summary_of(file, tmp_path, outcome="y", group="g", companion={"member": ["x"]})
    assert no_companion(summary)[0] == "few_groups"


def test_a_group_that_varies_is_named(tmp_path):
    by_group = np.repeat(np.arange(20) % 3 * 1.0, 8)
    by_group[27] += 5.0
    file = written(tmp_path, z=by_group)
    summary = summary_of(file, tmp_path, outcome="y", group="g", companion={"group": ["z"]})
    sentence = no_companion(summary)[2]
    assert 'varies within a clinic. The first such clinic is "s3". Correct the values' in sentence


def test_labels_with_markup_stay_labels(tmp_path):
    track = ["<b>A</b>" if i % 3 else "=B()" for i in range(N)]
    file = written(tmp_path, t=track)
    summary = summary_of(file, tmp_path, outcome="y", group="g", companion={"member": ["t"]})
    (indicator,) = summary.results.companion.models[-1].terms[1:]
    assert indicator.label == "=B()" and indicator.name == "t = =B()"


def test_members_without_a_covariate_stay_in_the_null_model(tmp_path):
    x = [repr(float(v)) if i % 7 else "" for i, v in enumerate(X)]
    file = written(tmp_path, x=x)
    summary = summary_of(file, tmp_path, outcome="y", group="g", companion={"member": ["x"]})
    companion = summary.results.companion
    assert summary.results.data.n_members == N
    assert companion.n_left_out == sum(not v for v in x)
    assert {model.n_members for model in companion.models} == {N - companion.n_left_out}
    assert companion.models[0].tau00 != summary.results.model.tau00
