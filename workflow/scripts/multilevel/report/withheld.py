"""How a report says what is withheld: sizes, reliabilities and scores of small groups."""

import math
from dataclasses import replace

from multilevel.records.publication import WithheldPart
from multilevel.report.blocks import Paragraph
from multilevel.report.context import Context
from multilevel.wording import numbers


def row_score(c: Context) -> numbers.ScoreFormat:
    """Formats the scores of single groups in tables: as far as they were rounded."""
    said = c.results.publication
    if said is None or said.score_unit is None:
        return c.score.finer
    whole = round(-math.log10(said.score_unit))
    return replace(c.score, decimals=whole, most=whole)


def fewest(c: Context) -> str:
    """Members of the smallest group: 4, or where that is withheld, fewer than 10."""
    if c.data.n_min is not None:
        return numbers.count(c.data.n_min)
    return c.plain("publication.fewer", n=_min_members(c))


def fewest_members(c: Context) -> str:
    """4 students, or fewer than 10 students."""
    if c.data.n_min is not None:
        return c.members(c.data.n_min)
    return c.plain("publication.fewer_members", n=_min_members(c))


def least_reliability(c: Context) -> str:
    """Of the smallest group: 0.53, or where that is withheld, below 0.62."""
    least, said = c.between.reliability_min, c.results.publication
    if least is not None or said is None:
        return c.reliability.show(least)
    return c.plain("publication.below", value=c.reliability.show(said.reliability_below))


def withheld_part(c: Context, part: WithheldPart) -> tuple[Paragraph, ...]:
    """That a part of the report is withheld, why, and where it stands; nothing of others."""
    said = c.results.publication
    if said is None or part not in said.parts_withheld:
        return ()
    return (c.paragraph(f"publication.part.{part}"),)


def _min_members(c: Context) -> str:
    said = c.results.publication
    return numbers.count(said.min_members if said else 0)
