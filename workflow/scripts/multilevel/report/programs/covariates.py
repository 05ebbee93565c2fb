"""The code that fits the model with covariates elsewhere, a continuation of the null model's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from multilevel.records.companion import Companion, CovariateUse
from multilevel.report.programs import reading
from multilevel.report.programs.code import NAMES, PROGRAMS, TEXTS, Task, numeric_codes
from multilevel.wording.catalogue import Catalogue

# Names that the code itself makes, numbered by column.
_MADE = ("within_{}", "mean_{}", "factor_{}", "base_{}")


@dataclass(frozen=True)
class _Column:
    """A covariate as the program writes it."""

    use: CovariateUse
    name: str
    within: str
    mean: str
    factor: str
    base: str

    @property
    def is_number(self) -> bool:
        return self.use.kind != "labelled"

    @property
    def is_centred(self) -> bool:
        return self.use.centre != "none"


def covariate_code(program: str, task: Task, found: Companion, words: Catalogue) -> str | None:
    """The code of one program; None where it can't hold a name.

    Parameters
    ----------
    program
        One of `PROGRAMS`.
    """
    quote, text = NAMES[program], TEXTS[program]
    outcome, group = quote(task.outcome), quote(task.group)
    columns = [_column(program, task, place, use) for place, use in enumerate(found.covariates, 1)]
    references = [text(use.reference) if use.reference else "" for use in found.covariates]
    if outcome is None or group is None or None in columns or None in references:
        return None
    known = [one for one in columns if one is not None]

    def say(part: str, **places: object) -> str:
        key = f"companion_code.{program}.{part}"
        return words.raw(key).format(**{"group": group, **places}) if key in words else ""

    def lines(part: str, chosen: Sequence[_Column]) -> str:
        return "".join(_line(program, part, one, task, say) for one in chosen)

    filled = say(
        "code",
        numbers=lines("number", [one for one in known if one.is_number]),
        labels=lines("label", [one for one in known if not one.is_number]),
        centred="".join(
            _line(program, one.use.centre, one, task, say) for one in known if one.is_centred
        ),
        outcome=outcome,
        reml=str(task.method == "REML").upper() if program == "r" else task.method == "REML",
        method=task.method,
        percent=f"{100 * task.confidence:.10g}",
        alpha=f"{1 - task.confidence:.10g}",
        options="reml dfmethod(satterthwaite)" if task.method == "REML" else "mle",
        **_lists(program, outcome, group, known),
    )
    return filled.strip("\n")


def _column(program: str, task: Task, place: int, use: CovariateUse) -> _Column | None:
    name = NAMES[program](reading.column(task.facts, use.column))
    if name is None:
        return None
    made = [one.format(place) for one in _MADE]
    if program == "python":
        name, *made = (one if one[0] == '"' else f'"{one}"' for one in (name, *made))
    return _Column(use, name, *made)


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
    written = say(
        part,
        name=one.name,
        within=one.within,
        mean=one.mean,
        factor=one.factor,
        base=one.base,
        text=text,
        comma=" dpcomma" if task.facts.decimal_commas else "",
        codes="\n" + say("codes", name=one.name, codes=codes) if codes else "",
        reference=quote(one.use.reference or "") or "",
        indicator=quote(f"{one.use.column}_{one.use.reference}") or "",
    )
    return f"{written}\n" if written else ""


def _lists(program: str, outcome: str, group: str, columns: Sequence[_Column]) -> dict[str, object]:
    """The columns in the places where the program lists them."""
    values = [_term(program, one) for one in columns]
    means = [one.mean for one in columns if one.use.centre == "group"]
    separator = " + " if program == "r" else " "
    labelled = [one.name for one in columns if not one.is_number]
    numbers = [one for one, use in zip(values, columns, strict=True) if use.is_number]
    every = [outcome, group, *(one.name for one in columns)]
    if program == "stata":
        every = [one.name if one.is_number else one.factor for one in columns]
    quoted = [f'"{name.strip("`")}"' for name in every]
    return {
        "terms": separator.join([*values, *means]),
        "all": ", ".join(quoted if program == "r" else every),
        "with_raw": ", ".join([outcome, *(one.name for one in columns if one.is_number)]),
        "n_with": 1 + len(numbers),
        "by": f" BY {' '.join(labelled)}" if labelled else "",
        "with": " ".join([*numbers, *means]),
        "class": " ".join([group, *labelled]),
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
