"""The code that fits the model with covariates elsewhere, a continuation of the null model's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from multilevel.records.companion import Companion, CovariateUse
from multilevel.report.programs import reading
from multilevel.report.programs.code import (
    NAMES,
    PROGRAMS,
    TEXTS,
    Task,
    numeric_codes,
    quoted_file,
    sheet_argument,
)
from multilevel.wording.catalogue import Catalogue

# Names that the code itself makes, numbered by column.
_MADE = ("within_{}", "mean_{}", "factor_{}", "base_{}", "text_{}")
# Files whose values may have labels, which programs read apart from them.
_CODED = frozenset({"spss", "portable", "stata", "sas", "transport"})


@dataclass(frozen=True)
class _Column:
    """A covariate as the program writes it, and which of its terms the fullest model has."""

    use: CovariateUse
    name: str
    terms: frozenset[str]
    within: str
    mean: str
    factor: str
    base: str
    text: str

    @property
    def is_number(self) -> bool:
        return self.use.kind != "labelled"

    @property
    def is_centred(self) -> bool:
        return self.use.centre != "none"

    @property
    def has_value(self) -> bool:
        """Whether the value itself, or an indicator, is in the model."""
        return bool(self.terms & {"value", "indicator"})

    @property
    def has_mean(self) -> bool:
        return "group_mean" in self.terms


def covariate_code(program: str, task: Task, found: Companion, words: Catalogue) -> str | None:
    """The code of one program; None where it can't hold a name.

    Parameters
    ----------
    program
        One of `PROGRAMS`.
    """
    task = task.for_program(program, words)
    quote, text = NAMES[program], TEXTS[program]
    outcome, group = quote(task.outcome), quote(task.group)
    uses = enumerate(found.covariates, 1)
    columns = [_column(program, task, place, use, found) for place, use in uses]
    references = [text(use.reference) if use.reference else "" for use in found.covariates]
    if outcome is None or group is None or None in columns or None in references:
        return None
    known = [one for one in columns if one is not None]

    def say(part: str, **places: object) -> str:
        key = f"companion_code.{program}.{part}"
        return words.raw(key).format(**{"group": group, **places}) if key in words else ""

    def lines(part: str, chosen: Sequence[_Column]) -> str:
        return "".join(_line(program, part, one, task, say) for one in chosen)

    numbers = [one for one in known if one.is_number]
    labelled = [one for one in known if not one.is_number]
    parts = {one.name: _label_part(program, one, task, words) for one in labelled}
    typed = any(part != "label" for part in parts.values())
    filled = say(
        "code",
        numbers=lines("number", numbers),
        labels=(_first(task, say) if typed else "")
        + "".join(lines(parts[one.name], [one]) for one in labelled),
        centred="".join(lines(one.use.centre, [one]) for one in known if one.is_centred)
        + _dropped(known, found, say),
        outcome=outcome,
        reml=str(task.method == "REML").upper() if program == "r" else task.method == "REML",
        method=task.method,
        percent=f"{100 * task.confidence:.10g}",
        alpha=f"{1 - task.confidence:.10g}",
        options="reml dfmethod(satterthwaite)" if task.method == "REML" else "mle",
        **_lists(program, outcome, group, known),
    )
    return filled.strip("\n")


def _column(
    program: str, task: Task, place: int, use: CovariateUse, found: Companion
) -> _Column | None:
    name = NAMES[program](reading.column(task.facts, use.column))
    if name is None:
        return None
    made = [one.format(place) for one in _MADE]
    if program == "python":
        name, *made = (one if one[0] == '"' else f'"{one}"' for one in (name, *made))
    terms = frozenset(one.part for one in found.models[-1].terms if one.column == use.column)
    return _Column(use, name, terms, *made)


def _first(task: Task, say: Callable[..., str]) -> str:
    """What stands once before labels of typed values."""
    lines = say("first", truth=say(f"truth.{task.form}", name="") or "str(value)")
    return f"{lines}\n" if lines else ""


def _label_part(program: str, one: _Column, task: Task, words: Catalogue) -> str:
    """Which lines make text of a column's labels, by the kind of file."""
    kinds = []
    if task.form in _CODED:
        kinds = ["coded", "typed"]
    elif task.form:
        truth = (one.use.reference or "").casefold() in ("true", "false")
        kinds = ["truth", "typed"] if truth else ["typed"]
    parts = (f"label_{kind}" for kind in kinds)
    return next((p for p in parts if f"companion_code.{program}.{p}" in words), "label")


