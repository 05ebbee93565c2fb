"""Files of R with what pyreadr doesn't write: attributes, tagged missing values, encodings."""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

NA_INTEGER = -(2**31)
UTF8, LATIN1 = 1 << 3, 1 << 2


def tagged_na(letter: str = "\0") -> float:
    """R's NA, or haven's with a letter."""
    (value,) = struct.unpack(">d", struct.pack(">II", 0x7FF00000 | ord(letter), 1954))
    return float(value)


def nothing() -> bytes:
    return struct.pack(">i", 254)


def text(value: str | bytes | None, marks: int = UTF8) -> bytes:
    if value is None:
        return struct.pack(">ii", 9, -1)
    content = value.encode() if isinstance(value, str) else value
    return struct.pack(">ii", 9 | marks << 12, len(content)) + content


def strings(values: Sequence[str | bytes | None], marks: int = UTF8, **attributes: bytes) -> bytes:
    return _vector(16, len(values), b"".join(text(one, marks) for one in values), attributes)


def reals(values: Sequence[float], **attributes: bytes) -> bytes:
    # numpy keeps the payload of a NaN.
    return _vector(14, len(values), np.array(values, "<f8").astype(">f8").tobytes(), attributes)


def integers(values: Sequence[int], **attributes: bytes) -> bytes:
    return _vector(13, len(values), np.array(values, ">i4").tobytes(), attributes)


def logicals(values: Sequence[int], **attributes: bytes) -> bytes:
    return _vector(10, len(values), np.array(values, ">i4").tobytes(), attributes)


def vector(items: Sequence[bytes], **attributes: bytes) -> bytes:
    return _vector(19, len(items), b"".join(items), attributes)


def _vector(kind: int, n: int, data: bytes, attributes: dict[str, bytes]) -> bytes:
    flags = kind | (0x200 if attributes else 0)
    return struct.pack(">ii", flags, n) + data + (pairs(attributes) if attributes else b"")


def pairs(items: dict[str, bytes]) -> bytes:
    cells = (struct.pack(">ii", 2 | 0x400, 1) + text(name) + value for name, value in items.items())
    return b"".join(cells) + nothing()


def sequence(n: int, first: int) -> bytes:
    """first:(first + n - 1), as R keeps it."""
    name = struct.pack(">ii", 2, 1) + text("compact_intseq")
    package = struct.pack(">ii", 2, 1) + text("base")
    info = name + package + struct.pack(">i", 2) + integers([13]) + nothing()
    return struct.pack(">i", 238) + info + reals([n, first, 1]) + nothing()


def wrapped(inner: bytes) -> bytes:
    info = struct.pack(">ii", 2, 1) + text("wrap_real") + nothing()
    return struct.pack(">i", 238) + info + vector([inner, integers([0, 0])]) + nothing()


def frame(columns: dict[str, bytes], n: int) -> bytes:
    attributes: dict[str, Any] = {
        "names": strings(list(columns)),
        "row.names": integers([NA_INTEGER, -n]),
        "class": strings(["data.frame"]),
    }
    return vector(list(columns.values()), **attributes)


def rds(value: bytes) -> bytes:
    encoding = b"UTF-8"
    return b"X\n" + struct.pack(">iiii", 3, 0x040202, 0x030500, len(encoding)) + encoding + value


def rda(values: dict[str, bytes]) -> bytes:
    return b"RDX2\nX\n" + struct.pack(">iii", 2, 0x040202, 0x020300) + pairs(values)
