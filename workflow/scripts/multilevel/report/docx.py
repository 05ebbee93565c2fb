"""A Word file as pandoc makes it, with head and foot, and the same bytes each time."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import escape

from multilevel.wording.catalogue import Catalogue

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCUMENT, RELATIONS = "word/document.xml", "word/_rels/document.xml.rels"
TYPES, CORE = "[Content_Types].xml", "docProps/core.xml"
# The earliest date that a ZIP file can name.
NO_TIME = (1980, 1, 1, 0, 0, 0)
PARTS = {"hdr": "header", "ftr": "footer"}
# A picture's whole content again, where a picture has the name of its file.
_CONTENT = re.compile(r'descr="data:[^"]*"')
_DATES = re.compile(r"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_SECTION = re.compile(r"<w:sectPr\s*/>|<w:sectPr[^>]*>")
_PLACE = re.compile("([\ue000\ue001])")
_FIELDS = {"\ue000": "PAGE", "\ue001": "NUMPAGES"}


@dataclass(frozen=True)
class Furniture:
    """What stands on every page: the mark of a draft at its head, `foot` and its number."""

    mark: str
    foot: str
    words: Catalogue

    @property
    def head_part(self) -> str:
        """The paragraph at the head."""
        return _paragraph(_run(self.mark), "right")

    @property
    def foot_part(self) -> str:
        """The paragraphs at the foot."""
        numbered = self.words.plain("page.print.page", page="\ue000", pages="\ue001")
        pieces = (_field(one) if one in _FIELDS else _run(one) for one in _PLACE.split(numbered))
        return _paragraph(_run(self.foot), "left") + _paragraph("".join(pieces), "right")


def finished(package: bytes, furniture: Furniture, produced: date | None) -> bytes:
    """The file with what stands on every page.

    Raises
    ------
    ValueError
        When something in it leads out of it: a bug.
    """
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    texts = {"hdr": furniture.head_part, "ftr": furniture.foot_part}
    for tag, name in PARTS.items():
        content = f'<w:{tag} xmlns:w="{MAIN}">{texts[tag]}</w:{tag}>'
        parts[f"word/{name}1.xml"] = _declared(content)
    document = _CONTENT.sub('descr=""', parts[DOCUMENT].decode("utf-8"))
    parts[DOCUMENT] = _SECTION.sub(_with_references, document).encode("utf-8")
    parts[RELATIONS] = _before_end(parts[RELATIONS], "Relationships", _relation)
    parts[TYPES] = _before_end(parts[TYPES], "Types", _type)
    if produced is None:
        parts[CORE] = _DATES.sub("", parts[CORE].decode("utf-8")).encode("utf-8")
    if any(b"TargetMode" in part for name, part in parts.items() if name.endswith(".rels")):
        raise ValueError("a Word file leads out of itself")
    return _zipped(parts)


def _zipped(parts: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name, NO_TIME), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _with_references(found: re.Match[str]) -> str:
    opening = found[0].rstrip("/> ") + ">"
    references = "".join(
        f'<w:{name}Reference w:type="default" r:id="{name}1" xmlns:r="{LINKS}"/>'
        for name in PARTS.values()
    )
    return opening + references + ("</w:sectPr>" if found[0].endswith("/>") else "")


def _before_end(part: bytes, root: str, entry: Callable[[str], str]) -> bytes:
    entries = "".join(map(entry, PARTS.values()))
    return part.replace(f"</{root}>".encode(), f"{entries}</{root}>".encode())


def _relation(name: str) -> str:
    return f'<Relationship Type="{LINKS}/{name}" Id="{name}1" Target="{name}1.xml"/>'


def _type(name: str) -> str:
    kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{name}+xml"
    return f'<Override PartName="/word/{name}1.xml" ContentType="{kind}"/>'


def _declared(content: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{content}'.encode()


def _paragraph(runs: str, side: str) -> str:
    return f'<w:p><w:pPr><w:jc w:val="{side}"/></w:pPr>{runs}</w:p>'


def _run(text: str) -> str:
    return f'<w:r>{_SMALL}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _field(place: str) -> str:
    return f'<w:fldSimple w:instr=" {_FIELDS[place]} ">{_run("1")}</w:fldSimple>'


_SMALL = '<w:rPr><w:sz w:val="16"/></w:rPr>'
