"""The colours of a publisher's reports, derived from the one colour that is given.

Lightness, chroma and hue are those of OKLCH (Ottosson 2020, "A perceptual color space for image
processing"); contrast is that of WCAG 2.2, "relative luminance" and "contrast ratio".
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

WHITE, NIGHT = "#ffffff", "#12181f"
# WCAG 2.2: of text, 1.4.3, and of marks in drawings, 1.4.11.
TEXT, MARK = 4.5, 3.0
# Two colours of a figure that are nearer in OKLab, to any eye, are one colour at a glance.
APART = 0.12
STEP = 0.01
# The figures' second colour: the first that is apart from the publisher's: orange, blues, a slate.
SECOND = (
    {
        "light": {"within": "#b85c00", "within-mid": "#c87f30", "within-tint": "#fbead8"},
        "dark": {"within": "#f0a050", "within-mid": "#8a5a2b", "within-tint": "#37281a"},
    },
    {
        "light": {"within": "#14619f", "within-mid": "#3d8fd1", "within-tint": "#e6f0f8"},
        "dark": {"within": "#6bb0ea", "within-mid": "#3f8cc9", "within-tint": "#1a2d40"},
    },
    {
        "light": {"within": "#0b3d66", "within-mid": "#3d8fd1", "within-tint": "#e6f0f8"},
        "dark": {"within": "#a9d2f7", "within-mid": "#3f8cc9", "within-tint": "#1a2d40"},
    },
    {
        "light": {"within": "#22303c", "within-mid": "#75828f", "within-tint": "#eceff2"},
        "dark": {"within": "#e9eef3", "within-mid": "#7f8c99", "within-tint": "#232b33"},
    },
)
# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
EYES = (
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
)
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Palette:
    """Colours as ``#rrggbb`` by name, on white and on the dark page's ground.

    Attributes
    ----------
    light, dark
        Of pages: `accent`, `accent-tint` and `within`.
    figures, dark_figures
        The names of `multilevel.figures.palette` whose colours change.
    """

    light: Mapping[str, str]
    dark: Mapping[str, str]
    figures: Mapping[str, str]
    dark_figures: Mapping[str, str]


def checked(colour: str) -> str:
    """`colour` in lower case.

    Raises
    ------
    ValueError
        When it is none, or when text in it can't be read on white.
    """
    if not _HEX.fullmatch(colour):
        raise ValueError('it is no colour such as "#14619f": a # and six digits from 0 to f')
    ratio = contrast(colour, WHITE)
    if ratio < TEXT:
        raise ValueError(
            f"text in {colour} can't be read on white: its contrast is {ratio:.1f}, and {TEXT} is "
            f"needed. The nearest colour of the same hue that can be read is {darker(colour)}"
        )
    return colour.lower()


def palette_of(colour: str) -> Palette:
    """The palette of a colour that `checked` has passed."""
    lightness, chroma, hue = _oklch(colour)
    bright = legible(0.74, min(chroma, 0.13), hue, NIGHT, TEXT)
    second = max(SECOND, key=partial(_tells_apart, colour, bright))
    light = {
        "between": colour,
        "between-mid": _hex(0.86, min(chroma, 0.05), hue),
        "between-tint": legible(0.955, min(chroma, 0.02), hue, colour, TEXT),
        "above": _hex(lightness * 0.7, chroma, hue),
        "below": legible(lightness + (1 - lightness) * 0.35, chroma, hue, WHITE, MARK),
        **second["light"],
    }
    dark = {
        "between": bright,
        "between-mid": _hex(0.43, min(chroma, 0.08), hue),
        "between-tint": _hex(0.29, min(chroma, 0.04), hue),
        "above": _hex(0.87, min(chroma, 0.07), hue),
        "below": legible(0.61, min(chroma, 0.13), hue, NIGHT, MARK),
        **second["dark"],
    }
    return Palette(_of_page(light), _of_page(dark), light, dark)


def _of_page(figures: Mapping[str, str]) -> dict[str, str]:
    return {
        "accent": figures["between"],
        "accent-tint": figures["between-tint"],
        "within": figures["within"],
    }


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours, from 1 to 21."""
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def darker(colour: str) -> str:
    """The lightest colour of the same hue that text may have on white."""
    return legible(*_oklch(colour), WHITE, TEXT)


