"""What was found, by code and in sentences."""

from collections.abc import Iterable
from typing import Protocol

from multilevel.records.findings import Finding
from multilevel.wording.findings import sentences, text


class Found(Protocol):
    """Anything with findings: a table, a layout, students, a record."""

    @property
    def findings(self) -> Iterable[Finding]: ...


def of(found: Found, *codes: str) -> list[Finding]:
    return [one for one in found.findings if one.code in codes]


def cautions(found: Found) -> list[Finding]:
    return [one for one in found.findings if one.level == "caution"]


def notes(found: Found) -> list[str]:
    return [text(one) for one in found.findings if one.level == "note"]


def told(found: Found, *codes: str) -> str:
    return " ".join(said.striptags() for said in sentences(of(found, *codes)))
