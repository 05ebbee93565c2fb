"""The tree of tags of a drawn PDF, without the tags that say nothing."""

from typing import Any

import pydyf

# What may hold text itself, so that a tag around each line of it is for nothing.
HOLDERS = frozenset(
    f"/{name}" for name in ("P", "TD", "TH", "LBody", "Lbl", "Caption", "Link", "Span", "NonStruct")
) | {f"/H{level}" for level in range(1, 7)}
EMPTY = frozenset({"/Span", "/NonStruct"})
PLAIN = frozenset({"Type", "S", "K", "Pg", "P"})


def prune(pdf: pydyf.PDF) -> None:
    """Take out each Span and NonStruct that only holds text of the tag around it.

    WeasyPrint puts one around every line of text: half of all tags, a tenth of the file, and
    a stumbling block for who moves through the text by tags. Numbers of objects stay as they
    are; what is taken out stays as an empty one.
    """
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    elements = {o.reference: o for o in pdf.objects if _is_element(o)}
    heir: dict[bytes, bytes] = {}
    # Parents come before their children: from the last, a tag is seen after all in it.
    for reference, element in reversed(elements.items()):
        parent = elements.get(element["P"])
        if parent is not None and _says_nothing(element, parent) and reference in parent["K"]:
            place = parent["K"].index(reference)
            parent["K"][place : place + 1] = element["K"]
            heir[reference] = element["P"]
            element.clear()
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    for owners in numbers[1::2]:
        if isinstance(owners, list):
            owners[:] = [_last(owner, heir) for owner in owners]


def _is_element(found: object) -> bool:
    return isinstance(found, pydyf.Dictionary) and found.get("Type") == "/StructElem"


def _says_nothing(element: dict[str, Any], parent: dict[str, Any]) -> bool:
    return (
        element["S"] in EMPTY
        and parent["S"] in HOLDERS
        and element.get("Pg") == parent.get("Pg")
        and element.keys() <= PLAIN
        and all(isinstance(kid, int) for kid in element["K"])
    )


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _last(owner: bytes, heir: dict[bytes, bytes]) -> bytes:
    while owner in heir:
        owner = heir[owner]
    return owner
