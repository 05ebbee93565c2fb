"""What a page says of its publisher, in words and styles."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from multilevel.publication.publisher import NOBODY, Publisher
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.dates import long_date

# The address of the logo within the bundle that a PDF is drawn from.
LOGO_URL = "bundle:publisher/logo"


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """What a page's templates show of a publisher; "" for what isn't shown.

    Attributes
    ----------
    draft
        Says that the page is no final one.
    mark
        The same in a word, for the head of each page of paper.
    logo, alt
        Address of the logo, and what it shows.
    note
        The publisher's own words.
    lines
        Publisher, dates, contact and licence.
    author
        Who publishes, for the metadata.
    licence, issued
        For the metadata; `issued` as YYYY-MM-DD.
    """

    draft: str = ""
    mark: str = ""
    logo: str = ""
    alt: str = ""
    note: str = ""
    lines: tuple[Markup, ...] = ()
    author: str = ""
    licence: str = ""
    issued: str = ""


NOTHING = Imprint()


def contact(publisher: Publisher, words: Catalogue) -> dict[str, str]:
    """Who publishes and whom to ask, for a workbook's first sheet: label to text."""
    names = ("publisher", "contact", "licence", "released", "next_release")
    return {
        words.plain(f"workbook.contact.{name}"): getattr(publisher, name)
        for name in names
        if getattr(publisher, name)
    }


def imprint(publisher: Publisher, words: Catalogue, *, printed: bool = False) -> Imprint:
    """What a page shows of its publisher.

    Parameters
    ----------
    printed
        Whether it is for a PDF, whose pictures come from a bundle.
    """
    if publisher == NOBODY:
        return NOTHING
    name, logo = publisher.publisher, ""
    if publisher.logo:
        logo = LOGO_URL if printed else publisher.logo.url
    return Imprint(
        draft=words.plain("publisher.draft") if publisher.draft else "",
        mark=words.plain("publisher.draft_mark") if publisher.draft else "",
        logo=logo,
        alt=words.plain("publisher.logo_of", publisher=name)
        if name
        else words.plain("publisher.logo"),
        note=publisher.note,
        lines=_lines(publisher, words),
        author=name,
        licence=publisher.licence,
        issued=publisher.released,
    )


def _lines(publisher: Publisher, words: Catalogue) -> tuple[Markup, ...]:
    name, released = publisher.publisher, publisher.released
    lines = [words.say("publisher.published", publisher=name)] if name else []
    if released:
        lines.append(words.say("publisher.about.released", date=long_date(released, words)))
    for key in ("next_release", "contact", "licence"):
        if value := getattr(publisher, key):
            lines.append(words.say(f"publisher.about.{key}", **{key: value}))
    return tuple(lines)


def titled(title: str, publisher: Publisher, words: Catalogue) -> str:
    """A document's title in its metadata: that of a draft says so."""
    return words.plain("publisher.draft_title", title=title) if publisher.draft else title


def cited(citation: str, publisher: Publisher, words: Catalogue) -> str:
    """How to cite a report, with its publisher first and its licence last."""
    if publisher.publisher:
        name = publisher.publisher.rstrip(".")
        citation = words.plain("publisher.citation", publisher=name, citation=citation)
    if publisher.draft:
        citation = words.plain("publisher.cited_draft", citation=citation)
    if publisher.licence:
        licence = publisher.licence.rstrip(".")
        citation = words.plain("publisher.cited_licence", citation=citation, licence=licence)
    return citation


def screen_styles(publisher: Publisher) -> str:
    """CSS of the publisher's colours, on light and dark screens; "" for the usual ones."""
    palette = publisher.palette
    if palette is None:
        return ""
    light, dark = _variables(palette.light), _variables(palette.dark)
    return (
        f":root {{ {light} }}\n"
        "@media screen and (prefers-color-scheme: dark) "
        f'{{ :root:not([data-theme="light"]) {{ {dark} }} }}\n'
        f'@media screen {{ :root[data-theme="dark"] {{ {dark} }} }}'
    )


def paper_styles(publisher: Publisher, mark: str) -> str:
    """CSS of a PDF: the publisher's colours, and at the head of each page the mark of a draft.

    Parameters
    ----------
    mark
        The word, as a quoted CSS string.
    """
    palette = publisher.palette
    colours = f":root {{ {_variables(palette.light)} }}\n" if palette else ""
    if not publisher.draft:
        return colours
    # The words of the head leave room in its middle.
    return colours + (
        "@page { @top-left { width: 44% } @top-right { width: 44% } @top-center { "
        f"content: {mark}; width: 12%; text-align: center; vertical-align: bottom; "
        "padding-bottom: 4.5mm; font: 600 9pt Inter; color: #8c2d82; } }"
    )


def _variables(colours: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())
