"""The words for a dataset's things: as configured, else made of its columns and its id."""

from collections.abc import Mapping
from typing import Any

import inflection

from multilevel.records.results import Labels

_WORDS = {"group": "school", "groups": "schools", "member": "student", "members": "students"}
_PLURALS = {"group": "groups", "member": "members"}
# So few letters, but more than one, are a code: of a country, say.
LETTERS_OF_A_CODE = 3
# Embeddings, overrides and isolates; marks such as U+200F stand for themselves.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# English plurals make no sense of letters from here on, which aren't Latin.
FIRST_BEYOND_LATIN = "\u0250"


def plain(text: str, limit: int) -> str:
    """One line of printable text of at most `limit` characters."""
    line = "".join(c if c.isprintable() or ord(c) > 0x200 else " " for c in undirected(text))
    line = line.strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def undirected(text: str) -> str:
    """Without the marks that turn the direction of all that follows them (U+202E and its like)."""
    return text.translate(_TURNING)


def labels_of(
    name: str, entry: Mapping[str, Any], defaults: Mapping[str, str], outcome: str | tuple[str, ...]
) -> Labels:
    """The words for the things of the dataset `name`, filled in where its entry leaves them out."""
    words = _overlaid(_overlaid(_WORDS, defaults), entry.get("labels", {}))
    return Labels(
        title=undirected(entry.get("title") or readable(name)),
        subtitle=undirected(entry.get("subtitle", "")),
        outcome=words.get("outcome") or scores_of(outcome),
        group=words["group"],
        groups=words["groups"],
        member=words["member"],
        members=words["members"],
        benchmark_icc=words.get("benchmark_icc"),  # type: ignore[arg-type]
    )


def _overlaid(words: Mapping[str, str], over: Mapping[str, str]) -> dict[str, str]:
    """`words` with those of `over`; a singular alone brings its own plural."""
    plurals = {_PLURALS[one]: plural(word) for one, word in over.items() if one in _PLURALS}
    return {**words, **plurals, **over}


def plural(noun: str) -> str:
    """class -> classes, family -> families; a noun in no Latin letters stays as it is."""
    ends_in_latin = noun[-1:].isalpha() and noun[-1:] < FIRST_BEYOND_LATIN
    return inflection.pluralize(noun) if ends_in_latin else noun


def scores_of(outcome: str | tuple[str, ...]) -> str:
    """math score; a column that is called a score keeps its name."""
    name = plain(outcome if isinstance(outcome, str) else outcome[0], 90)
    if not name:
        return "score"
    return name if name.lower().endswith("score") else f"{name} score"


def readable(name: str) -> str:
    """A title of an id: Timss2019 usa of timss2019_usa; of nzl, a country's code, NZL."""
    words = " ".join(name.replace("-", " ").replace("_", " ").split()) or name
    if words.isalpha() and 1 < len(words) <= LETTERS_OF_A_CODE:
        return words.upper()
    return words[:1].upper() + words[1:]
