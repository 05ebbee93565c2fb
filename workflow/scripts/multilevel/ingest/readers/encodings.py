"""The encoding of text: as named, by a file's own mark, or recognised."""

import codecs
import contextlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from multilevel.errors import DataRefused
from multilevel.records.findings import Finding, caution
from multilevel.wording.quoting import nearest

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNORDERED = ("utf-16", "utf-32")
_FAMILIAR = (
    "cp1252", "mac_roman", "cp1250", "cp1251", "cp1253", "cp1254", "cp850", "cp437", "cp852",
    "koi8_r", "cp866", "shift_jis", "cp932", "euc_jp", "gb18030", "big5", "cp949",
)  # fmt: skip
_NEVER = ["ascii", "utf_8", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be",
          "utf_7"]  # fmt: skip
_START = 2**12
_FEWEST = 4  # letters beyond ASCII, from which an alphabet can be told
# Bytes that are looked at, enough for hundreds of names.
SAMPLE = 2**16
# The trailing bytes of no encoding of two bytes a letter are among these.
_WORDS = re.compile(rb'[^,;\t"\r\n]*[\x80-\xff][^,;\t"\r\n]*')
# Of Windows-1252: letters, and signs that people write.
_UPPER, _LOWER = "À-ÖØ-ÞŠŽŒŸ", "ß-öø-ÿšžœ"
_FOREIGN = rf"[{_UPPER}{_LOWER}]"
_CLEAN = re.compile(
    rf"(?:[\x00-\x7f]|{_FOREIGN}|[‘’“”„‚–—…€£§°·ªº«»´¡¿©®™²³½¼¾]"
    # Blanks that don't break: in numbers, before units, and in French before signs.
    r"|(?<=[0-9])\xa0(?=[0-9%‰€$£°a-zA-Z])|(?<=«)\xa0|\xa0(?=[»:;!?]))*"
)
_ODD = re.compile(
    rf"[a-z{_LOWER}][{_UPPER}]"  # a capital within a word
    rf"|{_FOREIGN}[“”„‚…€£§°·ªº«»´¡¿©®™²³½¼¾]{_FOREIGN}"  # a sign within a word
    r"|[a-zA-Z]{3}[³¾¼£¿]|[³¾¼£][a-zA-Z]{2}"
    rf"|[a-zA-Z][“”„‚…€£§°·¡¿©®™²³½¼¾][a-zA-Z{_UPPER}{_LOWER}]"
)
_LONG = re.compile(rf"[a-zA-Z{_UPPER}{_LOWER}]{{3,}}")
_RUN = re.compile(rf"[a-zA-Z{_UPPER}{_LOWER}]{{2,}}")
# Letters beyond a to z of languages that are written in Windows-1252, also two in one country.
_WESTERN = tuple(map(frozenset, (
    "àâæçéèêëîïôœùûüÿäöß", "àâæçéèêëîïôœùûüÿäö", "äöüßåæøéõšž", "àèéìíîòóùúäöüß", "àèéìòùâçêëîï",
    "áéíñóúüçàèïò", "àáâãçéêíóôõúü", "àáâãçéêíóôõúüñ", "áéíóúñ", "åäöæøéüáóàèêëôœ", "áéíóúàèìòù",
)))  # fmt: skip
_ICELANDIC, _ITS_OWN = frozenset("áðéíóúýþæöø"), frozenset("áéíóúæ")
# And of those that are written in others, which give letters of Windows-1252 too.
_ELSEWHERE = tuple(
    (codec, tuple(map(frozenset, languages)))
    for codec, languages in (
        ("cp1254", ("çğıöşüâîû",)),
        ("cp1250", ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţ",
                    "čćđšž", "äöüßčšž")),
        ("iso8859_2", ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "čćđšž", "ăâîşţ")),
        ("cp1257", ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž")),
    )
)  # fmt: skip
_CYRILLIC = re.compile(r"[\x00-\x7f\u0400-\u045f\u0490\u0491№«»“”„–—…\xa0]*")
_MIXED = re.compile(r"[a-zA-Z][\u0400-\u04ff]|[\u0400-\u04ff][a-zA-Z]|[а-яё][А-ЯЁ]")
_OFTEN = frozenset("оеаинтсрвлкмі")  # of the letters of Slavic languages, more than half
_SURE = 2  # letters that only one encoding makes those of a language
_PLAIN = re.compile(r"[\x00-\x7f‘’“”„‚–—…€§°·«»´©®™\xa0]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
# What a guess may take for a blank that isn't one, to something that nobody trims.
_BLANKS = {
    number: f"⟨{number:02X}⟩"
    for number in (*range(0x1C, 0x20), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029,
                   0x202F, 0x205F, 0x3000)
}  # fmt: skip


@dataclass(frozen=True)
class Encoding:
    """An encoding, and how sure it is.

    Attributes
    ----------
    codec
        By Python's name.
    guess
        A caution where it may well be another.
    """

    codec: str
    guess: Finding | None = None

    def readable(self, text: str) -> str:
        """Text that was decoded, with blanks of a guess as something that stays."""
        return text if self.guess is None else text.translate(_BLANKS)


UTF_8 = Encoding("utf-8")


class NotAsSaid(Exception):
    """The texts of a file aren't in the encoding that it says."""


def told(start: bytes, name: str | None, file: str) -> Encoding | None:
    """The encoding as it is named, else as a text that begins so says; DataRefused as `named`."""
    if not name:
        return marked(start)
    given, mark = named(name, file), marked(start)
    # Without a mark these don't say in which order their bytes stand.
    in_doubt = given.codec in _UNORDERED and (mark is None or mark.codec != given.codec)
    return Encoding(f"{given.codec}-le") if in_doubt else given


def other_than_told(
    file: str,
    encoding: Encoding,
    content: bytes,
    error: UnicodeDecodeError,
    *,
    lines: bool = True,
) -> DataRefused:
    """The refusal of text that isn't in the encoding named or marked."""
    place = error.start
    line = content.count(b"\n", 0, place) + 1 if lines else None
    return DataRefused(
        "unreadable_file.other_encoding",
        file=file,
        encoding=encoding.codec,
        line=line,
        bytes=content[place : place + 4].hex(" "),
    )


def any_bytes(content: bytes) -> Encoding:
    """An encoding that all bytes are text in, as a guess."""
    word = next(words(content), b"")
    found = word.decode("latin-1")[:60]
    return Encoding("latin-1", caution("encoding_guessed", encoding="latin-1", text=found))


def named(name: str, file: str) -> Encoding:
    """The encoding of this name.

    Raises
    ------
    DataRefused
        `unreadable_file` where there is none of the name.
    """
    try:
        codec = codecs.lookup(name.strip()).name
        with contextlib.suppress(UnicodeDecodeError):
            b"a".decode(codec)  # LookupError for codecs that aren't of text
    except (LookupError, UnicodeEncodeError, ValueError):
        raise DataRefused(
            "unreadable_file.no_such_encoding",
            file=file,
            encoding=name,
            near=nearest(name.strip().lower(), _FAMILIAR),
        ) from None
    return Encoding("utf-8-sig" if codec == "utf-8" else codec)


def marked(start: bytes) -> Encoding | None:
    """The encoding that the first bytes of a text say: by a mark, or by NULs of UTF-16."""
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return Encoding(codec)
    even, odd = start[:_START:2], start[1:_START:2]
    if len(start) > 1 and even.count(0) > len(even) // 2 > odd.count(0) * 2:
        return Encoding("utf-16-be")
    if len(start) > 1 and odd.count(0) > len(odd) // 2 > even.count(0) * 2:
        return Encoding("utf-16-le")
    return None


def words(content: bytes) -> Iterator[bytes]:
    """Pieces of a text that aren't ASCII, each once: those that tell an encoding."""
    seen: set[bytes] = set()
    size = 0
    for piece in _WORDS.finditer(content):
        word = piece.group().strip()
        if word not in seen:
            seen.add(word)
            yield word
            size += len(word)
        if size > SAMPLE:
            return


def recognised(sample: bytes) -> Encoding:
    """The likeliest encoding of text that isn't UTF-8.

    Windows-1252 where it gives clean words, else what charset-normalizer finds. Clean words of one
    script other than the Latin are sure enough: no other encoding gives any.
    """
    text = _decoded(sample, "cp1252")
    if text is not None and _is_western(text):
        return Encoding("cp1252")
    other = _of_cyrillic(sample) or _of_a_language(sample, text)
    if other is not None:
        return other
    if text is not None and _is_latin(text):
        return _guessed("cp1252", text) if {"ð", "þ"} & _letters(text) else Encoding("cp1252")
    codec = _likeliest(sample)
    found = _decoded(sample, codec) if codec else None
    if codec is None or found is None or _n_foreign(found) < _FEWEST:
        codec = "latin-1" if text is None else "cp1252"
        found = sample.decode(codec)
    if _of_one_script(found):
        return Encoding(codec)
    return _guessed(codec, found)


def _guessed(codec: str, text: str) -> Encoding:
    first = next((line for line in text.splitlines() if not line.isascii()), "")
    return Encoding(codec, caution("encoding_guessed", encoding=codec, text=first[:60]))


def _is_western(text: str) -> bool:
    """Whether all letters are of one language that Windows-1252 is for.

    What only has letters that Icelandic shares with the Turkish of Windows-1254 isn't.
    """
    if not _is_clean(text) or any(not any(map(str.isascii, word)) for word in _LONG.findall(text)):
        return False
    letters = _letters(text)
    if letters <= _ICELANDIC and letters & _ITS_OWN:
        return True
    return any(letters <= language for language in _WESTERN)


def _of_cyrillic(sample: bytes) -> Encoding | None:
    """The encoding in which all letters are Cyrillic, capitals begin words and vowels are many."""
    for codec in ("cp1251", "koi8_r", "cp866"):
        text = _decoded(sample, codec)
        if text is None or not _CYRILLIC.fullmatch(text) or _MIXED.search(text):
            continue
        letters = [c.lower() for c in text if "\u0400" <= c <= "\u04ff"]
        often = sum(c in _OFTEN for c in letters)
        if len(letters) >= _FEWEST and often >= 0.5 * len(letters):
            return Encoding(codec)
    return None


def _of_a_language(sample: bytes, western: str | None) -> Encoding | None:
    """The first other encoding in which all letters are of one language."""
    for codec, languages in _ELSEWHERE:
        text = _decoded(sample, codec)
        if text is None or not _PLAIN.fullmatch("".join(c for c in text if not c.isalpha())):
            continue
        letters = _letters(text)
        if not letters or not any(letters <= language for language in languages):
            continue
        if text == western:
            return Encoding("cp1252")
        same = _letters(western) if western else frozenset()
        return Encoding(codec) if len(letters - same) >= _SURE else _guessed(codec, text)
    return None


def _letters(text: str) -> frozenset[str]:
    """The small letters beyond ASCII."""
    return frozenset(c for c in map(str.lower, set(text)) if c.isalpha() and not c.isascii())


def of_words(content: bytes) -> Encoding | None:
    """The encoding of texts, a line each; None where all are ASCII."""
    if content.isascii():
        return None
    if _decoded(content, "utf-8") is not None:
        return UTF_8
    found = recognised(b"\n".join(words(content)))
    return any_bytes(content) if _decoded(content, found.codec) is None else found


def _decoded(sample: bytes, codec: str) -> str | None:
    try:
        return sample.decode(codec)
    except UnicodeDecodeError:
        return None


def _likeliest(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_exclusion=_NEVER).best()
    if best is None:
        return None
    alike = best.could_be_from_charset
    return next((codec for codec in _FAMILIAR if codec in alike), best.encoding)


def _is_latin(text: str) -> bool:
    """Whether the text reads as Windows-1252 should: letters within words of the Latin alphabet."""
    if not _is_clean(text) or re.search(rf"{_FOREIGN}{{3}}", text):
        return False
    return all(2 * sum(map(str.isascii, word)) >= len(word) for word in _RUN.findall(text))


def _is_clean(text: str) -> bool:
    return bool(_CLEAN.fullmatch(text)) and not _ODD.search(text)


def _n_foreign(text: str) -> int:
    return sum(letter.isalpha() and not letter.isascii() for letter in text)


def _of_one_script(text: str) -> bool:
    """Whether all letters beyond ASCII are of one script, and none of it is Latin or control."""
    if _CONTROL.search(text):
        return False
    scripts = {_script(letter) for letter in text if letter.isalpha() and not letter.isascii()}
    return len(scripts) == 1 and "LATIN" not in scripts


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").partition(" ")[0]
    # Japanese is written in three scripts at once.
    return "CJK" if name in ("HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "KATAKANA-HIRAGANA") else name