def _line(program: str, part: str, one: _Column, task: Task, say: Callable[..., str]) -> str:
    """A line for a column, or several."""
    codes = numeric_codes(task)
    table = f"scores${one.name}" if program == "r" else f"scores[{one.name}]"
    text = table
    if task.facts.decimal_commas and program == "r":
        text = f'sub(",", ".", {table}, fixed = TRUE)'
    if task.facts.decimal_commas and program == "python":
        text = f'{table}.str.replace(",", ".")'
    quote = TEXTS[program]
    file = quoted_file(program, task.file)[0]
    sheet = sheet_argument(task, ", sheet_name={}", quote)
    written = say(
        part,
        name=one.name,
        column=quote(reading.column(task.facts, one.use.column)) or "",
        within=one.within,
        mean=one.mean,
        factor=one.factor,
        base=one.base,
        made=one.text,
        text=text,
        comma=" dpcomma" if task.facts.decimal_commas else "",
        missing=codes,
        codes="\n" + say("codes", name=one.name, codes=codes) if codes else "",
        labels=say(f"read.{task.form}", file=file, sheet=sheet, name=one.name) or table,
        truth=say(f"truth.{task.form}", name=one.name),
        reference=quote(one.use.reference or "") or "",
        indicator=quote(f"{one.use.column}_{one.use.reference}") or "",
    )
    return f"{written}\n" if written else ""


def _dropped(columns: Sequence[_Column], found: Companion, say: Callable[..., str]) -> str:
    """A line that leaves out what other columns determine, where the program doesn't itself."""
    names = []
    for one in columns:
        if one.is_number and not one.has_value:
            names.append(one.name)
        if one.use.centre == "group" and not one.has_mean:
            names.append(one.mean)
        quote = TEXTS["python"]
        start = f"{one.use.column} = "
        labels = [name[len(start) :] for name in found.aliased if name.startswith(start)]
        names += [quote(f"{one.use.column}_{label}") or "" for label in labels]
    line = say("dropped", names=", ".join(names)) if names else ""
    return f"{line}\n" if line else ""


def _lists(program: str, outcome: str, group: str, columns: Sequence[_Column]) -> dict[str, object]:
    """The columns in the places where the program lists them."""
    means = [one.mean for one in columns if one.use.centre == "group" and one.has_mean]
    separator = " + " if program == "r" else " "
    in_model = [one for one in columns if one.has_value]
    of_members = [_term(program, one) for one in in_model if one.use.level == "member"]
    of_groups = [_term(program, one) for one in in_model if one.use.level == "group"]
    factors = [one.name for one in in_model if not one.is_number]
    numbers = [_term(program, one) for one in in_model if one.is_number]
    every = [outcome, group, *(one.name for one in columns)]
    if program == "stata":
        every = [one.name if one.is_number else one.factor for one in columns]
    quoted = [f'"{name.strip("`")}"' for name in every]
    return {
        # In the order of the report, by which the first of two alike stays.
        "terms": separator.join([*of_members, *means, *of_groups]),
        "all": ", ".join(quoted if program == "r" else every),
        "with_raw": ", ".join([outcome, *(one.name for one in columns if one.is_number)]),
        "n_with": 1 + sum(one.is_number for one in columns),
        "by": f" BY {' '.join(factors)}" if factors else "",
        "with": " ".join([*numbers, *means]),
        "class": " ".join([group, *factors]),
    }


def _term(program: str, one: _Column) -> str:
    if one.is_centred:
        return one.within
    if program == "stata" and not one.is_number:
        return f"ib`{one.base}'.{one.factor}"
    return one.name


def codes_of(task: Task, found: Companion, words: Catalogue) -> dict[str, str]:
    """The code of each program that can hold the names."""
    made = {program: covariate_code(program, task, found, words) for program in PROGRAMS}
    return {program: code for program, code in made.items() if code is not None}
