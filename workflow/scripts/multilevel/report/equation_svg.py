"""Equations as SVG, drawn by ziamath from MathML: text becomes outlines of STIX Two Math."""

import re
import warnings
from functools import lru_cache
from xml.etree import ElementTree as ET

with warnings.catch_warnings():
    # ziamath 0.13 finds its own font by a deprecated function of importlib.
    warnings.filterwarnings("ignore", "path is deprecated", DeprecationWarning)
    import ziamath

SVG = "http://www.w3.org/2000/svg"
SIZE = 19.0
INHERITED = "currentColor"
_LONG_NAME = "STIXTwoMathRegular_"
# The glyph of a space has no outline: its symbol closes itself.
_SYMBOL = re.compile(r"<symbol [^>]*/>|<symbol [^>]*>.*?</symbol>")
_EXTENT = re.compile(r' width="([^"]*)" height="([^"]*)" viewBox=')
_GLYPH = re.compile(r'id="([^"]*)" viewBox="([^"]*)"><path( [^>]*/>)')
_USE = re.compile(
    r'<use href="#([^"]*)" x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"/>'
)


def equation_svg(mathml: str, colour: str = INHERITED, size: float = SIZE) -> str:
    """`mathml` as a standalone SVG.

    The same input gives the same bytes: symbols are named by their glyph, so they mean
    the same in every equation and may be shared by all equations of a page
    (`shared_symbols`).

    Parameters
    ----------
    mathml
        A ``math`` element.
    colour
        Of all ink; ``currentColor`` follows the text around an inline SVG.
    size
        Font size in CSS pixels.

    Raises
    ------
    xml.etree.ElementTree.ParseError
        When `mathml` isn't well-formed.
    """
    drawn = _drawn(mathml).replace(INHERITED, colour)
    return drawn if size == SIZE else _EXTENT.sub(lambda found: _times(found, size / SIZE), drawn)


@lru_cache(maxsize=512)
def _drawn(mathml: str) -> str:
    """At `SIZE` in the colour of the text around it; another size is this one scaled."""
    ziamath.config.svg2 = True
    ziamath.config.precision = 2
    drawn = ziamath.Math(ET.fromstring(mathml), size=SIZE).svgxml()
    drawn.set("fill", INHERITED)
    for element in drawn.iter():
        if element.get("fill") == "black":
            del element.attrib["fill"]
        if element.get("stroke") == "black":
            element.set("stroke", INHERITED)
    return _text(drawn).replace(_LONG_NAME, "g")


def _times(extent: re.Match[str], factor: float) -> str:
    width, height = (factor * float(number) for number in extent.groups())
    return f' width="{width:.2f}" height="{height:.2f}" viewBox='


def shared_symbols(svgs: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Moves the glyphs of many equations into one hidden SVG, each glyph once.

    Returns
    -------
    The hidden SVG ("" without equations) and the equations, which refer to its symbols.
    """
    symbols: dict[str, str] = {}
    bodies: list[str] = []
    for svg in svgs:
        glyphs = _SYMBOL.findall(svg)
        symbols |= {_name(glyph): glyph for glyph in glyphs}
        bodies.append(_SYMBOL.sub("", svg))
    if not symbols:
        return "", tuple(bodies)
    sheet = "".join(symbols[name] for name in sorted(symbols))
    hidden = 'class="glyphs" width="0" height="0" aria-hidden="true" focusable="false"'
    return f'<svg xmlns="{SVG}" {hidden}>{sheet}</svg>', tuple(bodies)


def without_symbols(svg: str) -> str:
    """For WeasyPrint: each glyph's outline where it stands, drawn in half of the time."""
    found = (_GLYPH.search(symbol) for symbol in _SYMBOL.findall(svg))
    glyphs = {match[1]: (match[2], match[3]) for match in found if match}

    def outline(use: re.Match[str]) -> str:
        if use[1] not in glyphs:
            return ""
        box, path = glyphs[use[1]]
        left, top, wide, high = (float(number) for number in box.split())
        x, y, width, height = (float(number) for number in use.groups()[1:])
        scale = height / high
        right, down = x + (width - scale * wide) / 2 - scale * left, y - scale * top
        return f'<path transform="translate({right:.3f} {down:.3f}) scale({scale:.5f})"{path}'

    return _USE.sub(outline, _SYMBOL.sub("", svg))


def _name(symbol: str) -> str:
    return symbol.partition('id="')[2].partition('"')[0]


def _text(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode").replace(" />", "/>")
