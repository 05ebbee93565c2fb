"""Sentences of findings: the one place where their codes and values become words.

The catalogue, templates/text/en/findings.yaml, has for each code a ``sentence``, a ``label`` of a
few words where the index needs one, and a ``remedy`` where there is one. Each may be several, by
the value `case`; a ``together`` says all findings of a code in one sentence.

A place such as {file} is filled by the value of that name, {column} and {columns} by the
finding's columns: texts in quotes, counts with separators, lists with commas. After a colon stands
how else it is written: a name of `formats`, or how many of a list, or letters of a text, are shown.
What stands in double brackets is left out where one of its values is missing, empty or 0.
"""

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from markupsafe import Markup

from multilevel.records.findings import Finding
from multilevel.records.reading import ReadFacts
from multilevel.records.results import Reason
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.families import span
from multilevel.wording.quoting import listed, one_line, shown, told_apart

TEXTS = Path(__file__).resolve().parents[4] / "templates" / "text" / "en"
LONGEST = 200
PRESET = ("preset", "preset_weights", "preset_replicates", "preset_subjects", "preset_year")
_MOST_LISTED = 10
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.S)

Format = Callable[[Any], str]

FORMATS: Mapping[str, Format] = {
    "text": lambda text: one_line(str(text), LONGEST).rstrip("."),
    "plain": str,
    "list": ", ".join,
    "list_and": " and ".join,
    "first": lambda texts: str(texts[0]),
    "span": span,
    "and": lambda texts: " and ".join(map(shown, texts)),
    "or": " or ".join,
    "with": lambda texts: " with ".join(map(shown, texts)) or "nothing",
    "look_alikes": lambda pairs: "; ".join(listed(told_apart(ids), 3) for ids in pairs),
    "numbers": lambda values: _first([numbers.as_typed(value) for value in values]),
    "names": lambda values: _first(values),
    "short": lambda number: f"{number:g}",
    "p": numbers.p_after_sign,
    "df": numbers.degrees_of_freedom,
    "percent": numbers.percent,
    "correlation": lambda r: numbers.fixed(r, 2),
    "deviance": lambda deviance: numbers.fixed(deviance, 1),
    "round": lambda number: numbers.count(round(number)),
    # Words that go with one column or several.
    "is": lambda columns: "is" if len(columns) == 1 else "are",
    "has": lambda columns: "has" if len(columns) == 1 else "have",
    "s": lambda columns: "s" if len(columns) == 1 else "",
    "ies": lambda columns: "ies" if len(columns) == 1 else "y",
    "it": lambda columns: "it" if len(columns) == 1 else "them",
}


def sentence(
    finding: Finding,
    places: Mapping[str, object] | None = None,
    formats: Mapping[str, Format] | None = None,
    words: Catalogue | None = None,
) -> Markup:
    """The sentence of a finding as markup, values escaped.

    Parameters
    ----------
    places
        Further places, such as the words for groups and members.
    formats
        Further formats, such as "score" for numbers on the scale of the scores.
    words
        A catalogue with other sentences.

    Raises
    ------
    KeyError
        When the catalogue has no such sentence, or a place no value: a bug.
    """
    raw = _raw(finding, "sentence", words)
    if raw is None:
        raise KeyError(finding.code)
    return _filled(raw, _words(places) | _values(finding), {**FORMATS, **(formats or {})})


def sentences(
    findings: Iterable[Finding],
    places: Mapping[str, object] | None = None,
    formats: Mapping[str, Format] | None = None,
    words: Catalogue | None = None,
) -> tuple[Markup, ...]:
    """The sentences of findings in their order, one for all of a code that are said together.

    A remedy, where there is one, follows its sentence.
    """
    merged: dict[object, list[Finding]] = {}
    for place, finding in enumerate(findings):
        together = _raw(finding, "together", words) is not None
        key = (finding.code, finding.values.get("case")) if together else place
        merged.setdefault(key, []).append(finding)
    known = {**FORMATS, **(formats or {})}
    return tuple(
        _together(several, _words(places), known, words)
        if _raw(several[0], "together", words) is not None
        else _with_remedy(several[0], places, formats, words)
        for several in merged.values()
    )


def _with_remedy(
    finding: Finding,
    places: Mapping[str, object] | None,
    formats: Mapping[str, Format] | None,
    words: Catalogue | None,
) -> Markup:
    said, mended = sentence(finding, places, formats, words), _remedy(finding, places, words)
    return said + " " + mended if mended else said


def text(finding: Finding) -> str:
    """The sentence of a finding as plain text."""
    return plain(sentence(finding))


def remedy(finding: Finding) -> str:
    """What to do about a finding, as plain text; "" where the catalogue has nothing."""
    return plain(_remedy(finding, None))


def _remedy(
    finding: Finding, places: Mapping[str, object] | None, words: Catalogue | None = None
) -> Markup:
    raw = _raw(finding, "remedy", words)
    return Markup() if raw is None else _filled(raw, _words(places) | _values(finding), FORMATS)


