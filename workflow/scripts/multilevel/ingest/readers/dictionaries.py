"""What SPSS and Stata files say of themselves and pyreadstat doesn't tell.

That is whether they name the encoding of their text, and what their columns are used as: the
weight and the roles of SPSS, the design, panels and reshaped columns among Stata's characteristics.
A file that isn't laid out as expected says nothing.

Sources: PSPP's description of system files; Stata's dta(5) for releases 110 to 119.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from multilevel.ingest.readers.table import Use

_SPSS_HEADER = 176
_MACHINE, _LONG_NAMES, _ATTRIBUTES, _ENCODING = 3, 13, 18, 20  # kinds of record 7
_CODE_PAGES = 5  # below are "7 bit" and "8 bit", which name no encoding
_ROLE = re.compile(r"\$@Role\('([0-9])'")
_TARGET = "1"
_NEW_STATA = re.compile(rb"<stata_dta><header><release>(\d{3})</release><byteorder>(LSF|MSF)<")
_UTF_8_SINCE = 118
_CHARACTERISTICS = 8  # place in the map of a new file
# Bytes of the names' field, of a format and of other parts of a variable, by release.
_NAME, _LABEL = 33, 81
_USES: Mapping[str, Use] = {
    "_svy_wvar": "weight",
    "_svy_su1": "group",
    "_TSpanel": "group",
    "iis": "group",
    "ReS_i": "member",
}


@dataclass(frozen=True)
class Told:
    """What a file says.

    Attributes
    ----------
    encoded
        Whether it names the encoding of its text.
    uses
        What columns are used as, by names in lower case.
    """

    encoded: bool
    uses: Mapping[str, Use] = field(default_factory=dict)


def told(content: bytes, ending: str) -> Told:
    """What a file of this ending says; of other formats that they name their encoding."""
    reader = {".sav": _spss, ".zsav": _spss, ".dta": _stata}.get(ending)
    if reader is None:
        return Told(encoded=True)
    try:
        return reader(content)
    except (struct.error, IndexError, ValueError):
        return Told(encoded=False)


def _spss(content: bytes) -> Told:
    order = "<" if content[64:68] in (b"\2\0\0\0", b"\3\0\0\0") else ">"
    (weight,) = struct.unpack_from(f"{order}i", content, 76)
    encoded, names, long_names, attributes = False, [], "", ""
    for kind, start, end in _records(content, order):
        if kind == 2:
            names.append(content[start + 24 : start + 32].decode("latin-1").strip())
        piece = content[start:end]
        if kind == -_MACHINE and len(piece) >= 32:
            encoded |= struct.unpack_from(f"{order}8i", piece)[7] >= _CODE_PAGES
        elif kind == -_ENCODING:
            encoded = True
        elif kind == -_LONG_NAMES:
            long_names = piece.decode("latin-1")
        elif kind == -_ATTRIBUTES:
            attributes = piece.decode("latin-1")
    called = dict(one.partition("=")[::2] for one in long_names.split("\t"))
    uses: dict[str, Use] = {}
    for one in attributes.split("/"):
        name, _, given = one.partition(":")
        role = _ROLE.search(given)
        if role and role[1] == _TARGET:
            uses[name.casefold()] = "outcome"
    if 0 < weight <= len(names):
        short = names[weight - 1]
        uses[called.get(short, short).casefold()] = "weight"
    return Told(encoded, uses)


def _records(content: bytes, order: str) -> Iterator[tuple[int, int, int]]:
    """The kind of each record of the dictionary, less than 0 of extensions, and its bytes."""
    start = _SPSS_HEADER
    while (kind := _number(content, order, start)) != 999:
        if kind == 7:
            kind, size, n = (_number(content, order, start + at) for at in (4, 8, 12))
            end = start + 16 + size * n
            yield -kind, start + 16, end
        else:
            end = start + _length(content, order, kind, start)
            yield kind, start, end
        if end <= start:
            raise ValueError("a length below 0")
        start = end


def _length(content: bytes, order: str, kind: int, start: int) -> int:
    """Bytes of a record that is no extension; ValueError where there is none of its kind."""
    n = _number(content, order, start + 4)
    if kind == 2:  # a variable, n being its type
        labelled, n_missing = (_number(content, order, start + at) for at in (8, 12))
        label = 4 + (_number(content, order, start + 32) + 3) // 4 * 4 if labelled else 0
        return 32 + label + 8 * abs(n_missing)
    if kind == 3:  # labels of n values
        place = start + 8
        for _ in range(n):
            place += 8 + (content[place + 8] + 8) // 8 * 8
        return place - start
    each = {4: 4, 6: 80}  # variables with the labels, and lines of a document
    if kind not in each:
        raise ValueError(f"record {kind}")
    return 8 + each[kind] * n


def _number(content: bytes, order: str, place: int) -> int:
    return int(struct.unpack_from(f"{order}i", content, place)[0])


def _stata(content: bytes) -> Told:
    new = _NEW_STATA.match(content)
    if new is None:
        return Told(encoded=False, uses=_uses(_old_characteristics(content)))
    release, order = int(new[1]), "<" if new[2] == b"LSF" else ">"
    encoded = release >= _UTF_8_SINCE
    try:
        return Told(encoded, _uses(_new_characteristics(content, order, encoded)))
    except (struct.error, IndexError, ValueError):
        return Told(encoded)


def _uses(characteristics: Iterator[tuple[bytes, bytes, bytes]]) -> dict[str, Use]:
    of_file = {
        name.decode("latin-1"): text.decode("utf-8", "replace").strip("\0 ")
        for column, name, text in characteristics
        if column == b"_dta"
    }
    uses: dict[str, Use] = {}
    for name, use in _USES.items():
        if name in ("_TSpanel", "iis") and {"_TStvar", "tis"} & set(of_file):
            use = "member"  # who is observed again and again
        for column in of_file.get(name, "").split():
            uses.setdefault(column.casefold(), use)
    return uses


def _new_characteristics(
    content: bytes, order: str, wide: bool
) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Column, name and text of each characteristic of a file of release 117 or later."""
    place = content.index(b"<map>", 0, 2_000) + len(b"<map>") + 8 * _CHARACTERISTICS
    (place,) = struct.unpack_from(f"{order}Q", content, place)
    place += len(b"<characteristics>")
    width = 129 if wide else _NAME
    while content[place : place + 4] == b"<ch>":
        (size,) = struct.unpack_from(f"{order}I", content, place + 4)
        place += 8
        yield _characteristic(content[place : place + size], width)
        place += size + len(b"</ch>")


def _old_characteristics(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The same of a file of release 110 to 115."""
    release, order = content[0], ">" if content[1] == 1 else "<"
    if not 110 <= release <= 115:
        return
    (n,) = struct.unpack_from(f"{order}H", content, 4)
    formats = 49 if release >= 114 else 12
    place = 109 + n * (1 + _NAME + formats + _NAME + _LABEL) + 2 * (n + 1)
    while True:
        kind, size = struct.unpack_from(f"{order}BI", content, place)
        if not kind:
            return
        place += 5
        yield _characteristic(content[place : place + size], _NAME)
        place += size


def _characteristic(content: bytes, width: int) -> tuple[bytes, bytes, bytes]:
    column, name = (content[at : at + width].partition(b"\0")[0] for at in (0, width))
    return column, name, content[2 * width :].partition(b"\0")[0]
