"""Numbers as people write them: 64.8%, 13 / 20, 5,180, 4.920,5 and 5 180."""

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.configuration.forms import DecimalSign
from multilevel.ingest.table.faults import Faults
from multilevel.records.findings import Finding, note

_NUMBER = r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)"
_BLANK = r" \x{a0}\x{202f}"  # as people type them, and as spreadsheets do
_PERCENT = rf"^({_NUMBER}(?:[{_BLANK}'’.,][0-9]{{3}})*(?:[.,][0-9]+)?)[{_BLANK}]?%$"
_UNIT = re.compile(r"[+-]?[0-9.,]+[ \u00a0\u202f]?([^\W\d_]{1,12}\.?|[€$£°])")
# Units that may stand for thousands and the like.
_TIMES = frozenset(("k", "m", "mio", "tsd", "mln", "mil", "t", "b", "bn", "e", "mrd", "x", "万"))
_TEXT_MARK = r"^'([+-]?[0-9.,])"  # by which spreadsheets are told that something is text
_OF = rf"^({_NUMBER})[ ]*/[ ]*({_NUMBER})$"
# Thousands set apart by blanks or apostrophes, by commas, by points.
_GROUPS = {
    "blank": r"^[+-]?[1-9][0-9]{0,2}(?:[ \x{a0}\x{202f}'’][0-9]{3})+(?:[.,][0-9]+)?$",
    "comma": r"^[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?$",
    "point": r"^[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?$",
}
_APART = {"blank": r"[ \x{a0}\x{202f}'’]", "comma": ",", "point": r"\."}
# What only thousands can be: two groups of them, or another sign for decimals after them.
_SURELY = {
    "blank": _GROUPS["blank"],
    "comma": r"^[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){2,}|(?:,[0-9]{3})+\.[0-9]+)$",
    "point": r"^[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,}|(?:\.[0-9]{3})+,[0-9]+)$",
}

# Signs and digits of other scripts, and those that programs put for plain ones.
_PLAIN_SIGNS = str.maketrans(
    "\u2212\ufe63\uff0d\uff0b\uff0e\uff0c\uff05\u066a\u066b\u2009\u2007\u2019\u066c"
    + "".join(chr(zero + digit) for zero in (0xFF10, 0x660, 0x6F0) for digit in range(10)),
    "---+.,%%.\u202f\u202f''" + "0123456789" * 3,
)
_DASH = re.compile(r"[\u2010-\u2013](?=[0-9.,])")


def with_plain_signs(text: Any) -> Any:
    """Texts with the minus signs, digits and percent signs of all scripts as those of ASCII."""
    if pc.all(pc.fill_null(pc.string_is_ascii(text), True)).as_py():
        return text
    encoded = pc.dictionary_encode(text)
    words = [
        (f"-{word[1:]}" if _DASH.match(word) else word).translate(_PLAIN_SIGNS)
        for word in encoded.dictionary.to_pylist()
    ]
    return pa.array(words, pa.large_string()).take(encoded.indices)


