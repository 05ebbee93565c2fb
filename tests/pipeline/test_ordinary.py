"""Good datasets: everything is made, nothing is made twice, and new files are found."""

import csv
import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.helpers.running import LAST, ROOT, STAGES, chain
from tests.pipeline.conftest import Ordinary

from multilevel.storage.hidden_folders import HIDDEN

pytestmark = pytest.mark.xdist_group("ordinary")

DATASETS = ("first", "many-monday", "many-tuesday")
GROUPS = [
    "group",
    "n",
    "mean",
    "sd",
    "error_variance",
    "reliability",
    "eb_mean",
    "eb_se",
    "ci_low",
    "ci_high",
    "mean_ci_low",
    "mean_ci_high",
]


def test_tests_that_share_a_run_stay_on_one_worker(request: pytest.FixtureRequest) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@ordinary")


def test_every_run_is_a_success(ordinary: Ordinary) -> None:
    runs = (ordinary.first, ordinary.again, ordinary.arrived)
    assert [run.status for run in runs] == [0, 0, 0], [run.said for run in runs]
    assert not [run.said for run in runs if "Traceback" in run.said]


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_dataset_has_all_its_outputs(ordinary: Ordinary, dataset: str) -> None:
    folder = ordinary.folder / "results" / dataset
    found = {path.name for path in folder.iterdir()}
    assert found == {
        "report.html", "report.pdf", "results.json", "results.xlsx", "groups.csv", "figures",
    }  # fmt: skip
    assert ordinary.arrived.page(dataset).startswith("<!doctype html>")
    assert ordinary.arrived.pdf_pages(dataset) > 3
    assert len(list((folder / "figures").glob("*.svg"))) >= 7


@pytest.mark.parametrize("dataset", DATASETS)
def test_results_fit_their_schema(ordinary: Ordinary, dataset: str) -> None:
    schema = json.loads((ROOT / "workflow" / "schemas" / "results.schema.json").read_bytes())
    result = ordinary.arrived.result(dataset)
    Draft202012Validator(schema).validate(result)
    assert result["status"] == "ok"
    assert result["id"] == dataset


def test_the_table_of_schools_has_its_columns_and_a_row_a_school(ordinary: Ordinary) -> None:
    with (ordinary.folder / "results" / "first" / "groups.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header[: len(GROUPS)] == GROUPS
    assert [row[0] for row in rows] == [f"s{number}" for number in range(8)]


def test_the_index_and_its_table_name_every_dataset(ordinary: Ordinary) -> None:
    with (ordinary.folder / "results" / "datasets.csv").open(newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == list(DATASETS)
    for dataset in DATASETS:
        for name in ("report.html", "report.pdf"):
            assert f'"{dataset}/{name}"' in ordinary.arrived.index


def test_every_job_has_a_log(ordinary: Ordinary) -> None:
    logs = ordinary.folder / "results" / ".logs"
    expected = {f"{dataset}/{stage}.log" for dataset in DATASETS for stage in STAGES}
    found = {file.relative_to(logs).as_posix() for file in logs.rglob("*.log")}
    assert found == expected | {f"{name}.log" for name in LAST}


def test_nothing_unfinished_is_left(ordinary: Ordinary) -> None:
    assert not [path for path in ordinary.folder.rglob("*") if ".part" in path.name]


def test_the_first_run_makes_everything(ordinary: Ordinary) -> None:
    assert ordinary.first.jobs == chain("first", "many-monday")


def test_a_second_run_makes_nothing(ordinary: Ordinary) -> None:
    assert ordinary.again.jobs == set()
    assert "Nothing to be done" in ordinary.again.said


def test_a_new_file_is_found_and_only_that_is_made(ordinary: Ordinary) -> None:
    assert ordinary.arrived.jobs == chain("many-tuesday")


def test_nothing_is_written_but_the_results(ordinary: Ordinary) -> None:
    mine = {"code", "config.yaml", "first.csv", "incoming"}
    assert {path.name for path in ordinary.folder.iterdir()} == mine | {"results", ".snakemake"}
    top = {path.name for path in (ordinary.folder / "results").iterdir()}
    files = {"index.html", "datasets.csv", "results.xlsx", "history.csv"}
    public, hidden = {*DATASETS, *files}, set(HIDDEN)
    assert public <= top <= public | hidden
    for name in top & hidden:
        assert (ordinary.folder / "results" / name).stat().st_mode & 0o007 == 0
    stray = [path for path in Path(ordinary.code).rglob("*") if path.suffix in (".log", ".json")]
    assert {path.name for path in stray} <= {"results.schema.json", "comparison.schema.json"}
