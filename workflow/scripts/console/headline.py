"""A report on the terminal: page one's answers, its numbers, what to read with care."""

from engine.jobs import PROJECT
from multilevel.figures.data import GroupTable
from multilevel.records.findings import cautions_among
from multilevel.records.results import Results
from multilevel.report.context import Context
from multilevel.report.rules import exact_interval
from multilevel.report.sections.front import claim
from multilevel.wording import findings, numbers
from multilevel.wording.catalogue import Catalogue


def headline(results: Results) -> str:
    """Counts, both answers of page one, the numbers that lead, and the cautions by name.

    Raises
    ------
    ValueError
        When the dataset was refused.
    """
    words = Catalogue.load(PROJECT / "templates" / "text" / "en")
    c = Context(results, GroupTable.of_none(), words, {})
    lines = [
        c.plain("terminal.size", members=c.members(c.data.n_members), groups=_groups(c)),
        str(claim(c).striptags()),
        f"{_mean(c)}, {_icc(c)}, {_reliability(c)}",
    ]
    if care := cautions(results):
        lines.append(c.plain("terminal.care", cautions=", ".join(care)))
    return "\n".join(lines)


def cautions(results: Results) -> tuple[str, ...]:
    """The labels of what the report says under "Read with care"."""
    codes = (finding.code for finding in cautions_among(results.findings))
    return tuple(dict.fromkeys(map(findings.label, codes)))


def _groups(c: Context) -> str:
    return c.counted_groups(c.data.n_groups)


def _mean(c: Context) -> str:
    leader = c.leading.mean
    what, mean = c.plain(f"terminal.mean.{leader.quantity}"), c.score.headline(leader.value)
    if leader.se is None:
        return c.plain("terminal.no_se", what=what, mean=mean)
    return c.plain("terminal.with_se", what=what, mean=mean, se=c.score.headline(leader.se))


def _icc(c: Context) -> str:
    leader = c.leading.icc
    ends = exact_interval(leader)
    what = c.plain("terminal.icc.weighted" if c.leading.weighted else "terminal.icc.plain")
    if ends is None:
        return c.plain("terminal.no_interval", what=what, value=c.leading_icc.show(leader.value))
    span = c.span(c.leading_icc.interval(ends))
    return c.plain(
        "terminal.with_interval", what=what, value=c.leading_icc.show(leader.value), interval=span
    )


def _reliability(c: Context) -> str:
    return c.plain("terminal.reliability", value=numbers.share(c.leading.reliability.value))
