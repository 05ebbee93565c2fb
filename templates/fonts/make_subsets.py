"""Makes the woff2 files that the HTML pages embed from the full fonts beside this script.

Run ``python templates/fonts/make_subsets.py`` after a font was replaced. The
same fonts give the same bytes. Neither font has a reserved name (see the two
licences), so the subsets keep theirs.
"""

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parent

LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x2C6, 0x2C7, 0x2D8, 0x2DA, 0x2DC]
GREEK = [*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3CA), 0x3D5, 0x3F5]
PUNCTUATION = [*range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2020, 0x2022, 0x2026, 0x2030]
SPACES = [0x2002, 0x2003, 0x2009, 0x200A, 0x202F]
ARROWS = [0x2190, 0x2191, 0x2192, 0x2193, 0x2194, 0x2195, 0x2197, 0x21C5]
MATHS = [0x2202, 0x2206, 0x220F, 0x2211, 0x2212, 0x2215, 0x221A, 0x221E, 0x223C, 0x2248]
RELATIONS = [0x2260, 0x2264, 0x2265, 0x22C5, 0x2032, 0x2033, 0x2070, *range(0x2074, 0x208A)]
MARKS = [0x302, 0x304, 0x25B2, 0x25BC, 0x25C6, 0x25CF, 0x2713, 0x20AC, 0x2122]

EVERYTHING = [*LATIN, *GREEK, *PUNCTUATION, *SPACES, *ARROWS, *MATHS, *RELATIONS, *MARKS]
SYMBOLS = [*range(0x28, 0x3A), 0x3D, 0x7E, 0xD7, 0xB7, *GREEK, *MATHS, *RELATIONS, *MARKS]
LETTERS = [*range(0x20, 0x7F), *GREEK, *MATHS, *RELATIONS, 0x302, 0x304]

SUBSETS = {
    "Inter-Regular": EVERYTHING,
    "Inter-SemiBold": EVERYTHING,
    "Inter-Italic": [*LATIN, *PUNCTUATION, *SPACES],
    "STIXTwoText-SemiBold": [*LATIN, *GREEK, *PUNCTUATION, *SPACES, 0x2212, 0x2248],
    "STIXTwoText-Regular": SYMBOLS,
    "STIXTwoText-Italic": LETTERS,
}


def make_subset(name: str, codepoints: list[int]) -> int:
    """Writes NAME.woff2 from NAME.ttf; returns its size in bytes."""
    font = TTFont(FOLDER / f"{name}.ttf", recalcTimestamp=False)
    options = Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "tnum", "lnum"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codepoints)
    subsetter.subset(font)
    font.flavor = "woff2"
    target = FOLDER / f"{name}.woff2"
    font.save(target)
    return target.stat().st_size


if __name__ == "__main__":
    for file, wanted in SUBSETS.items():
        print(f"{file}.woff2: {make_subset(file, wanted):,d} bytes")
