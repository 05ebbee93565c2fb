"""The numbers behind figures: those published of the dataset, a file only where one is drawn."""

import csv
import io

from tests.helpers.building import PAGE_ONLY, build, dataset_of, simulated_csv

from multilevel.figures.registry import FIGURES
from multilevel.records.results import Results, decode
from multilevel.workbooks.figure_data import OF_GROUPS, OF_SCORES, figure_data


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_files_are_columns_of_groups_and_records_of_results(tmp_path):
    file = simulated_csv(tmp_path / "s.csv", [5, 8, 12, 9, 6, 7], 0.5)
    folder = build(
        dataset_of(file, benchmarks={"=Low": 400}), tmp_path / "out", choices=PAGE_ONLY
    ).folder
    groups = (folder / "groups.csv").read_bytes()
    results = decode((folder / "results.json").read_bytes(), Results)
    made = figure_data(results, groups, ["caterpillar", "score_distribution", "normality"])
    assert set(made) == {
        "caterpillar.csv",
        "score_distribution-percentiles.csv",
        "score_distribution-benchmarks.csv",
    }
    known = rows_of(groups)
    rows = rows_of(made["caterpillar.csv"])
    assert [row["eb_mean"] for row in rows] == [row["eb_mean"] for row in known]
    assert list(rows[0]) == ["group", *OF_GROUPS["caterpillar"]]
    percentiles = rows_of(made["score_distribution-percentiles.csv"])
    assert [float(row["value"]) for row in percentiles] == [
        one.value for one in results.distribution.percentiles
    ]
    assert rows_of(made["score_distribution-benchmarks.csv"])[0]["name"] == "'=Low"


def test_what_is_withheld_is_in_no_file():
    """Rows of groups.csv are all that there is: a group left out there is left out here."""
    groups = b"group,n,mean,sd\nA,10,1.5,\n"
    made = figure_data_of_groups(groups)
    assert rows_of(made["spread.csv"]) == [{"group": "A", "n": "10", "sd": ""}]
    assert "eb_mean" not in made["shrinkage.csv"].decode()
    assert figure_data_of_groups(b"group,n\n") == {}


def figure_data_of_groups(groups):
    return figure_data(None, groups, list(OF_GROUPS))


def test_names_are_those_of_figures():
    assert set(OF_GROUPS) | {OF_SCORES} <= set(FIGURES)
