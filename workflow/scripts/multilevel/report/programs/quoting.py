"""Names and texts of a dataset as each language writes them, harmless whatever they are.

A function returns None for what its language can't hold, or can't hold safely: the code
then has a placeholder, and the report says so.
"""

import json
import re
from collections.abc import Callable

LONGEST_NAME = 120
LONGEST_TEXT = 300

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_R_WORD = re.compile(r"[A-Za-z][A-Za-z0-9._]*")
# fmt: off
_R_RESERVED = frozenset({
    "if", "else", "repeat", "while", "function", "for", "next", "break", "in", "TRUE", "FALSE",
    "NULL", "Inf", "NaN", "NA", "NA_integer_", "NA_real_", "NA_complex_", "NA_character_",
})
_STATA_RESERVED = frozenset({
    "_all", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int", "long", "_n",
    "_N", "_pi", "_pred", "_rc", "_skip", "strL", "using", "with",
    "group_number",  # made by the code itself
})
_SPSS_RESERVED = frozenset({
    "all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with", "within",
    "intercept",
})
_SAS_RESERVED = frozenset({
    "_n_", "_error_", "_numeric_", "_character_", "_all_", "intercept",
})
# fmt: on
_STATA_EXPANDS = re.compile(r'["`$]')

Quote = Callable[[str], str | None]


def r_name(name: str) -> str | None:
    """score, `two words`; None for . and ..., which mean something else in formulas."""
    if _R_WORD.fullmatch(name) and name not in _R_RESERVED:
        return name if len(name) <= LONGEST_NAME else None
    if not _shown(name, LONGEST_NAME) or re.fullmatch(r"\.+[0-9]*", name):
        return None
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def r_text(text: str) -> str | None:
    """A string of R in double quotes."""
    return _in_double_quotes(text)


def python_text(text: str) -> str | None:
    """A string of Python in double quotes."""
    return _in_double_quotes(text)


def stata_name(name: str) -> str | None:
    """1 to 32 letters, digits or underscores, no digit first, no reserved word ([U] 11.3)."""
    if not 0 < len(name) <= 32 or name in _STATA_RESERVED or re.fullmatch(r"str[0-9]+", name):
        return None
    letters = name.replace("_", "a")
    return name if letters.isalnum() and name.isidentifier() else None


def stata_text(text: str) -> str | None:
    """A string of Stata; None where it would expand a macro or end early."""
    if not _shown(text, LONGEST_TEXT) or _STATA_EXPANDS.search(text):
        return None
    return f'"{text}"'


def spss_name(name: str) -> str | None:
    """At most 64 bytes of letters, digits and . _ @ # $, a letter first (Command Syntax)."""
    inner = re.sub(r"[._@#$]", "a", name)
    possible = (
        0 < len(name.encode("utf-8", "replace")) <= 64
        and name[0].isalpha()
        and inner.isalnum()
        and not name.endswith((".", "_"))
        and name.casefold() not in _SPSS_RESERVED
    )
    return name if possible else None


def sas_name(name: str) -> str | None:
    """A name, or a name literal 'two words'n, of at most 32 bytes (VALIDVARNAME=ANY)."""
    if len(name.encode("utf-8", "replace")) > 32 or name.casefold() in _SAS_RESERVED:
        return None
    if _WORD.fullmatch(name):
        return name
    quoted = sas_text(name)
    return f"{quoted}n" if quoted and name.strip() == name != "" else None


def sas_text(text: str) -> str | None:
    """A string of SAS in single quotes, in which macros don't run."""
    return "'" + text.replace("'", "''") + "'" if _shown(text, LONGEST_TEXT) else None


def _in_double_quotes(text: str) -> str | None:
    """JSON's escapes of printable text, which R and Python read alike."""
    return json.dumps(text, ensure_ascii=False) if _shown(text, LONGEST_TEXT) else None


def _shown(text: str, longest: int) -> bool:
    """Whether every character can be seen: no line ends, no marks that reorder a line."""
    return 0 < len(text) <= longest and text.isprintable()
