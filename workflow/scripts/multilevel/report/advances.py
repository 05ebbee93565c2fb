"""How wide letters are in the bundled fonts, in ems, without laying them out."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]


@lru_cache
def advances(font: Path) -> Mapping[int, float]:
    """The advance of each letter that a TrueType font has, by its code."""
    with TTFont(font, lazy=True) as opened:
        units = opened["head"].unitsPerEm
        metrics = opened["hmtx"].metrics
        return {code: metrics[name][0] / units for code, name in opened.getBestCmap().items()}
