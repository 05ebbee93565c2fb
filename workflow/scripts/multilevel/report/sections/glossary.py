"""Reading help: what each statistic is, its range, how to read it, and a reference."""

from markupsafe import Markup

from multilevel.report.blocks import Cell, Column, Points, Row, Section, Table
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
# Those of page one and of the tables, which paper explains.
ON_PAPER = ("gamma00", "se", "interval", "tau00", "icc", "reliability", "eb_mean")
COLUMNS = ("term", "definition", "range", "reading", "reference")


def glossary_section(c: Context) -> Section:
    """The table that every term of the report links to."""
    table = Table(
        key="glossary",
        title=c.say("glossary.table"),
        columns=tuple(Column(c.say(f"glossary.heading.{name}")) for name in COLUMNS),
        rows=tuple(_row(c, name) for name in TERMS),
    )
    printed = (Points(tuple(_in_short(c, name) for name in ON_PAPER), columns=2),)
    blocks = (c.paragraph("glossary.lead"), table)
    return Section("help", c.plain("glossary.title"), blocks, printed)


def _in_short(c: Context, name: str) -> Markup:
    """A term as paper explains it: what it is and how to read it."""
    parts = ("term", "definition", "reading", "reference")
    return c.say("glossary.in_short", **{part: c.say(f"glossary.{name}.{part}") for part in parts})


def _row(c: Context, name: str) -> Row:
    texts: tuple[Markup, ...] = tuple(c.say(f"glossary.{name}.{part}") for part in COLUMNS)
    return Row(tuple(Cell(text) for text in texts), key=anchor(name))
