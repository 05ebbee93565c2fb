"""Foreign text inside messages, and guesses at what was meant."""

import difflib
import unicodedata
from collections.abc import Iterable, Sequence

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters of the Greek and Cyrillic alphabets that are drawn as a Latin one
# (of the pairs in Unicode Technical Standard 39, those of everyday letters).
DRAWN_AS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХҮԚԜаеіјорсухѕһԁԛԝӏ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧορναικυ",
    "ABESIJKMHOPCTYXYQWaeijopcyxshdqwl" + "ABEZHIKMNOPTYXopvaiku",
)


def shown(value: object, limit: int = 60) -> str:
    """`value` in quotes, at most `limit` characters, with control characters visible."""
    text = str(value)
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return f'"{visible(cut)}"'


def visible(text: str) -> str:
    """`text` on one line, its control characters and what isn't text as codes."""
    return "".join(_visible(character) for character in text)


def one_line(text: str, limit: int) -> str:
    """`text` on one line without control characters, cut to `limit` characters.

    A word of ten thousand letters takes a page renderer minutes to break.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `name` most likely stands for, or None."""
    by_lower = {other.lower()[:200]: other for other in known}
    found = difflib.get_close_matches(name.lower()[:200], by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def listed(names: Iterable[str], limit: int = 10) -> str:
    """The names in quotes, the first `limit` of them: "a", "b" and 4 more."""
    every = list(names)
    text = ", ".join(shown(name) for name in every[:limit])
    return text if len(every) <= limit else f"{text} and {len(every) - limit} more"


def told_apart(names: Sequence[str]) -> list[str]:
    """Names that look the same, their letters numbered where only these make the difference."""
    if len({name.translate(DRAWN_AS) for name in names}) == len(names):
        return list(names)
    return [
        "".join(f"{c} (U+{ord(c):04X})" if ord(c) in DRAWN_AS else c for c in name)
        for name in names
    ]


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _INVISIBLE:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