def label(code: str, words: Catalogue | None = None) -> str:
    """A few words for a code, for the index; the code itself where the catalogue has none."""
    key, known = f"finding.{code}.label", words or _catalogue()
    return known.plain(key) if key in known else code


def reason(refusal: Finding) -> Reason:
    """Why a dataset was refused, as results.json has it."""
    code = refusal.code.partition(".")[0]
    return Reason(code=code, message=text(refusal), remedy=remedy(refusal))  # type: ignore[arg-type]


def notes(
    findings: Iterable[Finding], reading: ReadFacts, *, cautions: bool = False
) -> tuple[str, ...]:
    """What was found and done, in sentences: of the file's form, then of its columns and rows.

    With `cautions` these too, which may then have no places but their values.
    """
    told = [text(finding) for finding in findings if cautions or finding.level == "note"]
    return tuple(dict.fromkeys((*_form(reading), *told)))


def of_preset(findings: Iterable[Finding]) -> str:
    """What a preset chose, on one line; "" where there is no preset."""
    return " ".join(text(one) for one in findings if one.code in PRESET)


def _form(reading: ReadFacts) -> Iterable[str]:
    """Sentences on the form of a file."""
    say = _catalogue().plain
    if reading.delimiter is not None:
        by = say(f"reading.delimiter.{_DELIMITERS[reading.delimiter]}")
        key = f"reading.encoding.{reading.encoding}"
        known = key in _catalogue()
        text = say(key) if known else _told("reading.encoding.other", encoding=reading.encoding)
        yield f"{text}, {by}."
    elif reading.encoding is not None:
        yield _told("reading.assumed", encoding=reading.encoding)
    if reading.sheet is not None:
        yield _told("reading.sheet", sheet=reading.sheet, sheets=reading.sheets)
    for one in reading.renamed:
        yield _told(f"reading.renamed.{one.differs_by}", asked=one.asked, name=one.name)
    for column in reading.decimal_commas:
        yield _told("reading.decimal_commas", column=column)


_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blanks"}


def _words(places: Mapping[str, object] | None) -> dict[str, Any]:
    """Places that are words of the sentence, not values in quotes."""
    return {name: Markup.escape(word) for name, word in (places or {}).items()}


def _told(key: str, **values: Any) -> str:
    return plain(_filled(_catalogue().raw(key), values, FORMATS))


def _together(
    findings: Sequence[Finding],
    places: Mapping[str, object],
    formats: Mapping[str, Format],
    words: Catalogue | None,
) -> Markup:
    """Of each value a list, each once."""
    raw = _raw(findings[0], "together", words) or ""
    values: dict[str, Any] = {
        name: list(dict.fromkeys(one.values[name] for one in findings))
        for name in findings[0].values
    }
    values["columns"] = list(dict.fromkeys(name for one in findings for name in one.columns))
    return _filled(raw, values | dict(places), formats)


def _raw(finding: Finding, kind: str, words: Catalogue | None = None) -> str | None:
    key, known = f"finding.{finding.code}.{kind}", words or _catalogue()
    for name in (f"{key}.{finding.values.get('case')}", key):
        if name in known:
            return known.raw(name)
    return None


def _values(finding: Finding) -> dict[str, Any]:
    columns = finding.columns
    return {**finding.values, "columns": columns, "column": columns[0] if columns else ""}


def _filled(raw: str, values: Mapping[str, Any], formats: Mapping[str, Format]) -> Markup:
    raw = _OPTIONAL.sub(lambda part: part[1] if _all_there(part[1], values) else "", raw)
    filled = Markup()
    for literal, name, spec, _ in Formatter().parse(raw):
        filled += Markup(literal)
        if name is not None:
            filled += _written(values[name], spec or "", formats)
    return filled


def _all_there(part: str, values: Mapping[str, Any]) -> bool:
    return all(values.get(name) for _, name, _, _ in Formatter().parse(part) if name is not None)


def _written(value: Any, spec: str, formats: Mapping[str, Format]) -> Markup | str:
    if isinstance(value, Markup):
        return value
    if value is None:
        return numbers.MISSING
    if spec and not spec.isdigit():
        return formats[spec](value)
    longest = int(spec) if spec else None
    if isinstance(value, str):
        return shown(value) if longest is None else shown(value, longest)
    if isinstance(value, int):
        return numbers.count(value)
    if isinstance(value, float):
        return numbers.as_typed(value)
    return listed(value) if longest is None else listed(value, longest)


def _first(texts: Sequence[str]) -> str:
    """The first few without quotes."""
    return ", ".join(texts[:_MOST_LISTED]) + (", …" if len(texts) > _MOST_LISTED else "")


def plain(markup: Markup) -> str:
    """A sentence without tags and entities, blanks as they are."""
    return html.unescape(re.sub(r"<[^<>]*>", "", markup))


@cache
def _catalogue() -> Catalogue:
    return Catalogue.load(TEXTS, "findings")
