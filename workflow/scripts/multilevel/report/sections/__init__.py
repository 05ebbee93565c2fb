"""The sections of a report, in order. A section is a function from Context to Section.

Or to None, where it has nothing to say of a dataset.
"""

from collections.abc import Callable

from multilevel.report.blocks import Section
from multilevel.report.context import Context
from multilevel.report.sections.between import between_section
from multilevel.report.sections.checks import checks_section
from multilevel.report.sections.companion import companion_section
from multilevel.report.sections.data import data_section
from multilevel.report.sections.estimates import estimates_section
from multilevel.report.sections.glossary import glossary_section
from multilevel.report.sections.methods import methods_section
from multilevel.report.sections.model import model_section
from multilevel.report.sections.naive_and_model import naive_section
from multilevel.report.sections.programs import programs_section
from multilevel.report.sections.schools import schools_section
from multilevel.report.sections.scores import scores_section
from multilevel.report.sections.survey import survey_section

SECTIONS: tuple[Callable[[Context], Section | None], ...] = (
    between_section,
    scores_section,
    naive_section,
    model_section,
    estimates_section,
    programs_section,
    survey_section,
    schools_section,
    companion_section,
    data_section,
    checks_section,
    glossary_section,
    methods_section,
)


def named(section: Callable[[Context], Section | None]) -> str:
    """What the configuration calls a section: its function's name without ``_section``."""
    return section.__name__.removesuffix("_section")
