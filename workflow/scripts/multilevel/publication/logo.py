"""A publisher's logo, as something that can do nothing but be looked at.

Of an SVG only elements and attributes of a list of what draws are written again, each value
checked; a PNG is decoded and written anew. What could run, load or never end is refused.
"""

import base64
import io
import re
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from multilevel.wording.quoting import shown

# Bytes of a file, and what a drawing may consist of.
LARGEST_SVG, LARGEST_PNG = 100_000, 5_000_000
MOST_ELEMENTS, DEEPEST = 2_000, 30
# Pixels of a PNG: each side as given, and the longer one as shown.
LONGEST_SIDE, SHOWN_SIDE = 4_000, 640
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
# After the digits a point is asked for before more of them: else each split of them is tried.
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,2})?"
_LENGTH = re.compile(rf"{_NUMBER}(?:px|pt|mm|cm|in|%)?")
_NUMBERS = re.compile(r"[0-9.,eE+\-\s]*")
_PATH = re.compile(r"[MmZzLlHhVvCcSsQqTtAaeE0-9.,+\-\s]*")
_TRANSFORM = re.compile(
    r"\s*(?:(?:matrix|translate|scale|rotate|skewX|skewY)\s*\([-+.eE0-9,\s]*\)[\s,]*)*"
)
_PAINT = re.compile(
    r"none|currentColor|transparent|[a-zA-Z]{3,24}|#(?:[0-9a-fA-F]{3}){1,2}"
    r"|rgb\(\s*[\d.]+%?(?:\s*,\s*[\d.]+%?){2}\s*\)|url\(#[\w.-]+\)"
)
_REFERENCE = re.compile(r"none|url\(#[\w.-]+\)")
_NAME = re.compile(r"[\w.-]+")
_WORD = re.compile(r"[a-zA-Z-]+")
_RATIO = re.compile(r"[a-zA-Z]+(?: (?:meet|slice))?")

_STYLE = {
    **dict.fromkeys(("fill", "stroke", "stop-color", "color"), _PAINT),
    **dict.fromkeys(
        ("opacity", "fill-opacity", "stroke-opacity", "stop-opacity", "stroke-width"), _LENGTH
    ),
    "stroke-miterlimit": _LENGTH,
    "clip-path": _REFERENCE,
    **dict.fromkeys(
        ("fill-rule", "clip-rule", "stroke-linecap", "stroke-linejoin", "display", "visibility"),
        _WORD,
    ),
}
_COMMON: Mapping[str, re.Pattern[str]] = {**_STYLE, "id": _NAME, "transform": _TRANSFORM}


def _lengths(*names: str) -> dict[str, re.Pattern[str]]:
    return dict.fromkeys(names, _LENGTH)


_GRADIENT = {
    "gradientUnits": _WORD, "gradientTransform": _TRANSFORM, "spreadMethod": _WORD,
    "href": re.compile(r"#[\w.-]+"),
}  # fmt: skip
# What draws, with its own attributes.
ALLOWED: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "svg": {"viewBox": _NUMBERS, **_lengths("width", "height"), "preserveAspectRatio": _RATIO},
    "g": {},
    "defs": {},
    "path": {"d": _PATH},
    "rect": _lengths("x", "y", "width", "height", "rx", "ry"),
    "circle": _lengths("cx", "cy", "r"),
    "ellipse": _lengths("cx", "cy", "rx", "ry"),
    "line": _lengths("x1", "y1", "x2", "y2"),
    "polyline": {"points": _NUMBERS},
    "polygon": {"points": _NUMBERS},
    "linearGradient": {**_lengths("x1", "y1", "x2", "y2"), **_GRADIENT},
    "radialGradient": {**_lengths("cx", "cy", "r", "fx", "fy"), **_GRADIENT},
    "stop": {"offset": _LENGTH},
    "clipPath": {"clipPathUnits": _WORD},
}
# Says something about the drawing, and draws nothing.
SILENT = {"title", "desc", "metadata", "style"}
_WHY = {
    "script": "it holds a script",
    "foreignObject": "it holds a page of its own (foreignObject)",
    "image": "it holds a picture (image). Draw it as paths, or give the logo as PNG",
    "use": "it repeats parts (use). Unlink clones before saving",
    "text": "it holds text, which each computer draws in other letters. Convert text to paths",
    "style": "its style sheet is more than classes with colours. Save it as plain SVG",
}


