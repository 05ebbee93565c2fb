"""How the figures look: fonts, widths, and the settings of matplotlib."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
from matplotlib import font_manager

from multilevel.figures.palette import INK, RULE

FAMILY = "Inter"
REGULAR, BOLD = 400, 600


@dataclass(frozen=True)
class Layout:
    """A width to draw for. `width` in inches, text sizes in points.

    `foot` is the inches below axes, for tick labels and a title.
    """

    name: str
    width: float
    text: float
    small: float
    foot: float = 0.55

    @property
    def phone(self) -> bool:
        """Whether this is the narrow layout."""
        return self.name == "phone"


DESKTOP = Layout("desktop", 7.2, 9.0, 8.0)
# On a phone of 375 pixels a point is 1.19 of them: no letter is below 11.
PHONE = Layout("phone", 3.95, 9.8, 9.3, 0.62)
# The width of the PDF's text.
PAGE = Layout("page", 7.0, 8.0, 7.2, 0.4)
LAYOUTS = (DESKTOP, PHONE, PAGE)


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
        # At 220 dots an inch letters need no fitting to the dots, which takes its time.
        "text.hinting": "none",
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
