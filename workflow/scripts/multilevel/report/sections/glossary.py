"""Reading help: what each statistic is, its range, how to read it, and a reference."""

from markupsafe import Markup

from multilevel.report.blocks import Cell, Column, Row, Section, Table
from multilevel.report.context import Context, anchor

# In the order in which the report uses them.
TERMS = (
    "gamma00",
    "se",
    "interval",
    "tau00",
    "sigma2",
    "icc",
    "reliability",
    "design_effect",
    "eb_mean",
    "p",
    "log_likelihood",
)
COLUMNS = ("term", "definition", "range", "reading", "reference")


def glossary_section(c: Context) -> Section:
    """The table that every term of the report links to."""
    table = Table(
        key="glossary",
        title=c.say("glossary.table"),
        columns=tuple(Column(c.say(f"glossary.heading.{name}")) for name in COLUMNS),
        rows=tuple(_row(c, name) for name in TERMS),
    )
    return Section("help", c.plain("glossary.title"), (c.paragraph("glossary.lead"), table))


def _row(c: Context, name: str) -> Row:
    texts: tuple[Markup, ...] = tuple(c.say(f"glossary.{name}.{part}") for part in COLUMNS)
    return Row(tuple(Cell(text) for text in texts), key=anchor(name))