@dataclass(frozen=True)
class Logo:
    """An image that runs nothing and loads nothing.

    Attributes
    ----------
    kind
        Its MIME type.
    data
        Its bytes in base64.
    """

    kind: str
    data: str

    @property
    def url(self) -> str:
        """As a ``data:`` address."""
        return f"data:{self.kind};base64,{self.data}"

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return base64.b64decode(self.data)


def read_logo(file: Path) -> Logo:
    """The logo of a file.

    Raises
    ------
    ValueError
        With what is wrong, and how to mend it.
    """
    kinds = {".svg": (LARGEST_SVG, svg_logo), ".png": (LARGEST_PNG, png_logo)}
    if file.suffix.lower() not in kinds:
        raise ValueError("a logo is a file that ends in .svg or .png")
    largest, read = kinds[file.suffix.lower()]
    if file.exists() and not file.is_file():
        # Reading from a pipe could wait for ever.
        raise ValueError("it is no regular file")
    try:
        with file.open("rb") as opened:
            content = opened.read(largest + 1)
    except OSError as error:
        raise ValueError(f"it can't be read: {error.strerror}") from error
    if len(content) > largest:
        raise ValueError(f"it has more than {largest:,} bytes. Simplify it, or make it smaller")
    return read(content)


def png_logo(content: bytes) -> Logo:
    """The picture in a PNG file, at most `SHOWN_SIDE` pixels long, and nothing else of it.

    Raises
    ------
    ValueError
        When it is no PNG, broken, or of more pixels than a logo has.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(io.BytesIO(content), formats=("PNG",))
            # The size stands at the beginning: nothing is unpacked yet.
            width, height = image.size
            fits = max(width, height) <= LONGEST_SIDE
            drawn = image.convert("RGBA") if fits else image
    except (OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as error:
        raise ValueError("it is no whole PNG file. Export it again") from error
    if not fits:
        raise ValueError(
            f"it has {width:,} by {height:,} pixels, more than {LONGEST_SIDE:,} a side. Make it "
            "smaller"
        )
    drawn.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    plain = Image.new("RGBA", drawn.size)
    plain.paste(drawn)
    written = io.BytesIO()
    plain.save(written, "PNG", optimize=True)
    return Logo("image/png", base64.b64encode(written.getvalue()).decode())


def svg_logo(content: bytes) -> Logo:
    """The drawing in an SVG file, written anew from what draws.

    Raises
    ------
    ValueError
        When something in it could run, load or never end, or isn't known to be harmless.
    """
    parser = ET.XMLParser(target=_Guard())
    try:
        parser.feed(content)
        root: ET.Element = parser.close()
    except ET.ParseError as error:
        raise ValueError(f"it is no XML: {error}") from error
    except (LookupError, UnicodeError) as error:
        raise ValueError(
            "its letters are in no encoding that is known. Save it as UTF-8"
        ) from error
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError("it is no SVG: its outermost element must be svg, of the SVG namespace")
    made = _rebuilt(root, _classes(root))
    shape = _shape(made)
    made.set("viewBox", " ".join(shape))
    # Browsers give a picture without these no width.
    made.set("width", shape[2])
    made.set("height", shape[3])
    made.set("xmlns", SVG)
    return Logo("image/svg+xml", base64.b64encode(ET.tostring(made)).decode())


def _shape(svg: ET.Element) -> list[str]:
    """The four numbers of viewBox, from width and height where it isn't given."""
    numbers = svg.get("viewBox", "").replace(",", " ").split()
    if not numbers:
        sides = (re.match(_NUMBER, svg.get(name, "")) for name in ("width", "height"))
        numbers = ["0", "0", *(side[0] for side in sides if side)]
    if (
        len(numbers) != 4
        or not all(re.fullmatch(_NUMBER, number) for number in numbers)
        or not all(0 < float(side) < 1e6 for side in numbers[2:])
    ):
        raise ValueError("it says neither viewBox nor width and height, so its shape isn't known")
    return numbers


