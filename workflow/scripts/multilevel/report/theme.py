"""The figures' colours on a page: the usual ones, or a publisher's."""

from multilevel.figures.palette import dark_palette, palette, themed
from multilevel.publication.palette import recoloured
from multilevel.publication.publisher import Publisher
from multilevel.report.html import FigureTheme

THEME = FigureTheme(light=palette, dark=dark_palette, themed=themed)


def theme_of(publisher: Publisher) -> FigureTheme:
    """The figures' colours, those of the publisher's palette in their place."""
    own = publisher.palette
    if own is None:
        return THEME
    light, dark = {**palette, **own.figures}, {**dark_palette, **own.dark_figures}
    return FigureTheme(light=light, dark=dark, themed=themed)


def coloured(svg: str, publisher: Publisher) -> str:
    """A figure outside of a page, in the publisher's colours."""
    return recoloured(svg, palette, publisher.palette.figures) if publisher.palette else svg


def coloured_png(png: bytes, publisher: Publisher) -> bytes:
    """A picture likewise."""
    if publisher.palette is None:
        return png
    # matplotlib is loaded only where a picture is to be coloured.
    from multilevel.figures.png import recoloured_png

    return recoloured_png(png, publisher.palette.figures)