def legible(lightness: float, chroma: float, hue: float, ground: str, ratio: float) -> str:
    """The colour, moved away from the ground's lightness until its contrast is `ratio`."""
    step = STEP if _luminance(ground) < 0.2 else -STEP
    while contrast(_hex(lightness, chroma, hue), ground) < ratio and 0 < lightness < 1:
        lightness += step
    return _hex(lightness, chroma, hue)


def apart(one: str, other: str) -> bool:
    """Whether two colours are told apart, with the common kinds of colour blindness too."""
    return _distance(one, other) >= APART


def _distance(one: str, other: str) -> float:
    """Of two colours in OKLab, to the eye that sees the least of it."""
    return min(math.dist(_seen(one, eye), _seen(other, eye)) for eye in EYES)


def _tells_apart(
    colour: str, bright: str, second: Mapping[str, Mapping[str, str]]
) -> tuple[bool, bool]:
    """Whether a second colour is apart from the first in both themes, else on white."""
    light, dark = second["light"]["within"], second["dark"]["within"]
    return apart(colour, light) and apart(bright, dark), apart(colour, light)


def recoloured(svg: str, former: Mapping[str, str], colours: Mapping[str, str]) -> str:
    """`svg` with the colours of style attributes replaced.

    Parameters
    ----------
    former, colours
        The figure's colours and the new ones, by name.
    """
    new = {former[name].lower(): colour for name, colour in colours.items()}

    def style(found: re.Match[str]) -> str:
        return _HEX.sub(lambda one: new.get(one[0].lower(), one[0]), found[0])

    return re.sub(r'(?<=\s)style="[^"<>]*"(?=[^<>]*>)', style, svg)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Triple:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _decoded(red), _decoded(green), _decoded(blue)


def _decoded(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


def _times(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _oklab(linear: Triple) -> Triple:
    cones = _times(
        (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        ),
        linear,
    )
    long, middle, short = (math.cbrt(max(one, 0.0)) for one in cones)
    return _times(
        (
            (0.2104542553, 0.7936177850, -0.0040720468),
            (1.9779984951, -2.4285922050, 0.4505937099),
            (0.0259040371, 0.7827717662, -0.8086757660),
        ),
        (long, middle, short),
    )


def _seen(colour: str, eye: tuple[Triple, Triple, Triple]) -> Triple:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in _times(eye, _linear(colour)))
    return _oklab((red, green, blue))


def _oklch(colour: str) -> Triple:
    lightness, a, b = _oklab(_linear(colour))
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """The colour of sRGB; with less chroma where sRGB has none of so much."""
    while chroma > 0:
        parts = _srgb(lightness, chroma, hue)
        if all(-1e-4 <= part <= 1 + 1e-4 for part in parts):
            break
        chroma -= STEP / 4
    parts = _srgb(lightness, max(chroma, 0.0), hue)
    return "#" + "".join(f"{round(255 * min(max(part, 0.0), 1.0)):02x}" for part in parts)


def _srgb(lightness: float, chroma: float, hue: float) -> Triple:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    roots = _times(
        (
            (1.0, 0.3963377774, 0.2158037573),
            (1.0, -0.1055613458, -0.0638541728),
            (1.0, -0.0894841775, -1.2914855480),
        ),
        (lightness, a, b),
    )
    long, middle, short = (one**3 for one in roots)
    linear = _times(
        (
            (4.0767416621, -3.3077115913, 0.2309699292),
            (-1.2684380046, 2.6097574011, -0.3413193965),
            (-0.0041960863, -0.7034186147, 1.7076147010),
        ),
        (long, middle, short),
    )
    red, green, blue = map(_encoded, linear)
    return red, green, blue
