"""A dataset that can't be reported is refused with its reason; all others have their reports."""

import csv
import json

import pytest
from jsonschema import Draft202012Validator
from tests.helpers.running import ROOT, Run
from tests.pipeline.conftest import Mixed
from tests.pipeline.mixture import BORDERLINE, REFUSED

pytestmark = pytest.mark.xdist_group("mixed")


@pytest.fixture
def run(mixed: Mixed) -> Run:
    return mixed.run


def rows(run: Run) -> dict[str, dict[str, str]]:
    with (run.results / "datasets.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_the_exit_status_tells_and_the_refused_are_named_with_their_reasons(run: Run) -> None:
    assert run.status == 1
    assert f"{len(REFUSED)} of {len(rows(run))} datasets have no report:" in run.said
    for name, (code, named, _) in REFUSED.items():
        line = next(line for line in run.said.splitlines() if line.startswith(f"  {name}: "))
        assert code in line
        assert named in line


def test_nobody_sees_a_traceback(run: Run) -> None:
    assert "Traceback" not in run.said
    logs = sorted((run.results / ".logs").rglob("*.log"))
    assert logs
    assert not [log for log in logs if "Traceback" in log.read_text(encoding="utf-8")]


@pytest.mark.parametrize("dataset", BORDERLINE)
def test_all_others_have_their_reports(run: Run, dataset: str) -> None:
    assert run.result(dataset)["status"] == "ok"
    assert run.pdf_pages(dataset) > 3
    assert f'"{dataset}/report.html"' in run.index
    assert rows(run)[dataset]["status"] == "ok"


@pytest.mark.parametrize("dataset", REFUSED)
def test_a_refused_dataset_has_its_reason_everywhere(run: Run, dataset: str) -> None:
    code, named, remedy = REFUSED[dataset]
    result = run.result(dataset)
    assert result["status"] == "refused"
    assert result["reason"]["code"] == code
    assert named in result["reason"]["message"]
    assert result["reason"]["remedy"]
    assert remedy in result["reason"]["remedy"]
    assert run.pdf_pages(dataset) == 1
    assert f'"{dataset}/report.html"' in run.index
    row = rows(run)[dataset]
    assert (row["status"], row["reason_code"]) == ("refused", code)
    assert row["reason"] == result["reason"]["message"]


@pytest.mark.parametrize("dataset", [*BORDERLINE, *REFUSED])
def test_results_fit_their_schema(run: Run, dataset: str) -> None:
    schema = json.loads((ROOT / "workflow" / "schemas" / "results.schema.json").read_bytes())
    Draft202012Validator(schema).validate(run.result(dataset))


def test_borderline_results_are_what_they_should_be(run: Run) -> None:
    assert run.result("boundary")["model"]["tau00"] == 0
    assert run.result("boundary")["model"]["boundary"] is True
    assert run.result("two-optima")["model"]["n_optima"] == 2
    assert run.result("three-schools")["data"]["n_groups"] == 3


def test_the_table_is_in_the_configurations_order(run: Run) -> None:
    *first, hostile, one, two = rows(run)
    assert first == [*REFUSED, *BORDERLINE]
    assert (one, two) == ("parts-36", "parts-40")
    assert hostile.startswith("hostile-")
