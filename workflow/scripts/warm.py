"""What a warm server does before its first job: a small report, written nowhere.

It imports every stage and fills what the libraries and ours keep: fonts, styles,
templates, equations. Nothing here may start threads, as reading Parquet does: a fork
copies only one.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from multilevel import configuration
from multilevel.figures import stage as figures
from multilevel.figures.data import FigureData, GroupTable
from multilevel.fit import whole as fit
from multilevel.index import check  # noqa: F401
from multilevel.index import stage as index  # noqa: F401
from multilevel.ingest import stage as ingest
from multilevel.ingest.statistics import Rows, students_of
from multilevel.records.results import encode
from multilevel.records.students import Students
from multilevel.report import stage as report
from multilevel.report.context import Context
from multilevel.summarise.stage import groups_csv, software
from multilevel.summarise.summary import summarise
from multilevel.wording.catalogue import Catalogue

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = PROJECT / "templates"
SCHOOLS, STUDENTS = 8, 6


def warm() -> None:
    """Make a report of made-up scores."""
    entry = {"file": "none", "outcome": "score", "group": "school", "bootstrap": 100}
    config = {"datasets": {"warm": entry}}
    (dataset,) = configuration.read(config, PROJECT / "workflow" / "schemas", PROJECT).datasets
    nothing, _ = ingest.ingest(dataset, None)
    students = _students()
    ingested = replace(nothing, status="ok", refusal=None, rows_read=students.n_members)
    summary = summarise(ingested, fit.fit(students, dataset), students, software())
    words = Catalogue.load(TEMPLATES / "text" / "en")
    data = FigureData.build(summary.results, summary.schools, students)
    said = figures.captions(data, words)
    drawn = figures.draw_all(data, words, TEMPLATES / "fonts", said)
    table = GroupTable.from_frame(summary.schools)
    svgs = {Path(name).stem: svg for name, svg in drawn.svgs.items()}
    context = Context(summary.results, table, words, said.figures)
    written, groups = encode(summary.results), groups_csv(summary.schools)
    report.render(context, svgs, TEMPLATES, written, groups)


def _students() -> Students:
    """Schools that differ and students who do, by a rule instead of chance."""
    group = np.repeat(np.arange(SCHOOLS), STUDENTS)
    place = np.arange(len(group))
    score = np.float64(500) + 20 * (group * 5 % SCHOOLS) + 30 * (place * 7 % 5)
    ids = tuple(f"s{school}" for school in range(SCHOOLS))
    return students_of(Rows(group=group, scores=score[:, None]), ids)
