"""Rows of schools with their names at the left, for figures of a few dozen schools."""

from multilevel.figures import marks
from multilevel.figures.palette import INK
from multilevel.figures.panel import Panel
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice, fit, text_width

FEW = 40
PITCH = {"desktop": 0.195, "phone": 0.2, "page": 0.142}
# Inches that all rows may take together: paper has no scroll bar.
ROOM = {"desktop": 99.0, "phone": 99.0, "page": 4.5}
WIDEST = {"desktop": 1.5, "phone": 0.95, "page": 1.5}


def pitch(layout: Layout, count: int) -> float:
    """Inches from row to row."""
    return min(PITCH[layout.name], ROOM[layout.name] / count)


def name_width(names: list[str], layout: Layout, heading: str) -> float:
    """Inches for the column of names: as wide as the widest, within a limit."""
    limit = WIDEST[layout.name]
    widest = max(text_width(fit(name, limit, layout.small), layout.small) for name in names)
    return max(widest, text_width(fit(heading, limit, layout.small), layout.small)) + 0.1


def write_names(ax: Panel, names: list[str], width: float, layout: Layout) -> None:
    """The names, row 0 at the bottom."""
    for row, name in enumerate(names):
        text = fit(name, width - 0.1, layout.small)
        marks.words(ax, 0.02, row, text, layout, INK, small=True, where="side")


def overall_mean(
    ax: Panel, gamma00: float, rows: int, voice: Voice, layout: Layout, lift: float = 0.0
) -> None:
    """A line down all rows, its label `lift` rows above them, kept inside the figure."""
    marks.segments(ax, gamma00, -0.6, gamma00, rows - 0.35 + lift, INK, 1.2, above=1.8)
    text = voice.plain("common.overall_mean_at", value=voice.score.headline(gamma00))
    low, high = ax.get_xlim()
    box = ax.box
    x = (box.x0 + (gamma00 - low) / (high - low) * box.width) * layout.width
    half = text_width(text, layout.small, 600) / 2 + 0.02
    shift = min(max(x, half), layout.width - half) - x
    at = gamma00 + shift * (high - low) / (box.width * layout.width)
    marks.words(ax, at, rows - 0.2 + lift, text, layout, INK, True, True, ha="center", va="bottom")
