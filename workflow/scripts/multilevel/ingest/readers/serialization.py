"""R's serialization, in which it saves objects: values with attributes, nothing is evaluated.

The format is described in "R Internals", section 1.8, and in R's src/main/serialize.c.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

NIL, SYMBOL, PAIRS, ENVIRONMENT, CHARACTERS = 0, 1, 2, 4, 9
LOGICAL, INTEGER, REAL, COMPLEX, STRINGS, VECTOR, RAW = 10, 13, 14, 15, 16, 19, 24
_CALLS = (3, 5, 6, 17)  # closures, promises, calls: kept as pairs
_ATTRIBUTED_CALLS = {240: 6, 239: 2}
_BUILTIN = (7, 8)
_EXPRESSION, _POINTER, _WEAK, _S4 = 20, 22, 23, 25
_REFERENCE, _ALTERNATIVE = 255, 238
_NAMED_ELSEWHERE = (247, 248, 249)  # persistent values, packages, namespaces
_NOTHING = (254, 253, 252, 251, 250, 242, 241)
_ITEM = {LOGICAL: ">i4", INTEGER: ">i4", REAL: ">f8", COMPLEX: ">c16", RAW: "u1"}
_ATTRIBUTES, _TAG = 0x200, 0x400
_FORMAT = b"X\n"  # as R writes unless asked for another: the bytes of numbers in network order


class NotReadable(ValueError):
    """What isn't an R file, isn't whole, or has objects that no table has."""


@dataclass(frozen=True)
class Text:
    """A text as it stands in the file: its bytes and R's marks of its encoding."""

    content: bytes
    marks: int


@dataclass(frozen=True, eq=False)
class Value:
    """An object of R.

    Attributes
    ----------
    kind
        R's number for its type.
    data
        An array of numbers, a list of `Text` or None (strings) or of values (lists), pairs of a
        name and a value.
    attributes
        Values by name.
    """

    kind: int
    data: Any = None
    attributes: Mapping[str, "Value"] = field(default_factory=dict)


def objects(content: bytes) -> Iterator[tuple[str, Value]]:
    """The objects of an uncompressed file with their names, "" for the only one of saveRDS.

    Raises
    ------
    NotReadable
        When it is no whole file of the kind.
    """
    named = content.startswith((b"RDX2\n", b"RDX3\n"))
    reader = _Reader(content, 5 if named else 0)
    value = reader.whole()
    if named:
        yield from value.data or ()
    else:
        yield "", value


