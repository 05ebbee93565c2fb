"""How the figures look: colours, fonts, widths, and the settings of matplotlib.

Every colour of an SVG is a named one of `palette`, so that a page can swap them
for those of `dark_palette`.
"""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import matplotlib as mpl
from matplotlib import font_manager

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
FLAG = palette["flag"]

FAMILY = "Inter"
REGULAR, BOLD = 400, 600


@dataclass(frozen=True)
class Layout:
    """A width to draw for. `width` in inches, text sizes in points."""

    name: str
    width: float
    text: float
    small: float

    @property
    def phone(self) -> bool:
        """Whether this is the narrow layout."""
        return self.name == "phone"


DESKTOP = Layout("desktop", 7.2, 9.0, 8.0)
PHONE = Layout("phone", 3.95, 9.0, 8.2)
LAYOUTS = (DESKTOP, PHONE)


@lru_cache
def register_fonts(folder: Path | None) -> str:
    """Make the bundled fonts known to matplotlib; returns the family to draw with.

    Parameters
    ----------
    folder
        Holds Inter as ``*.ttf``. None, for tests only, means matplotlib's own font.

    Raises
    ------
    FileNotFoundError
        When the folder holds no fonts.
    """
    if folder is None:
        return "DejaVu Sans"
    files = sorted(folder.glob("Inter-*.ttf"))
    if not files:
        raise FileNotFoundError(f"No Inter-*.ttf in the fonts folder {folder.name}")
    for file in files:
        font_manager.fontManager.addfont(file)
    return FAMILY


def settings(family: str, salt: str) -> AbstractContextManager[None]:
    """matplotlib's settings while one figure is drawn and written.

    `salt` must differ between figures that meet in one page: ids are made from it.
    """
    options: dict[str, Any] = {
        "font.family": [family, "sans-serif"],
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": DESKTOP.text,
        "text.color": INK,
        "text.parse_math": False,
        "axes.facecolor": "none",
        "axes.edgecolor": RULE,
        "figure.facecolor": "none",
        "savefig.facecolor": "none",
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "svg.id": None,
        "path.simplify": False,
    }
    return mpl.rc_context(cast(Any, options))


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
