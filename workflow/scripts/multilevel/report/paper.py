"""A report as paper shows it: shortened where screens have room, citing what it lists."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

from markupsafe import Markup

from multilevel.report.blocks import Block, MadeRows, Points, Report, Section, Subsection

REFERENCES = "references"
_TERM = re.compile(r'<a class="term"[^>]*>(.*?)</a>', re.S)
# Between an author's name and the year stand at most so many letters: "Hedges & Hedberg 2007".
LONGEST_CITATION = 40


def on_paper(report: Report) -> Report:
    """The report with what paper shows in place of what screens show."""
    shown = printed(report)
    said = " ".join(_texts((shown.summary, shown.sections)))
    return replace(shown, sections=tuple(_citing(section, said) for section in shown.sections))


def printed(report: Report) -> Report:
    """The same, with all references."""
    sections = (_printed_section(section) for section in report.sections)
    return replace(report, sections=tuple(section for section in sections if section.blocks))


def without_terms(html: str) -> str:
    """Without the links to the reading help, which paper doesn't have."""
    return _TERM.sub(r"\1", html)


def cited(reference: Markup, text: str) -> bool:
    """Whether the first author and the year of `reference` stand together in `text`."""
    plain = reference.striptags()
    author, year = re.match(r"[^,.(]+", plain), re.search(r"\((\d{4})", plain)
    if author is None or year is None:
        return True
    between = rf"[^.;]{{0,{LONGEST_CITATION}}}"
    return re.search(re.escape(author[0].strip()) + between + year[1], text) is not None


def _printed_section(section: Section) -> Section:
    blocks = section.blocks if section.printed is None else section.printed
    return replace(section, blocks=tuple(_printed_block(block) for block in blocks), printed=None)


def _printed_block(block: Block | Subsection) -> Block | Subsection:
    if isinstance(block, Subsection) and block.printed is not None:
        return replace(block, blocks=block.printed)
    return block


def _citing(section: Section, said: str) -> Section:
    return replace(section, blocks=tuple(_only_cited(block, said) for block in section.blocks))


def _only_cited(block: Block | Subsection, said: str) -> Block | Subsection:
    if not isinstance(block, Subsection) or block.key != REFERENCES:
        return block
    lists = (
        replace(one, items=tuple(item for item in one.items if cited(item, said)))
        if isinstance(one, Points)
        else one
        for one in block.blocks
    )
    return replace(block, blocks=tuple(lists))


def _texts(part: object) -> Iterator[str]:
    """All words of a part of a report, but for the list of references and rows of data."""
    if isinstance(part, Subsection) and part.key == REFERENCES:
        return
    if isinstance(part, str):
        yield Markup(part).striptags()
    elif isinstance(part, tuple):
        for one in part:
            yield from _texts(one)
    elif is_dataclass(part) and not isinstance(part, MadeRows):
        for field in fields(part):
            yield from _texts(getattr(part, field.name))