class _Reader:
    """Takes items off the bytes of a file."""

    def __init__(self, content: bytes, place: int) -> None:
        self._content, self._place = content, place
        self._references: list[Value] = []

    def whole(self) -> Value:
        """The header and the item after it."""
        if self._take(2) != _FORMAT:
            raise NotReadable("it is not in the binary form that saveRDS and save write")
        version, _, _ = self._integers(3)
        if version not in (2, 3):
            raise NotReadable(f"its form is of version {version}")
        if version == 3:
            self._take(self._length())
        return self._item()

    def _take(self, n: int) -> bytes:
        start, self._place = self._place, self._place + n
        if n < 0 or self._place > len(self._content):
            raise NotReadable("it ends too early")
        return self._content[start : self._place]

    def _integers(self, n: int) -> tuple[int, ...]:
        return struct.unpack(f">{n}i", self._take(4 * n))

    def _length(self) -> int:
        (n,) = self._integers(1)
        if n == -1:
            high, low = self._integers(2)
            n = (high << 32) + (low & 0xFFFFFFFF)
        if n < 0 or n > len(self._content):
            raise NotReadable("it has an impossible length")
        return n

    def _item(self) -> Value:
        (flags,) = self._integers(1)
        kind = flags & 0xFF
        if kind in _NOTHING:
            return Value(NIL)
        if kind == _REFERENCE:
            return self._reference(flags >> 8)
        if kind == _ALTERNATIVE:
            return self._alternative()
        if kind == PAIRS or kind in _CALLS or kind in _ATTRIBUTED_CALLS:
            return self._pairs(kind, flags)
        if kind in (SYMBOL, ENVIRONMENT, _POINTER, _WEAK) or kind in _NAMED_ELSEWHERE:
            return self._referred(kind, flags)
        if kind == CHARACTERS:
            return Value(kind, self._text(flags >> 12))
        return self._vector(kind, flags)

    def _reference(self, number: int) -> Value:
        number = number or self._integers(1)[0]
        if not 0 < number <= len(self._references):
            raise NotReadable("it refers to what isn't there")
        return self._references[number - 1]

    def _referred(self, kind: int, flags: int) -> Value:
        """What later items may refer to."""
        if kind == SYMBOL:
            name = self._item().data
            value = Value(SYMBOL, name.content.decode("utf-8", "replace") if name else "")
            self._references.append(value)
            return value
        value = Value(kind)
        self._references.append(value)
        if kind in _NAMED_ELSEWHERE:
            self._integers(1)
            for _ in range(self._length()):
                self._item()
        elif kind == ENVIRONMENT:
            self._integers(1)
            for _ in range(4):
                self._item()
        else:
            for _ in range(2 if kind == _POINTER else 0):
                self._item()
            if flags & _ATTRIBUTES:
                self._item()
        return value

    def _pairs(self, kind: int, flags: int) -> Value:
        """A linked list, without a call of its own for each of its cells."""
        pairs: list[tuple[str, Value]] = []
        while True:
            if flags & _ATTRIBUTES or kind in _ATTRIBUTED_CALLS:
                self._item()
            tag = self._item().data if flags & _TAG else ""
            pairs.append((tag if isinstance(tag, str) else "", self._item()))
            start = self._place
            (flags,) = self._integers(1)
            kind = flags & 0xFF
            if kind != PAIRS:
                self._place = start
                last = self._item()  # nothing, of all lists but calls'
                pairs += last.data if last.kind == PAIRS and last.data else []
                return Value(PAIRS, pairs)

    def _vector(self, kind: int, flags: int) -> Value:
        data: Any = None
        if kind in _BUILTIN:
            self._take(self._length())
        elif kind in _ITEM:
            n, item = self._length(), np.dtype(_ITEM[kind])
            data = np.frombuffer(self._take(n * item.itemsize), item)
        elif kind == STRINGS:
            data = self._strings(self._length())
        elif kind in (VECTOR, _EXPRESSION):
            data = [self._item() for _ in range(self._length())]
        elif kind != _S4:
            raise NotReadable(f"it has an object of type {kind}, which no table has")
        return Value(kind, data, self._attributes(self._item()) if flags & _ATTRIBUTES else {})

    def _strings(self, n: int) -> list[Text | None]:
        texts: list[Text | None] = []
        for _ in range(n):
            (flags,) = self._integers(1)
            if flags & 0xFF != CHARACTERS:
                raise NotReadable("it has something else in the place of a text")
            texts.append(self._text(flags >> 12))
        return texts

    def _text(self, marks: int) -> Text | None:
        (n,) = self._integers(1)
        return None if n == -1 else Text(self._take(n), marks)

    def _attributes(self, value: Value) -> dict[str, Value]:
        return dict(value.data) if value.kind == PAIRS else {}

    def _alternative(self) -> Value:
        """What R keeps in a shorter form: sequences, texts of numbers, wrapped vectors."""
        info, state, attributes = self._item(), self._item(), self._item()
        name = info.data[0][1].data if info.kind == PAIRS else ""
        inner = _expanded(str(name), state)
        return Value(inner.kind, inner.data, self._attributes(attributes) or inner.attributes)


def _expanded(name: str, state: Value) -> Value:
    if name in ("compact_intseq", "compact_realseq"):
        n, first, step = (float(one) for one in state.data)
        if not 0 <= n <= 2**31:
            raise NotReadable("it has an impossible length")
        values = first + step * np.arange(int(n))
        return (
            Value(REAL, values)
            if name == "compact_realseq"
            else Value(INTEGER, values.astype("i4"))
        )
    inner = state.data[0]
    vector: Value = inner[1] if isinstance(inner, tuple) else inner
    if name == "deferred_string":
        texts = [Text(f"{one:.15g}".encode(), 0) for one in vector.data]
        return Value(STRINGS, texts)
    if name.startswith("wrap_"):
        return vector
    raise NotReadable(f"it has an object of the form {name}, which no table has")
