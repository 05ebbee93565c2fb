"""The drawings of a PDF's pages with fewer bytes: what they show stays the same."""

import re
from collections import Counter
from collections.abc import Mapping

import pydyf

# Coordinates of paths; a hundredth of a pixel is finer than any printer.
_PATH = re.compile(rb"^[-\d. ]+ (?:m|l|c|v|y|re)$", re.M)
_DECIMALS = re.compile(rb"-?\d*\.\d{3,}")
# A letter of an equation: a filled outline, placed by the matrix before it.
_OUTLINE = re.compile(rb"^0 0 m\n(?:[-\d. ]+ [mlc]\n|h\n){8,}f\n", re.M)


def lean_drawing(content: bytes) -> bytes:
    """Letters that follow each other undisturbed as one string, paths in two decimals."""
    content = content.replace(b">0<", b"")
    return _PATH.sub(lambda line: _DECIMALS.sub(_two_decimals, line.group()), content)


def repeated_outlines(contents: list[bytes]) -> dict[bytes, str]:
    """The outlines that come more than once, each with a name for it."""
    found = Counter(outline for content in contents for outline in _OUTLINE.findall(content))
    repeated = [outline for outline, count in found.items() if count > 1]
    return {outline: f"outline{number}" for number, outline in enumerate(repeated)}


def with_named(content: bytes, names: Mapping[bytes, str]) -> bytes:
    """`content` that draws named outlines by their name."""

    def name(match: re.Match[bytes]) -> bytes:
        known = names.get(match.group())
        return match.group() if known is None else f"/{known} Do\n".encode()

    return _OUTLINE.sub(name, content) if names else content


def form(outline: bytes) -> pydyf.Stream:
    """An outline as an object that many places draw, in the colour of each."""
    numbers = [float(number) for number in re.findall(rb"-?[\d.]+", outline)]
    low, high = min(numbers) - 1, max(numbers) + 1
    extra = {
        "Type": "/XObject",
        "Subtype": "/Form",
        "BBox": pydyf.Array((low, low, high, high)),
        "Resources": pydyf.Dictionary(),
    }
    return pydyf.Stream([outline.rstrip(b"\n")], extra, compress=True)


def _two_decimals(number: re.Match[bytes]) -> bytes:
    text = f"{float(number.group()):.2f}".rstrip("0").rstrip(".")
    return b"0" if text == "-0" else text.encode()
