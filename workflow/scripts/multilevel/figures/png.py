"""A figure as a picture for slides and print, with its title and where it comes from."""

import io
import warnings
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from markupsafe import Markup
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from PIL import Image, ImageColor

from multilevel.figures.captions import FigureText
from multilevel.figures.palette import INK, MUTED, PAPER, palette
from multilevel.figures.style import BOLD, REGULAR, Layout
from multilevel.figures.text import fit, text_width

# 7.2 inches and the margins make 1,672 pixels: sharp across a slide, and in print at 220 dpi.
DPI = 220
MARGIN = 0.2
TITLE_SIZE, TITLE_LINE = 11.5, 0.22
SOURCE_SIZE, LINE = 7.5, 0.17
GAP = 0.1
TITLE_LINES = 2
# Between a colour and the paper, for smooth edges.
SHADES = 7


def to_png(figure: Figure, text: FigureText, source: str, layout: Layout) -> bytes:
    """The figure under its title, above its source; call it inside `style.settings`.

    Parameters
    ----------
    source
        What stands beneath: dataset, program.
    """
    _give_dots_a_length(figure)
    parts = [_raster(part) for part in (_head(text, layout), figure, _foot(source, layout))]
    margin = round(MARGIN * DPI)
    width = max(part.width for part in parts) + 2 * margin
    sheet = Image.new("RGBA", (width, sum(part.height for part in parts)), PAPER)
    y = 0
    for part in parts:
        sheet.paste(part, (margin, y))
        y += part.height
    buffer = io.BytesIO()
    in_few_colours(sheet).save(buffer, "png", dpi=(DPI, DPI))
    return buffer.getvalue()


def in_few_colours(picture: Image.Image) -> Image.Image:
    """Each pixel in the nearest of `_inks`: a third of the bytes, and colours that are exact."""
    packed = np.asarray(picture).view("<u4")[:, :, 0] & 0xFFFFFF
    # Nearly all is one colour, the paper, which needs no sorting.
    paper = packed[0, 0]
    colours = np.append(np.unique(packed[packed != paper]), paper).astype(np.int64)
    parts = np.stack([colours & 255, (colours >> 8) & 255, colours >> 16], axis=1)
    inks = _inks()
    distance = ((parts[:, None, :] - inks[None, :, :]) ** 2).sum(axis=2)
    nearest = np.empty(1 << 24, dtype=np.uint8)
    nearest[colours] = distance.argmin(axis=1)
    few = Image.fromarray(nearest[packed])
    few.putpalette(inks.astype(np.uint8).tobytes())
    return few


def recoloured_png(png: bytes, colours: Mapping[str, str]) -> bytes:
    """A picture of `to_png` with other colours.

    Parameters
    ----------
    colours
        As ``#rrggbb``, by their names in the palette; others stay.
    """
    new = dict(zip(_shades(palette), _shades({**palette, **colours}), strict=True))
    picture = Image.open(io.BytesIO(png))
    former = zip(*[iter(picture.getpalette() or ())] * 3, strict=True)
    picture.putpalette([part for ink in former for part in new.get(ink, ink)])
    buffer = io.BytesIO()
    picture.save(buffer, "png", dpi=(DPI, DPI))
    return buffer.getvalue()


@lru_cache
def _inks() -> npt.NDArray[np.int64]:
    """The figures' colours and their shades towards the paper."""
    return np.unique(_shades(palette), axis=0)


def _shades(colours: Mapping[str, str]) -> list[tuple[int, ...]]:
    """Each colour's shades towards the paper, in the order of the colours."""
    paper = np.array(ImageColor.getrgb(PAPER))
    inks = np.array([ImageColor.getrgb(colour) for colour in colours.values()])
    share = np.linspace(0, 1, SHADES)[:, None, None]
    shades = np.rint(share * paper + (1 - share) * inks).astype(np.int64).reshape(-1, 3)
    return [tuple(shade) for shade in shades.tolist()]


def _head(text: FigureText, layout: Layout) -> Figure:
    """The picture of title and subtitle."""
    title = wrapped(_plain(text.title), layout.width, TITLE_SIZE, BOLD)
    size = layout.small + 0.5
    subtitle = fit(_plain(text.subtitle), layout.width, size)
    figure = Figure(figsize=(layout.width, MARGIN + TITLE_LINE * len(title) + LINE + GAP))
    for row, line in enumerate(title):
        _line(figure, line, MARGIN + TITLE_LINE * row, TITLE_SIZE, BOLD, INK)
    _line(figure, subtitle, MARGIN + TITLE_LINE * len(title), size, REGULAR, MUTED)
    return figure


def _foot(source: str, layout: Layout) -> Figure:
    """The picture of the line that says where it comes from."""
    figure = Figure(figsize=(layout.width, GAP + LINE + MARGIN))
    _line(figure, fit(source, layout.width, SOURCE_SIZE), GAP, SOURCE_SIZE, REGULAR, MUTED)
    return figure


def _raster(figure: Figure) -> Image.Image:
    """The figure as an image on paper's white, at `DPI`."""
    figure.set_dpi(DPI)
    figure.set_facecolor(PAPER)
    canvas = FigureCanvasAgg(figure)
    with warnings.catch_warnings():
        # Labels may use any script; what no font has is drawn as a box.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba()))


def _give_dots_a_length(figure: Figure) -> None:
    """Lengthen dots a little: Agg leaves out lines of no length, as `marks.dots` makes them."""
    for patch in figure.artists:
        if isinstance(patch, PathPatch) and patch.get_capstyle() == "round":
            ends = np.array(patch.get_path().vertices)
            ends[1::2, 0] += 0.01 / patch.get_transform().get_matrix()[0, 0]
            patch.set_path(Path(ends, patch.get_path().codes))
            patch.set_snap(False)


def wrapped(text: str, width: float, size: float, weight: int = REGULAR) -> tuple[str, ...]:
    """`text` in lines of `width` inches, two at most, the last cut where it is too long."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(lines) < TITLE_LINES and text_width(longer, size, weight) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(fit(line, width, size, weight) for line in lines)


def _line(figure: Figure, text: str, down: float, size: float, weight: int, colour: str) -> None:
    """Write a line whose upper edge is `down` inches below the figure's."""
    width, height = figure.get_size_inches()
    place = (0.02 / width, 1 - down / height)
    figure.text(*place, text, size=size, weight=weight, color=colour, va="top", ha="left")


def _plain(markup: str) -> str:
    return Markup(markup).striptags()
