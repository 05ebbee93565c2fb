"""The section through ingest and fit: which members, weights and replicates it rests on."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.helpers.building import ROOT, dataset_of, shipped, simulated_csv
from tests.unit.summarise.distribution.test_distribution import ANSWERS

from multilevel.configuration import Dataset
from multilevel.fit.stage import fit
from multilevel.ingest import students as intake
from multilevel.ingest.stage import ingest
from multilevel.ingest.statistics import BottomK
from multilevel.summarise.summary import summarise


def results_of(dataset: Dataset):
    accepted, students = ingest(dataset, ROOT / dataset.file)
    assert accepted.refusal is None, accepted.refusal
    dataset = Dataset.from_settings(accepted.config)
    return summarise(
        accepted, fit(students, dataset), students, {"multilevel-reports": "0"}
    ).results


@pytest.mark.parametrize(("method", "answer"), [("jk2", "jk2"), ("jk2-half", "jk2_half")])
def test_replicates_go_from_the_file_to_the_standard_errors(method, answer):
    known = ANSWERS[answer]
    ostrana = shipped("ostrana-grade8")
    found = results_of(
        replace(
            ostrana,
            benchmarks=tuple((f"from {cut}", cut) for cut in known["cuts"]),
            replicates=replace(ostrana.replicates, method=method),
        )
    )
    spread, weighted = found.distribution, found.weighted
    each = [spread.mean, spread.sd, *spread.percentiles]
    shares = [level.share_at_or_above for level in spread.benchmarks]
    np.testing.assert_allclose([*(one.value for one in each), *shares], known["value"], rtol=1e-9)
    errors = [one.se for one in (*each, *spread.benchmarks)]
    np.testing.assert_allclose(errors, known["se"], rtol=1e-7)
    assert spread.errors_by == method
    assert spread.mean.value == pytest.approx(weighted.official_mean, rel=1e-12)
    assert spread.mean.se == pytest.approx(weighted.official_se, rel=1e-9)


def test_weights_without_replicates_and_no_weights_go_by_schools():
    ostrana = shipped("ostrana-grade8")
    weighted = results_of(replace(ostrana, replicates=None)).distribution
    plain = results_of(replace(ostrana, replicates=None, weights=None)).distribution
    assert weighted.errors_by == plain.errors_by == "schools"
    assert weighted.weighted and weighted.model_weighted and not plain.weighted
    assert weighted.mean.value != plain.mean.value


def test_benchmarks_are_those_of_the_entry(tmp_path):
    file = simulated_csv(tmp_path / "s.csv", [12] * 20, 0.4)
    levels = results_of(dataset_of(file, benchmarks={"High": 550, "Low": 450})).distribution
    assert [(one.name, one.cut) for one in levels.benchmarks] == [("Low", 450.0), ("High", 550.0)]
    assert results_of(dataset_of(file)).distribution.benchmarks == ()


def test_of_too_many_members_a_sample_is_described_with_the_mean_of_all(tmp_path, monkeypatch):
    file = simulated_csv(tmp_path / "s.csv", [30] * 40, 0.4)
    whole = results_of(dataset_of(file))
    monkeypatch.setattr(intake, "BottomK", lambda: BottomK(size=400))
    part = results_of(dataset_of(file))
    assert (part.distribution.n_members, part.data.n_members) == (400, 1200)
    assert part.distribution.mean.value == pytest.approx(part.naive.grand_mean, rel=1e-12)
    middle = {one.p: one.value for one in part.distribution.percentiles}[50]
    known = {one.p: one for one in whole.distribution.percentiles}[50]
    assert abs(middle - known.value) < 3 * known.se


def test_a_refused_dataset_has_none(tmp_path):
    file = tmp_path / "s.csv"
    file.write_text("school,score\na,1\na,2\n")
    accepted, students = ingest(dataset_of(file), file)
    refused = fit(students, dataset_of(file))
    assert summarise(accepted, refused, students, {}).results.distribution is None


def test_settings_with_benchmarks_survive_json():
    dataset = replace(shipped("hsb82"), benchmarks=(("Basic", 5.0),))
    assert Dataset.from_settings(json.loads(json.dumps(dataset.settings()))) == dataset
