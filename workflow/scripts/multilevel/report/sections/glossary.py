"""Reading help: what each statistic is, its range, how to read it, and a reference."""

from collections.abc import Sequence

from markupsafe import Markup

from multilevel.report.blocks import Points, Section
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
PARTS = ("term", "definition", "range", "reading", "reference")


def glossary_section(c: Context) -> Section:
    """The list that every term of the report links to."""
    blocks = (c.paragraph("glossary.lead"), Points(_explained(c, TERMS, "whole")))
    printed = (Points(_explained(c, ON_PAPER, "in_short"), columns=2),)
    return Section("help", c.plain("glossary.title"), blocks, printed)


def _explained(c: Context, names: Sequence[str], form: str) -> tuple[Markup, ...]:
    return tuple(
        Markup('<span id="{}">{}</span>').format(
            anchor(name),
            c.say(f"glossary.{form}", **{part: c.say(f"glossary.{name}.{part}") for part in PARTS}),
        )
        for name in names
    )