class Written:
    """How the numbers of a column are written, batch by batch.

    Parameters
    ----------
    column
        Its name.

    Attributes
    ----------
    faults
        Values written in a way that others of the column aren't, so that it isn't clear what
        either means: percent signs in one batch and none in another.
    by_comma
        Values with thousands set apart by commas.
    """

    def __init__(self, column: str) -> None:
        self._column = column
        self._findings: dict[str, Finding] = {}
        self._of: str | None = None
        self._unit = ""
        self._any_plain = False
        self._if_mixed = Faults()
        self.faults, self.by_comma = Faults(), Faults()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Notes on how they were read."""
        return tuple(self._findings.values())

    def plain(self) -> None:
        """Take in a batch of numbers that are written plainly."""
        self._any_plain = True
        if self._if_mixed.n:
            self.faults = self._if_mixed

    def read(
        self,
        text: Any,
        rows: NDArray[np.int64],
        decimal_comma: bool,
        decimal: DecimalSign | None = None,
    ) -> Any:
        """The texts of a batch with numbers written plainly, where it is clear what they are.

        Parameters
        ----------
        text
            Arrow text without surrounding blanks, null where a value is missing.
        rows
            The row of each in the file, from 0.
        decimal_comma
            Whether "5,2" may be a number here.
        decimal
            The decimal sign where it is said; the other one separates thousands.
        """
        text = pc.replace_substring_regex(text, _TEXT_MARK, r"\1")
        text = self._without_unit(text, rows)
        for pattern, plain in ((_PERCENT, self._of_percent), (_OF, self._of_wholes)):
            fits = pc.fill_null(pc.match_substring_regex(text, pattern), False)
            if pc.any(fits).as_py() and pc.all(pc.or_(fits, pc.is_null(text))).as_py():
                self._note(fits, text, rows)
                text = plain(text, _first(fits, text), rows, decimal_comma or decimal is not None)
        return self._without_thousands(text, rows, decimal_comma, decimal)

    def _note(self, fits: Any, text: Any, rows: NDArray[np.int64]) -> None:
        self._if_mixed.add(_places(fits), text, rows)
        if self._any_plain:
            self.faults = self._if_mixed

    def _of_percent(
        self, text: Any, first: str, rows: NDArray[np.int64], decimal_comma: bool
    ) -> Any:
        self._findings["percent"] = note("percent_signs", self._column, example=first)
        text = pc.replace_substring_regex(text, r"[ \x{a0}\x{202f}]?%$", "")
        short = pc.match_substring_regex(text, r"^[+-]?[0-9]*(?:,[0-9]{1,2})?$")
        if not decimal_comma and pc.all(pc.fill_null(short, True)).as_py():
            text = pc.replace_substring(text, ",", ".")
        return text

    def _without_unit(self, text: Any, rows: NDArray[np.int64]) -> Any:
        """The texts without a unit that all of them have, which doesn't stand for thousands."""
        known = pc.drop_null(text)
        first = _UNIT.fullmatch(known[0].as_py()) if len(known) else None
        if first is None or first[1].casefold() in _TIMES:
            return text
        if self._unit not in ("", first[1]):
            self.faults.add(_places(pc.is_valid(text)), text, rows)
        self._unit = first[1]
        fits = pc.match_substring_regex(text, rf"[0-9.,][{_BLANK}]?{re.escape(first[1])}$")
        if not pc.all(pc.fill_null(fits, True)).as_py():
            return text
        self._note(pc.fill_null(fits, False), text, rows)
        self._findings["unit"] = note("units", self._column, unit=first[1], example=first[0])
        return pc.replace_substring_regex(text, rf"[{_BLANK}]?{re.escape(first[1])}$", "")

    def _of_wholes(
        self, text: Any, first: str, rows: NDArray[np.int64], decimal_comma: bool
    ) -> Any:
        whole = self._of or first.rpartition("/")[2].strip()
        others = pc.invert(pc.match_substring_regex(text, rf"/ *{re.escape(whole)}$"))
        if pc.any(others).as_py():
            self.faults.add(_places(others), text, rows)
        self._of = whole
        self._findings["of"] = note("denominators", self._column, of=whole, example=first)
        return pc.replace_substring_regex(text, r" */.*$", "")

    def _without_thousands(
        self,
        text: Any,
        rows: NDArray[np.int64],
        decimal_comma: bool,
        decimal: DecimalSign | None,
    ) -> Any:
        for kind, pattern in _GROUPS.items():
            if kind == decimal:
                continue
            grouped = pc.fill_null(pc.match_substring_regex(text, pattern), False)
            surely = kind != "blank" and decimal is not None
            surely |= pc.any(pc.match_substring_regex(text, _SURELY[kind])).as_py() or False
            # Where commas separate values, numbers have points: "5,180" can't be 5.18.
            clear = surely or (kind == "comma" and not decimal_comma and not _unclear(text))
            if not clear or not pc.any(grouped).as_py() or not _fit(text, grouped, kind):
                continue
            if kind == "comma":
                self.by_comma.add(_places(grouped), text, rows)
            if kind == "point" and decimal is None:
                self._note(grouped, text, rows)
            example = _first(grouped, text)
            text = pc.if_else(grouped, pc.replace_substring_regex(text, _APART[kind], ""), text)
            if kind != "comma" and not decimal_comma and decimal is None:
                text = pc.replace_substring(text, ",", ".")
            value = _first(grouped, text)
            self._findings[kind] = note("separators", self._column, example=example, value=value)
            break
        return text


def _unclear(text: Any) -> bool:
    """Whether points may set thousands apart as well as commas: 4.920 beside 5,180."""
    return bool(pc.any(pc.match_substring_regex(text, r"^[+-]?[0-9]{1,3}\.[0-9]{3}$")).as_py())


def _fit(text: Any, grouped: Any, kind: str) -> bool:
    """Whether the values that have no thousands set apart have none: 980 or 12.5, not 5180."""
    signs = {"blank": "[.,]", "comma": r"\.", "point": ","}[kind]
    alike = pc.match_substring_regex(text, rf"^[+-]?[0-9]+(?:{signs}[0-9]*)?$")
    return bool(pc.all(pc.or_(grouped, pc.fill_null(alike, True))).as_py())


def _places(where: Any) -> NDArray[np.bool_]:
    return np.asarray(pc.fill_null(where, False).to_numpy(zero_copy_only=False))


def _first(where: Any, text: Any) -> str:
    """The first text there."""
    return str(text[int(np.flatnonzero(_places(where))[0])].as_py())
