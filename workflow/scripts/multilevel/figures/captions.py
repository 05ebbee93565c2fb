"""What stands around the figures; nothing here needs matplotlib."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FigureText:
    """What stands around a figure.

    `title`, `subtitle` and `how_to_read` are safe markup (values escaped), `alt` is plain text.
    """

    title: str
    subtitle: str
    how_to_read: str
    alt: str


@dataclass(frozen=True)
class FigureTexts:
    """figures.json: the texts of each figure by its name, in the order of the registry."""

    figures: dict[str, FigureText]
