"""What a pointer or the keyboard finds in a figure: places of marks, and what each one is."""

import json
from dataclasses import dataclass, field
from html import escape

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from multilevel.figures.panel import Panel

# A figure has words for at most so many marks: more are not drawn singly.
MOST = 400


@dataclass
class Spots:
    """Places in points from a figure's upper left corner, and the words for each."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


class Drawing(Figure):
    """A figure with places and words of its single marks."""

    spots: Spots

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height), dpi=72)
        self.spots = Spots()


def tell(ax: Panel, x: npt.ArrayLike, y: npt.ArrayLike, words: list[str]) -> None:
    """Give marks at these places their words, in the order in which the keyboard visits them.

    Raises
    ------
    ValueError
        When a figure would have more than MOST of them: they should not be drawn singly.
    """
    figure = ax.figure
    if not isinstance(figure, Drawing):
        return
    if len(figure.spots.words) + len(words) > MOST:
        raise ValueError(f"a figure has words for at most {MOST} marks")
    height = 72 * figure.get_figheight()
    places = np.column_stack(np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float)))
    points = ax.data.transform(places)
    figure.spots.x += [round(float(x), 1) for x in points[:, 0]]
    figure.spots.y += [round(float(height - y), 1) for y in points[:, 1]]
    figure.spots.words += words


def metadata(figure: Figure) -> str:
    """The element that carries a figure's spots in its SVG; "" without any."""
    if not isinstance(figure, Drawing) or not figure.spots.words:
        return ""
    spots = figure.spots
    content = json.dumps([spots.x, spots.y, spots.words], ensure_ascii=False, separators=(",", ":"))
    return f"<metadata>{escape(content, quote=False)}</metadata>"
