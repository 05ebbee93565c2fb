"""Small PNGs of screenshots and of a PDF's first pages: `pictures.py SHOTS PDF FOLDER`."""

import sys
from pathlib import Path

import pypdfium2
from PIL import Image

COLOURS = 128
PAGES, HEIGHT, GAP = 3, 900, 16


def save(picture: Image.Image, file: Path) -> None:
    """As few colours as the eye misses none of."""
    picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)


def pages(pdf: Path) -> Image.Image:
    """The first pages side by side on grey."""
    document = pypdfium2.PdfDocument(pdf)
    drawn = [
        document[number].render(scale=HEIGHT / document[number].get_height()).to_pil()
        for number in range(PAGES)
    ]
    width = sum(one.width for one in drawn) + GAP * (PAGES + 1)
    sheet = Image.new("RGB", (width, HEIGHT + 2 * GAP), "#d7dae0")
    across = GAP
    for one in drawn:
        sheet.paste(one, (across, GAP))
        across += one.width + GAP
    return sheet


def main(shots: Path, pdf: Path, folder: Path) -> None:
    """Write a picture for each screenshot, and pdf.png."""
    for shot in sorted(shots.glob("*.png")):
        with Image.open(shot) as picture:
            save(picture, folder / shot.name)
    save(pages(pdf), folder / "pdf.png")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