class _Guard(ET.TreeBuilder):
    """Builds a tree of limited size, of a file that declares nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._elements, self._depth = 0, 0

    def doctype(self, name: str, public: str | None, system: str | None) -> NoReturn:
        """Refuse what could declare entities: they may stand for files, or for endless text."""
        raise ValueError("it has a DOCTYPE, which can load files. Save it as plain SVG without one")

    def start(self, tag: str, attributes: dict[str, str]) -> ET.Element:
        """Refuse what is too large to be a logo."""
        self._elements, self._depth = self._elements + 1, self._depth + 1
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST:
            raise ValueError(
                f"it has more than {MOST_ELEMENTS:,} elements, or more than {DEEPEST} within each "
                "other. Simplify it"
            )
        return super().start(tag, attributes)

    def end(self, tag: str) -> ET.Element:
        """Go up."""
        self._depth -= 1
        return super().end(tag)


def _split(name: str) -> tuple[str, str]:
    """The namespace, "" for none, and the bare name."""
    space, _, bare = name.removeprefix("{").rpartition("}")
    return space, bare


def _rebuilt(element: ET.Element, classes: Mapping[str, str]) -> ET.Element:
    """The element from the list of what draws, with all below it."""
    _, name = _split(element.tag)
    made = ET.Element(name, dict(_attributes(element, name, classes)))
    for child in element:
        space, below = _split(child.tag)
        if below.lower() == "script":
            raise ValueError(_WHY["script"])
        # Of editors' own namespaces nothing is drawn; style sheets were read.
        if space != SVG or below in SILENT:
            continue
        if below not in ALLOWED:
            raise ValueError(
                _WHY.get(below, f"it holds {shown(below, 40)}, which is not drawn here")
            )
        made.append(_rebuilt(child, classes))
    return made


def _attributes(
    element: ET.Element, name: str, classes: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    given: dict[str, str] = {}
    for raw, value in element.attrib.items():
        space, bare = _split(raw)
        if bare.lower().startswith("on"):
            raise ValueError(f"it holds a script, in {shown(bare, 40)}")
        if bare in ("href", "src") and not value.startswith("#"):
            raise ValueError(f"it refers to something outside it: {shown(value, 60)}")
        # Editors note things of their own in namespaces of their own.
        if space in ("", XLINK):
            given[bare] = value
    for group in given.get("class", "").split():
        given |= _declarations(classes.get(group, ""))
    given |= _declarations(given.get("style", ""))
    known = {**_COMMON, **ALLOWED[name]}
    for key, value in given.items():
        if key in known:
            _refuse_outside(value)
        if key in known and known[key].fullmatch(value.strip()):
            yield key, value.strip()


def _refuse_outside(text: str) -> None:
    """Refuse what CSS would load or run, however it is spelled."""
    plain = re.sub(r"\s", "", text).lower()
    if "\\" in plain or re.search(r"url\((?!['\"]?#)|@|expression\(|javascript:", plain):
        raise ValueError(f"it refers to something outside it: {shown(text, 60)}")


def _declarations(style: str) -> dict[str, str]:
    """``fill: #123; stroke: none`` as pairs; what doesn't paint is left out."""
    _refuse_outside(_without_comments(style))
    pairs = (one.partition(":") for one in _without_comments(style).split(";"))
    return {key.strip(): value.strip() for key, _, value in pairs if key.strip() in _STYLE}


def _without_comments(style: str) -> str:
    first, *rest = style.split("/*")
    return first + "".join(one.partition("*/")[2] for one in rest)


def _classes(root: ET.Element) -> dict[str, str]:
    """What style sheets say of classes.

    Raises
    ------
    ValueError
        When they say something of anything else.
    """
    told: dict[str, str] = {}
    for sheet in root.iter(f"{{{SVG}}}style"):
        *rules, after = _without_comments(sheet.text or "").split("}")
        if after.strip():
            raise ValueError(_WHY["style"])
        for rule in rules:
            selectors, _, style = rule.partition("{")
            for selector in selectors.split(","):
                found = re.fullmatch(r"\.([\w-]+)", selector.strip())
                if found is None:
                    raise ValueError(_WHY["style"])
                told[found[1]] = f"{told.get(found[1], '')};{style}"
    return told
