"""Whose numbers a figure shows, and on which side of the overall mean a school lies."""

import pytest
from tests.helpers.building import simulated_csv
from tests.unit.report.test_wording import context, said

from multilevel.report.blocks import Table
from multilevel.report.compose import compose
from multilevel.report.sections.schools import schools_section


@pytest.fixture
def simulated(tmp_path):
    def make(sizes, ratio):
        return context(simulated_csv(tmp_path / "s.csv", sizes, ratio))

    return make


def test_schools_on_a_side_of_the_mean_are_marked(simulated):
    c = simulated([4, 9, 30, 12] * 6, 0.6)
    table = next(one for one in schools_section(c).blocks if isinstance(one, Table))
    column = [said(one.title) for one in table.columns].index("To overall mean")
    marks = [said(row.cells[column].text) for row in table.rows]
    assert marks.count("▲ above") == c.groups.n_above > 0
    assert marks.count("▼ below") == c.groups.n_below > 0
    assert marks.count("○ neither") == c.groups.n_not_distinguishable > 0
    assert "not adjusted for many comparisons" in said(table.notes)


def test_without_variance_between_schools_no_side_is_told(simulated):
    c = simulated([10] * 50, 0.0)
    assert c.model.boundary
    table = next(one for one in schools_section(c).blocks if isinstance(one, Table))
    assert "To overall mean" not in [said(one.title) for one in table.columns]
    assert {len(row.cells) for row in table.rows} == {len(table.columns)}
    assert "▲" not in said(table)


def printed_table(c):
    return next(one for one in schools_section(c).printed if isinstance(one, Table))


def test_paper_leaves_intervals_of_observed_means_out_where_rows_are_long(simulated, tmp_path):
    short = printed_table(simulated([12] * 30, 0.6))
    assert [said(one.title) for one in short.columns].count("CI of observed mean") == 1
    assert "interval of an observed mean" in said(short.notes)
    scores = (tmp_path / "s.csv").read_text(encoding="utf-8")
    (tmp_path / "s.csv").write_text(
        scores.replace("\ns", "\nA school of a name of two lines "), encoding="utf-8"
    )
    c = context(tmp_path / "s.csv")
    long, screen = printed_table(c), schools_section(c).blocks[-1]
    assert "CI of observed mean" not in [said(one.title) for one in long.columns]
    assert {len(row.cells) for row in long.rows} == {len(long.columns)}
    assert "interval of an observed mean" not in said(long.notes)
    assert "interval of a model estimate" in said(long.notes)
    assert long.print_rows < 30 == len(long.rows)
    assert "CI of observed mean" in [said(one.title) for one in screen.columns]


def test_a_figure_that_travels_alone_names_its_source(simulated):
    report = compose(simulated([4, 9, 30, 12] * 6, 0.6))
    counted = "330 students in 24 schools; "
    assert report.source.startswith("Source: A test (")
    assert report.source.endswith(f".csv), {counted}own calculation, Multilevel Reports 0")
    assert f"; {counted}Multilevel Reports 0" in report.foot
