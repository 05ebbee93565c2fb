"""A file to what its report is written from, and all that a report says as text."""

from dataclasses import fields, is_dataclass

from markupsafe import Markup
from tests.helpers.building import TEMPLATES, dataset_of

from multilevel.configuration import Dataset
from multilevel.figures import stage as figures
from multilevel.figures.data import FigureData, GroupTable
from multilevel.fit.stage import fit
from multilevel.ingest.stage import ingest
from multilevel.report.blocks import Code
from multilevel.report.context import Context
from multilevel.summarise.summary import summarise
from multilevel.wording.catalogue import Catalogue

ROOT = TEMPLATES.parent
WORDS = Catalogue.load(TEMPLATES / "text" / "en")
SOFTWARE = {"multilevel-reports": "0"}


def context(file, **settings) -> Context:
    dataset = dataset_of(file, **settings)
    accepted, students = ingest(dataset, file)
    assert accepted.refusal is None, accepted.refusal
    dataset = Dataset.from_settings(accepted.config)
    summary = summarise(accepted, fit(students, dataset), students, SOFTWARE)
    data = FigureData.build(summary.results, summary.schools, students)
    schools = GroupTable.from_frame(summary.schools)
    return Context(summary.results, schools, WORDS, figures.captions(data, WORDS).figures)


def said(node: object) -> str:
    """All text of a report, tags removed."""
    if isinstance(node, str):
        return str(Markup(node).striptags()) if "<" in node or "&" in node else node
    if isinstance(node, tuple):
        return " ".join(said(part) for part in node)
    if isinstance(node, Code):  # "nan" may well stand in code
        return node.title
    if is_dataclass(node):
        shown = [f.name for f in fields(node) if f.name not in ("key", "kind", "latex", "sort")]
        return " ".join(said(getattr(node, name)) for name in shown)
    return ""
