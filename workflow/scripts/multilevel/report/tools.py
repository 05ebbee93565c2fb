"""What a page offers beside its text: files inside it, files beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from markupsafe import Markup

from multilevel.configuration.choices import USUAL, Choices
from multilevel.report.attachments import GROUPS, RESULTS
from multilevel.report.embedded import Embedded
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.quoting import one_line

NOTHING = Markup()
# Letters of a comparison's title on a button.
LONGEST_TITLE = 60


@dataclass(frozen=True)
class Link:
    """A button of the page, to a file beside it."""

    text: str
    href: str


@dataclass(frozen=True)
class Download:
    """A button that saves a file from inside the page; without scripts, a link to the file."""

    text: str
    file: Embedded


@dataclass(frozen=True)
class Tools:
    """All buttons of a page; `note` says what is not whole, or nothing."""

    downloads: tuple[Download, ...] = ()
    links: tuple[Link, ...] = ()
    note: Markup = NOTHING


def links_to_printed(chosen: Choices, words: Catalogue) -> tuple[Link, ...]:
    """Links to what is made beside the page."""
    return tuple(
        Link(words.plain(f"page.links.{one}"), file)
        for one, file in zip(chosen.printed, chosen.files, strict=True)
    )


def with_comparisons(tools: Tools, compared: Sequence[tuple[str, str]], words: Catalogue) -> Tools:
    """The same with links to the comparisons of these ids and titles."""
    links = (
        Link(
            words.plain("page.links.comparison", title=one_line(title, LONGEST_TITLE)),
            f"../{quote(name, safe='')}/report.html",
        )
        for name, title in compared
    )
    return replace(tools, links=(*tools.links, *links))


def standard_tools(
    words: Catalogue, files: Sequence[Embedded], groups: str = "", chosen: Choices = USUAL
) -> Tools:
    """The buttons of a report in its usual place.

    Parameters
    ----------
    files
        results.json and, where the page has room for it, groups.csv.
    groups
        The dataset's word for schools; "" when there is no table of schools.
    chosen
        The formats that are made.
    """
    by_name = {file.name: file for file in files}
    texts = {
        RESULTS: words.plain("page.links.results"),
        GROUPS: words.plain("page.links.groups", Groups=groups[:1].upper() + groups[1:]),
    }
    links = list(links_to_printed(chosen, words))
    links.append(Link(words.plain("page.links.workbook"), "results.xlsx"))
    note = NOTHING
    if groups and GROUPS not in by_name:
        links.append(Link(texts[GROUPS], GROUPS))
        note = words.say("page.tools.too_big")
    elif groups and by_name[GROUPS].digits:
        note = words.say("page.tools.rounded", digits=numbers.count(by_name[GROUPS].digits))
    links.append(Link(words.plain("page.links.index"), "../index.html"))
    downloads = tuple(Download(texts[file.name], file) for file in files)
    return Tools(downloads, tuple(links), note)
