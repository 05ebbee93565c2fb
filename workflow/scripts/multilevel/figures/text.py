"""The words in and around the figures."""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from matplotlib import font_manager, rcParams
from matplotlib.font_manager import FontProperties

from multilevel.figures.captions import FigureText
from multilevel.figures.style import REGULAR
from multilevel.records.results import Results
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.labels import as_noun
from multilevel.wording.numbers import ScoreFormat
from multilevel.wording.phrases import share_key

POINTS = 72.0
LABEL_LIMIT = 60
_BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


@dataclass(frozen=True)
class Voice:
    """Says the sentences of one figure, with the words and the decimals of one dataset."""

    words: Catalogue
    area: str
    labels: Mapping[str, str]
    score: ScoreFormat

    @classmethod
    def of(cls, words: Catalogue, area: str, results: Results) -> "Voice":
        """The voice of the figure `area` for `results`."""
        sd = results.naive.sd_total if results.naive else 1.0
        se = results.model.se_gamma00 if results.model else None
        unit = results.publication.score_unit if results.publication else None
        return cls(words, area, _labels(results), ScoreFormat.of(sd, se, unit))

    def plain(self, key: str, /, **values: object) -> str:
        """A sentence as plain text."""
        return self.words.plain(self._key(key), **self.labels, **values)

    def markup(self, key: str, /, **values: object) -> str:
        """A sentence as safe markup."""
        return str(self.words.say(self._key(key), **self.labels, **values))

    def caption(
        self, title: str, read: str = "read", alt: str = "alt", /, **values: object
    ) -> FigureText:
        """The four texts, from the keys given and ``subtitle``."""
        return FigureText(
            title=self.markup(title, **values),
            subtitle=self.markup("subtitle", **values),
            how_to_read=self.markup(read, **values),
            alt=self.plain(alt, **values, title=self.plain(title, **values)),
        )

    def visible(self, value: float) -> str:
        """A score as in headlines, with more decimals where it would read 0 without being 0."""
        value = self.score.without_noise(value)
        for printed in (self.score.headline, self.score.table, self.score.estimate):
            text = printed(value)
            if value == 0 or any(digit in text for digit in "123456789"):
                return text
        return f"{value:.1e}"

    def share(self, value: float) -> str:
        """A share in words that a title can begin with, such as About half."""
        phrase = self.words.plain(share_key(value))
        return phrase[:1].upper() + phrase[1:]

    def groups(self, n: int) -> str:
        """A number of groups in words, such as 1 school or 20 schools."""
        return f"{numbers.count(n)} {self.labels['group' if n == 1 else 'groups']}"

    def members(self, n: int) -> str:
        """A number of members in words, such as 1 student or 600 students."""
        return f"{numbers.count(n)} {self.labels['member' if n == 1 else 'members']}"

    def _key(self, key: str) -> str:
        if key.startswith("common."):
            return f"figures.{key}"
        return f"figures.{self.area}.{key}"


def clean(text: str) -> str:
    """The text on one line, without control characters or direction overrides."""
    characters = (" " if _is_control(character) else character for character in text)
    return " ".join("".join(characters).split())


def _is_control(character: str) -> bool:
    """Whether XML forbids the character, or it breaks lines or turns the reading direction."""
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or ord(character) & 0xFFFE == 0xFFFE
        or character in _BIDI_CONTROLS
    )


def shorten(text: str, limit: int = LABEL_LIMIT) -> str:
    """At most `limit` characters, the last an ellipsis when any are left out."""
    tidy = clean(text)
    return tidy if len(tidy) <= limit else f"{tidy[: limit - 1].rstrip()}…"


def text_width(text: str, size: float, weight: int = REGULAR) -> float:
    """Width in inches of `text` at `size` points; a glyph that the font lacks counts 1 em."""
    path = _font_path(weight)
    return sum(_advance(path, character) for character in text) * size / POINTS


def line_height(size: float) -> float:
    """Inches from the top to the bottom of a line of words at `size` points."""
    font = font_manager.get_font(_font_path(REGULAR))
    return float(font.ascender - font.descender) / font.units_per_EM * size / POINTS


def fit(text: str, width: float, size: float, weight: int = REGULAR) -> str:
    """`text`, cut and given an ellipsis where it is wider than `width` inches."""
    tidy = shorten(text, 400)
    if text_width(tidy, size, weight) <= width:
        return tidy
    room = width - text_width("…", size, weight)
    taken = 0.0
    for position, character in enumerate(tidy):
        taken += text_width(character, size, weight)
        if taken > room:
            return f"{tidy[:position].rstrip(' …')}…"
    return tidy


def _labels(results: Results) -> Mapping[str, str]:
    """The dataset's words, shortened, each also with a capital first letter."""
    labels: dict[str, str] = {}
    for name in ("outcome", "group", "groups", "member", "members"):
        word = shorten(getattr(results.labels, name)) or name
        word = as_noun(word) if name == "outcome" else word
        labels[name] = word
        labels[name.capitalize()] = word[0].upper() + word[1:]
    return MappingProxyType(labels)


def _font_path(weight: int) -> str:
    return _found_font(tuple(rcParams["font.family"]), weight)


@lru_cache
def _found_font(family: tuple[str, ...], weight: int) -> str:
    return font_manager.findfont(FontProperties(family=list(family), weight=weight))


@lru_cache(maxsize=4096)
def _advance(path: str, character: str) -> float:
    """The width of a character in em."""
    font = font_manager.get_font(path)
    if unicodedata.combining(character):
        return 0.0
    if not font.get_char_index(ord(character)):
        return 1.0
    font.set_size(100, POINTS)
    advance = font.load_char(ord(character)).linearHoriAdvance / 65536.0 / 100.0
    return advance if math.isfinite(advance) else 1.0
