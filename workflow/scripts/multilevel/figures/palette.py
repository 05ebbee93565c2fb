"""The colours of the figures, by name; nothing here needs matplotlib.

Every colour of an SVG is a named one of `palette`, so that a page can swap them
for those of `dark_palette`.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

palette: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#17222d",
        "muted": "#51606e",
        "rule": "#8593a0",
        "grid": "#e1e6ea",
        "paper": "#ffffff",
        "between": "#14619f",
        "between-mid": "#bcd5ea",
        "between-tint": "#e6f0f8",
        "above": "#0c3a66",
        "below": "#3d8fd1",
        "within": "#b85c00",
        "within-mid": "#c87f30",
        "within-tint": "#fbead8",
        "flag": "#8c2d82",
    }
)

dark_palette: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#e8edf2",
        "muted": "#a5b3c0",
        "rule": "#74828f",
        "grid": "#2a3540",
        "paper": "#12181f",
        "between": "#6bb0ea",
        "between-mid": "#2b5377",
        "between-tint": "#1a2d40",
        "above": "#b5d9f8",
        "below": "#3f8cc9",
        "within": "#f0a050",
        "within-mid": "#8a5a2b",
        "within-tint": "#37281a",
        "flag": "#e08fd6",
    }
)

INK, MUTED, RULE, GRID, PAPER = (palette[k] for k in ("ink", "muted", "rule", "grid", "paper"))
BETWEEN, BETWEEN_MID, BETWEEN_TINT = (
    palette[k] for k in ("between", "between-mid", "between-tint")
)
WITHIN, WITHIN_MID, WITHIN_TINT = (palette[k] for k in ("within", "within-mid", "within-tint"))
ABOVE, BELOW, FLAG = (palette[k] for k in ("above", "below", "flag"))


def themed(svg: str) -> str:
    """`svg` with each colour of the palette as a CSS variable: ``var(--fig-ink, #17222d)``.

    Only colours inside style attributes are touched, not the same letters in a label.
    """
    names = {value: name for name, value in palette.items()}

    def variable(match: re.Match[str]) -> str:
        name = names.get(match.group().lower())
        return match.group() if name is None else f"var(--fig-{name}, {match.group()})"

    def style(match: re.Match[str]) -> str:
        return re.sub(r"#[0-9a-fA-F]{6}\b", variable, match.group())

    return re.sub(r'(?<=\s)style="[^"<>]*"(?=[^<>]*>)', style, svg)
