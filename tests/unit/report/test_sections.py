"""Reports of chosen sections: nothing that is gone is pointed to."""

import re
from dataclasses import is_dataclass, replace

import pytest
from tests.helpers.building import ROOT, TEMPLATES, simulated_csv
from tests.helpers.contexts import WORDS, context, said

from multilevel.configuration.choices import ALWAYS_THERE, choices_of
from multilevel.configuration.schema import read_schema
from multilevel.records.findings import caution
from multilevel.report.blocks import Figure
from multilevel.report.compose import compose
from multilevel.report.context import Context
from multilevel.report.html import render_html
from multilevel.report.sections import SECTIONS, named
from multilevel.report.tools import Tools


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Context:
    file = simulated_csv(tmp_path_factory.mktemp("data") / "s.csv", [12] * 20, 0.5)
    made = context(file)
    noted = caution("normality_level1", "score")
    return replace(made, results=replace(made.results, findings=(noted,)))


def chosen(c: Context, *sections: str) -> Context:
    return replace(c, chosen=choices_of({"sections": list(sections)}))


def test_the_schema_has_the_names_of_the_registry() -> None:
    schema = read_schema(ROOT / "workflow" / "schemas")
    known = schema["$defs"]["report"]["properties"]["sections"]["items"]["enum"]
    names = [named(section) for section in SECTIONS]
    assert known == names, "workflow/schemas/config.schema.yaml has the names in the report's order"
    assert ALWAYS_THERE in known


def figures(node: object) -> set[str]:
    """The names of all figures in a report or a part of it."""
    if isinstance(node, Figure):
        return {node.key}
    parts = node if isinstance(node, tuple) else vars(node).values() if is_dataclass(node) else ()
    return {name for part in parts for name in figures(part)}


def test_every_figure_is_shown_by_a_section(whole: Context) -> None:
    unseen = set(whole.figure_texts) - figures(compose(whole))
    assert not unseen, f"no section of report/sections shows {unseen}: c.figure(name) does"


def test_sections_keep_their_order_and_methods_stay(whole: Context) -> None:
    report = compose(chosen(whole, "schools", "between"))
    assert [section.key for section in report.sections] == ["between", "schools", "methods"]
    assert len(report.summary) == len(compose(whole).summary)


def test_no_link_leads_to_a_section_that_is_not_there(whole: Context) -> None:
    for c in (whole, chosen(whole), chosen(whole, "between"), chosen(whole, "programs")):
        report = compose(c)
        svgs = {
            f"{name}{width}": "<svg></svg>" for name in c.figure_texts for width in ("", "-phone")
        }
        page = render_html(report, svgs, TEMPLATES, WORDS, Tools())
        ids = set(re.findall(r'\bid="([^"]+)"', page))
        assert set(re.findall(r'href="#([^"]+)"', page)) <= ids


def test_no_sentence_points_to_a_section_that_is_not_there(whole: Context) -> None:
    everything, little = said(compose(whole)), said(compose(chosen(whole, "programs")))
    for pointing in ("see the checks", "(see School by school)", "under “The estimates”"):
        assert pointing in everything
        assert pointing not in little
    assert "depart clearly from a normal distribution." in little
    assert "R’s confint profiles" in little
