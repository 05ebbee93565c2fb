"""The order in which people expect names: School 2 before School 10."""

import re
import unicodedata

_DIGITS = re.compile(r"([0-9]+)")


def natural(name: str) -> tuple[object, ...]:
    """Sort key: digits by their value, letters without regard to case and accents.

    Names that are equal in that sense are ordered by their characters, so that
    the order never depends on where they stood.
    """
    if name.isascii() and name.isdigit():  # as most ids are
        digits = name.lstrip("0")
        return (("", (len(digits), digits), ""), name)
    folded = (name if name.isascii() else _unaccented(name)).casefold()
    parts = _DIGITS.split(folded)
    # A number of any length compares by its length, then digit by digit.
    numbers = [(len(digits.lstrip("0")), digits.lstrip("0")) for digits in parts[1::2]]
    key: list[object] = [parts[0]]
    for number, text in zip(numbers, parts[2::2], strict=True):
        key += [number, text]
    return (tuple(key), name)


def _unaccented(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
