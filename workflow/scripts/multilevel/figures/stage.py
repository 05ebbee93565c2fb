"""The figures stage: every figure at all widths, and the texts around them."""

import logging
from dataclasses import dataclass
from pathlib import Path, PurePath

import pandas as pd

from multilevel.configuration.choices import Choices
from multilevel.configuration.words import FIGURE_TEXTS
from multilevel.figures.captions import FigureTexts
from multilevel.figures.data import FigureData
from multilevel.figures.png import to_png
from multilevel.figures.registry import figures_of
from multilevel.figures.style import DESKTOP, LAYOUTS, Layout, register_fonts, settings
from multilevel.figures.svg import to_svg
from multilevel.figures.text import Voice, clean
from multilevel.records.results import Results, decode, encode
from multilevel.records.students import Students
from multilevel.storage.arrays import from_parquet
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.quoting import one_line

# Letters of the title and of the file's name in the line that tells a picture's source.
LONGEST_NAME = 60


def file_name(name: str, layout: Layout) -> str:
    """The file of a figure at a width, such as caterpillar.svg or caterpillar-phone.svg."""
    return f"{name}.svg" if layout is DESKTOP else f"{name}-{layout.name}.svg"


@dataclass(frozen=True)
class Drawn:
    """File names to SVG texts, and to PNGs."""

    svgs: dict[str, str]
    pictures: dict[str, bytes]


def draw_all(
    data: FigureData,
    words: Catalogue,
    fonts_folder: Path | None,
    figure_texts: FigureTexts,
    *,
    png: bool = False,
) -> Drawn:
    """Every figure that the dataset has: an SVG at each width, on request the desktop's as PNG too.

    Parameters
    ----------
    fonts_folder
        Holds the bundled Inter; None, for tests only, means matplotlib's own font.

    Raises
    ------
    FileNotFoundError
        When the folder holds no fonts.
    """
    svgs: dict[str, str] = {}
    pictures: dict[str, bytes] = {}
    family = register_fonts(fonts_folder)
    for name, spec in figures_of(data).items():
        voice = Voice.of(words, name, data.results)
        for layout in LAYOUTS:
            file = file_name(name, layout)
            with settings(family, salt=file):
                figure = spec.draw(data, voice, layout)
                svgs[file] = to_svg(figure)
                if png and layout is DESKTOP:
                    text, source = figure_texts.figures[name], _source(data, voice)
                    pictures[f"{name}.png"] = to_png(figure, text, source, layout)
    return Drawn(svgs, pictures)


def _source(data: FigureData, voice: Voice) -> str:
    """The line under a picture that names its dataset, file and program."""
    counts, provenance = data.counts, data.results.provenance
    return voice.plain(
        "common.source",
        title=one_line(clean(data.results.labels.title), LONGEST_NAME),
        file=one_line(PurePath(provenance.input.path).name, LONGEST_NAME),
        version=provenance.software["multilevel-reports"],
        n_groups=voice.groups(counts.n_groups),
        n_members=voice.members(counts.n_members),
    )


def captions(data: FigureData, words: Catalogue) -> FigureTexts:
    """What stands around each figure."""
    return FigureTexts(
        {
            name: spec.caption(data, Voice.of(words, name, data.results))
            for name, spec in figures_of(data).items()
        }
    )


def write(folder: Path, texts_file: Path, drawn: Drawn, figure_texts: FigureTexts) -> None:
    """Write SVGs and PNGs to `folder`, made where missing, and figures.json to `texts_file`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in drawn.svgs.items():
        (folder / name).write_text(svg, encoding="utf-8", newline="\n")
    for name, png in drawn.pictures.items():
        (folder / name).write_bytes(png)
    texts_file.write_bytes(encode(figure_texts))


# A glyph that Inter lacks is looked for in other fonts, of another weight if need be.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


def run(
    results: Path,
    schools: Path,
    students: Path,
    templates: Path,
    figures: Path,
    texts: Path,
    choices: Path | None = None,
) -> None:
    """Draw an accepted dataset; of a refused one the folder stays empty."""
    decoded = decode(results.read_bytes(), Results)
    if decoded.status == "refused":
        write(figures, texts, Drawn({}, {}), FigureTexts({}))
        return
    data = FigureData.build(decoded, pd.read_parquet(schools), from_parquet(students, Students))
    ours = Catalogue.load(templates / "text" / "en", *FIGURE_TEXTS)
    chosen = Choices.read(choices)
    words = ours.laid_over(chosen.words)
    figure_texts = captions(data, words)
    drawn = draw_all(data, words, templates / "fonts", figure_texts, png=chosen.png)
    write(figures, texts, drawn, figure_texts)
