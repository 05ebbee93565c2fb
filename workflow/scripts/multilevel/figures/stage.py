"""The figures stage: every figure at all widths, and the texts around them."""

import logging
from pathlib import Path

import numpy as np
import pandas as pd

from multilevel.figures.captions import FigureTexts
from multilevel.figures.data import FigureData, Floats, Integers
from multilevel.figures.png import to_png
from multilevel.figures.registry import FIGURES
from multilevel.figures.style import DESKTOP, LAYOUTS, Layout, register_fonts, settings
from multilevel.figures.svg import to_svg
from multilevel.figures.text import Voice, clean
from multilevel.ingest.condensed import Condensed
from multilevel.ingest.stage import read_accepted
from multilevel.ingest.students import Students
from multilevel.results import Results, decode, encode
from multilevel.words import Catalogue


def file_name(name: str, layout: Layout) -> str:
    """caterpillar.svg, caterpillar-phone.svg and caterpillar-page.svg"""
    return f"{name}.svg" if layout is DESKTOP else f"{name}-{layout.name}.svg"


def draw_one(
    name: str, data: FigureData, words: Catalogue, fonts_folder: Path | None, layout: Layout
) -> str:
    """The SVG text of one figure at one width."""
    file = file_name(name, layout)
    voice = Voice.of(words, name, data.results)
    with settings(register_fonts(fonts_folder), salt=file):
        return to_svg(FIGURES[name].draw(data, voice, layout))


def draw_all(data: FigureData, words: Catalogue, fonts_folder: Path | None) -> dict[str, str]:
    """File name to SVG text, for every figure of the registry at all widths.

    Parameters
    ----------
    fonts_folder
        Holds the bundled Inter; None, for tests only, means matplotlib's own font.

    Raises
    ------
    FileNotFoundError
        When the folder holds no fonts.
    """
    return {
        file_name(name, layout): draw_one(name, data, words, fonts_folder, layout)
        for name in FIGURES
        for layout in LAYOUTS
    }


def draw_pictures(
    data: FigureData, words: Catalogue, fonts_folder: Path | None, said: FigureTexts
) -> dict[str, bytes]:
    """File name to PNG, for every figure at the desktop's width, titled and with its source."""
    title, counts = clean(data.results.labels.title), data.counts
    pictures: dict[str, bytes] = {}
    for name, spec in FIGURES.items():
        voice = Voice.of(words, name, data.results)
        source = voice.plain(
            "common.source",
            title=title,
            n_groups=voice.groups(counts.n_groups),
            n_members=voice.members(counts.n_members),
        )
        with settings(register_fonts(fonts_folder), salt=name):
            figure = spec.draw(data, voice, DESKTOP)
            pictures[f"{name}.png"] = to_png(figure, said.figures[name], source, DESKTOP)
    return pictures


def captions(data: FigureData, words: Catalogue) -> FigureTexts:
    """What stands around each figure."""
    return FigureTexts(
        {
            name: spec.caption(data, Voice.of(words, name, data.results))
            for name, spec in FIGURES.items()
        }
    )


def write(
    folder: Path,
    texts_file: Path,
    drawn: dict[str, str],
    pictures: dict[str, bytes],
    said: FigureTexts,
) -> None:
    """SVGs and PNGs into `folder`, made where missing, and figures.json to `texts_file`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in drawn.items():
        (folder / name).write_text(svg, encoding="utf-8", newline="\n")
    for name, png in pictures.items():
        (folder / name).write_bytes(png)
    texts_file.write_bytes(encode(said))


def _drawn(students: Students | Condensed) -> tuple[Integers, Floats]:
    """Group and score of the students that figures may show."""
    if isinstance(students, Condensed):
        return students.sample_group, students.sample_score
    return students.group.astype(np.int64), students.score


# A glyph that Inter lacks is looked for in other fonts, of another weight if need be.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


def run(
    results: Path, schools: Path, students: Path, templates: Path, figures: Path, texts: Path
) -> None:
    """Draw an accepted dataset; of a refused one the folder stays empty."""
    found = decode(results.read_bytes(), Results)
    if found.status == "refused":
        write(figures, texts, {}, {}, FigureTexts({}))
        return
    group, score = _drawn(read_accepted(students))
    data = FigureData.build(found, pd.read_parquet(schools), group, score)
    words = Catalogue.load(templates / "text" / "en", "figures", "shares")
    fonts, said = templates / "fonts", captions(data, words)
    pictures = draw_pictures(data, words, fonts, said)
    write(figures, texts, draw_all(data, words, fonts), pictures, said)
