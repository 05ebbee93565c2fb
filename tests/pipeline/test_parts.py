"""One file of two countries, joined with one of their schools: read once, reported twice."""

import csv
from pathlib import Path

import pytest
from tests.helpers.faults import breakable_code, config_of, statuses
from tests.helpers.running import Run, configure, snakemake
from tests.pipeline.conftest import Mixed

pytestmark = pytest.mark.xdist_group("mixed")


@pytest.fixture
def run(mixed: Mixed) -> Run:
    return mixed.run


def groups(run: Run, dataset: str) -> dict[str, int]:
    file = run.results / dataset / "groups.csv"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return {row["group"]: int(row["n"]) for row in csv.DictReader(opened)}


@pytest.mark.parametrize(("value", "name"), [("36", "Australia"), ("40", "Austria")])
def test_each_part_is_a_dataset_with_its_own_numbers(run: Run, value: str, name: str) -> None:
    dataset = f"parts-{value}"
    found = run.result(dataset)
    assert (found["status"], found["labels"]["title"]) == ("ok", f"Parts: {name}")
    assert found["provenance"]["rows_read"] == 60
    missing = {one["reason"]: one["n"] for one in found["provenance"]["missing"]}
    assert missing["9999"] == 1
    # The fourth student of one school and the eleventh of another are missing, a school's
    # students have no weight: all as the file and its join say.
    sizes = {f"School {value}0{school}": 10 for school in range(6)}
    sizes[f"School {value}00" if value == "36" else f"School {value}01"] = 9
    if value == "36":
        del sizes["School 3605"]
    assert groups(run, dataset) == sizes
    assert found["weighted"]["scaling"] == "size"
    assert f'"{dataset}/report.html"' in run.index


def test_the_report_tells_of_part_and_join(run: Run) -> None:
    notes = " ".join(run.result("parts-36")["provenance"]["notes"])
    assert 'The rows with "36" in "IDCNTRY", 60 of 120.' in notes
    assert 'Rows without a partner there: 10, of 1 ids, the first "3605"' in notes
    assert 'ids there without a row here: 1, the first "9900"' in notes


def test_the_file_is_split_once(run: Run) -> None:
    assert run.said.count("rule split:") == 1
    assert (run.results / ".stages" / "splits.json").is_file()


def test_a_new_title_splits_nothing_anew_and_new_rows_do(tmp_path: Path) -> None:
    code = breakable_code(tmp_path)
    file = tmp_path / "both.csv"
    schools = [f"{country}{school},{country}" for country in "AB" for school in range(6)]
    rows = [f"{school},{score}" for school in schools for score in (400, 500, 630)]
    file.write_text("\n".join(("school,country,score", *rows, "")))
    entry = {"file": "both.csv", "outcome": "score", "group": "school", "split_by": "country"}

    def started(title: str, *options: str) -> Run:
        configure(tmp_path, config_of({}) | {"datasets": {"x": {**entry, "title": title}}})
        return snakemake(tmp_path, *options, repository=code)

    first = started("One")
    assert "split" in {job.split()[0] for job in first.jobs}
    assert set(statuses(first.results)) == {"x-A", "x-B"}
    renamed = started("Another")
    assert {"ingest x-A", "ingest x-B"} <= renamed.jobs
    assert not any(job.startswith("split") for job in renamed.jobs)
    assert renamed.result("x-A")["labels"]["title"] == "Another: A"
    assert renamed.result("x-A")["model"] == first.result("x-A")["model"]
    file.write_text("\n".join(("school,country,score", *rows, *rows[:1], "")))
    assert any(job.startswith("split") for job in started("Another", "--dry-run").jobs)
