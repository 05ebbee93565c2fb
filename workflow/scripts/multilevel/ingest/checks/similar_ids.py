"""Ids of groups that a reader would take for the same."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

from multilevel.ingest.checks.material import Members
from multilevel.records.findings import Finding, caution
from multilevel.wording.quoting import DRAWN_AS

_MOST_SHOWN = 3
_NUMBER = re.compile(r"0*([0-9]+?)(?:\.0+)?")
_SIGNS_ONLY = re.compile(r"[\W_]+|\\N|\(null\)|<NA>")
_SHORTENED = re.compile(r"[1-9](?:[.,][0-9]+)?[eE]\+[0-9]{2}")
_QUESTION = re.compile(r"[^\W\d_]\?[^\W\d_]")
_SINGLE, _DOUBLE = "\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u00b4\u0060\u2039\u203a", "“”„‟″«»"
_DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_SIGNS = {ord(sign): plain for signs, plain in ((_SINGLE, "'"), (_DOUBLE, '"'), (_DASHES, "-"))
          for sign in signs}  # fmt: skip


def look_alikes(ids: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Those of the distinct `ids` that look the same, in the order given.

    The same are letters of other alphabets that are drawn alike, upper and lower case,
    full-width forms, quotation marks, apostrophes and dashes of all kinds, and ids that differ in
    blanks or in characters that aren't seen.
    """
    looks = [_look(one) for one in ids]
    if len(set(looks)) == len(looks):
        return ()
    by_look: dict[str, list[str]] = defaultdict(list)
    for look, one in zip(looks, ids, strict=True):
        by_look[look].append(one)
    return tuple(tuple(same) for same in by_look.values() if len(same) > 1)


def check(members: Members) -> Iterator[Finding]:
    """A caution on the ids of groups that look the same, or that were read wrongly."""
    yield from _check_garbled(members)
    ids = [list(same) for same in look_alikes(members.group_ids)]
    if ids:
        more = max(len(ids) - _MOST_SHOWN, 0)
        yield caution("similar_ids", members.group, ids=ids[:_MOST_SHOWN], more=more)
    ids = [list(same) for same in same_numbers(members.group_ids)]
    if ids:
        more = max(len(ids) - _MOST_SHOWN, 0)
        yield caution("padded_ids", members.group, ids=ids[:_MOST_SHOWN], more=more)


def garbled(ids: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Ids in UTF-8 that was read in another encoding, with what they were; and with lost letters.

    In the first, letters are two or three signs, such as "MÃ¼nchen". The others have the mark for
    what can't be read, or a question mark within a word.
    """
    together = "".join(ids)
    if together.isascii() and "?" not in together:
        return [], []
    twice, lost = [], []
    for one in ids:
        if "\ufffd" in one or _QUESTION.search(one):
            lost.append(one)
        elif not one.isascii():
            was = _read_once(one)
            if was is not None:
                twice.append((one, was))
    return twice, lost


def same_numbers(ids: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Those of the distinct `ids` that are one number, in the order given: 0010, 10 and 10.0."""
    if not any(one.startswith("0") or "." in one for one in ids):
        return ()
    by_number: dict[str, list[str]] = defaultdict(list)
    for one in ids:
        number = _NUMBER.fullmatch(one)
        if number is not None:
            by_number[number[1]].append(one)
    return tuple(tuple(same) for same in by_number.values() if len(same) > 1)


def _check_garbled(members: Members) -> Iterator[Finding]:
    twice, lost = garbled(members.group_ids)
    if twice:
        (one, was), n = twice[0], len(twice)
        yield caution("garbled_ids", members.group, case="twice", text=one, was=was, n=n)
    if lost:
        yield caution("garbled_ids", members.group, case="lost", text=lost[0], n=len(lost))
    odd = (one for one in members.group_ids if not one[0].isalnum())
    signs = [one for one in odd if _SIGNS_ONLY.fullmatch(one)]
    if signs:
        yield caution("garbled_ids", members.group, case="signs", text=signs[0], n=len(signs))

    short = [one for one in members.group_ids if "+" in one and _SHORTENED.fullmatch(one)]
    if short:
        yield caution("garbled_ids", members.group, case="short", text=short[0], n=len(short))


def _read_once(text: str) -> str | None:
    """A text that was read as Windows-1252 though it is UTF-8, as it was; None of others."""
    stored = bytearray()
    for letter in text:
        try:
            stored += letter.encode("cp1252")
        except UnicodeEncodeError:
            if ord(letter) > 0xFF:
                return None
            stored.append(ord(letter))  # where Windows-1252 has nothing
    try:
        return stored.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _look(text: str) -> str:
    if text.isascii():
        if text.isalnum():
            return text.lower()
    else:
        # Before the normal form, which makes a blank with a mark of an accent that stands alone.
        text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(DRAWN_AS)
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return "".join(text.translate(_SIGNS).split()).casefold()
