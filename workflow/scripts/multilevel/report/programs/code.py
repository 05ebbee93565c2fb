"""The code that fits this dataset's model elsewhere, filled in from the catalogue's templates."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from multilevel.ingest.table.values import MISSING_IDS
from multilevel.records.reading import ReadFacts
from multilevel.report.programs import opening, quoting, reading
from multilevel.report.programs.quoting import Quote
from multilevel.wording.catalogue import Catalogue

PROGRAMS = ("r", "stata", "python", "spss", "sas")
NAMES: dict[str, Quote] = {
    "r": quoting.r_name,
    "stata": quoting.stata_name,
    "spss": quoting.spss_name,
    "sas": quoting.sas_name,
    "python": quoting.python_text,
}
TEXTS: dict[str, Quote] = {
    "r": quoting.r_text,
    "stata": quoting.stata_text,
    "spss": quoting.sas_text,
    "sas": quoting.sas_text,
    "python": quoting.python_text,
}
# Where Score and SCORE are one name.
_CASELESS = frozenset({"spss", "sas"})
# Without a reader for compressed files.
_UNPACKED = frozenset({"stata", "spss", "sas"})
_SAS_FORMATS = {",": "csv", "\t": "tab"}


# What the code of all programs can read as it is.
_TEXT = re.compile(r"\.(csv|tsv|txt|dat|asc)(\.gz)?$", re.I)
# Settings by which rows and columns aren't analysed as they stand in the file.
_REARRANGED = ("join", "split", "where", "group_columns")


@dataclass(frozen=True)
class Snippet:
    """Code of one program.

    Attributes
    ----------
    program
        One of PROGRAMS.
    text
        The code.
    replaced
        What the program can't hold, and the placeholder that stands for it.
    csv
        The table that has to be made of the data for it; "" where it reads the file itself.
    """

    program: str
    text: str
    replaced: tuple[tuple[str, str], ...]
    csv: str = ""


@dataclass(frozen=True)
class Task:
    """What the code has to do.

    Attributes
    ----------
    file
        Path of the data file.
    outcome, group
        Columns as they are named in the file.
    method
        REML or ML.
    confidence
        Level of intervals.
    missing
        Codes for "missing" beyond the usual ones.
    facts
        How the file was read.
    exported
        Whether `file` has yet to be made: of data that are no file that programs read, or
        joined, or a part.
    form
        What the file is, as `opening.FORMS` has it; "" for text.
    values
        All plausible values; one outcome alone has none.
    """

    file: str
    outcome: str
    group: str
    method: str
    confidence: float
    missing: tuple[int | float | str, ...]
    facts: ReadFacts
    exported: bool = False
    form: str = ""
    values: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: Mapping[str, Any], facts: ReadFacts | None) -> "Task":
        """From a dataset's settings and how its file was read."""
        facts = facts or ReadFacts()
        file = str(config["file"])
        if facts.dressed:
            facts = replace(facts, encoding=None, delimiter=None)
        form = opening.form_of(file)
        known = bool(_TEXT.search(file)) or bool(form)
        exported = not known or facts.dressed or any(map(config.get, _REARRANGED))
        outcomes = _outcomes(config["outcome"])
        return cls(
            file=csv_for(file) if exported else file,
            form="" if exported else form,
            values=tuple(reading.column(facts, one) for one in outcomes[1:] and outcomes),
            outcome=reading.column(facts, outcomes[0]),
            group=reading.column(facts, config["group"]),
            method=config["method"],
            confidence=config["confidence"],
            missing=tuple(config.get("missing", ())),
            facts=facts,
            exported=exported,
        )

    def for_program(self, program: str, words: Catalogue) -> "Task":
        """The same for a program that may not read the file: it gets a CSV, to be made first."""
        if not self.form or f"programs.open.{program}.{self.form}" in words:
            return self
        facts = replace(self.facts, encoding=None, delimiter=None)
        return replace(self, file=csv_for(self.file), form="", exported=True, facts=facts)


def csv_for(file: str) -> str:
    """The name of the CSV that is to be made of a file."""
    return f"{PurePosixPath(file).name.partition('.')[0] or 'scores'}.csv"


def _outcomes(outcome: str | list[str]) -> list[str]:
    """The column of scores, or the plausible values."""
    return [outcome] if isinstance(outcome, str) else list(outcome)


def snippet(program: str, task: Task, words: Catalogue) -> Snippet:
    """The code of one program, from the templates under programs.code."""
    task = task.for_program(program, words)
    outcome, group, replaced = _columns(program, task)
    file, packed = quoted_file(program, task.file)
    places = {
        "file": file,
        "outcome": outcome,
        "group": group,
        "reml": task.method == "REML",
        "method": task.method,
        "percent": f"{100 * task.confidence:.10g}",
        "level": f"{task.confidence:.10g}",
        "alpha": f"{1 - task.confidence:.10g}",
        **_SPECIFIC[program](task, words, {"outcome": outcome, "group": group}),
    }
    places["open"] = _filled(words, opening.key(program, task.form), places)
    text = _filled(words, f"programs.code.{program}", places)
    csv = task.file if task.exported else ""
    return Snippet(program, text.strip("\n"), (*packed, *replaced), csv)


def _columns(program: str, task: Task) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Outcome and group as the program writes them, and which are placeholders."""
    quote = NAMES[program]
    outcome, group = quote(task.outcome), quote(task.group)
    if program in _CASELESS and task.outcome.casefold() == task.group.casefold():
        group = None
    replaced = []
    if outcome is None:
        outcome = _placeholder("outcome", task.group)
        replaced.append((task.outcome, outcome))
    if group is None:
        group = _placeholder("group", task.outcome)
        replaced.append((task.group, group))
    if program == "python":
        outcome, group = (one if one[0] == '"' else f'"{one}"' for one in (outcome, group))
    return outcome, group, tuple(replaced)


def _placeholder(word: str, taken: str) -> str:
    return word if taken.casefold() != word else f"{word}1"


def quoted_file(program: str, path: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The path as a string of the program; a stand-in name where it can't be written."""
    quote = TEXTS[program]
    unpacked = path[: -len(".gz")] if path.lower().endswith(".gz") else path
    wanted = unpacked if program in _UNPACKED else path
    quoted = quote(wanted)
    if quoted is not None:
        return quoted, ()
    endings = "".join(s for s in PurePosixPath(wanted).suffixes[-2:] if s[1:].isalnum())
    stand_in = f"scores{endings}" if len(endings) < 12 and endings.isascii() else "scores.csv"
    return quote(stand_in) or stand_in, ((path, stand_in),)


def _missing_texts(task: Task) -> tuple[str, ...]:
    """Texts that mean "missing" in both columns: the usual ones and the codes."""
    codes = tuple(f"{c:.15g}" if not isinstance(c, str) else c.strip() for c in task.missing)
    return tuple(dict.fromkeys((*MISSING_IDS, *codes)))


def numeric_codes(task: Task) -> str:
    """The numbers that mean "missing", as a list."""
    numbers = [code for code in task.missing if not isinstance(code, str)]
    return ", ".join(repr(number) for number in numbers if math.isfinite(number))


def _list(program: str, texts: tuple[str, ...]) -> str:
    return ", ".join(quoted for quoted in map(TEXTS[program], texts) if quoted is not None)


def _empty_and(program: str, task: Task) -> str:
    """The missing texts as a list of strings, "" among them."""
    rest = tuple(text for text in _missing_texts(task) if text)
    return f'"", {_list(program, rest)}'


def _filled(words: Catalogue, key: str, places: Mapping[str, object]) -> str:
    return words.raw(key).format(**places)


def _optional(words: Catalogue, wanted: bool, key: str, places: Mapping[str, object]) -> str:
    """A further line of code, or nothing."""
    return "\n" + _filled(words, f"programs.line.{key}", places) if wanted else ""


def _r(task: Task, words: Catalogue, names: Mapping[str, str]) -> dict[str, object]:
    encoding = reading.encodings(task.facts)[0]
    codes = numeric_codes(task)
    text = f"scores${names['outcome']}"
    # The missing texts of a table of text mean that in both columns.
    of_group = {"outcome": names["group"], "codes": codes}
    ids = _optional(words, bool(codes and task.form), "r_codes", of_group)
    return {
        "sheet": sheet_argument(task, ", sheet = {}", TEXTS["r"]),
        "reml": str(task.method == "REML").upper(),
        "missing": _empty_and("r", task),
        "separator": _separator(task, ", sep = {}"),
        "encoding": f'fileEncoding = "{encoding}"' if encoding else 'encoding = "UTF-8"',
        "text": f'sub(",", ".", {text}, fixed = TRUE)' if task.facts.decimal_commas else text,
        "codes": _optional(words, bool(codes), "r_codes", {**names, "codes": codes}) + ids,
    }


def _python(task: Task, words: Catalogue, names: Mapping[str, str]) -> dict[str, object]:
    comma = '.str.replace(",", ".")' if task.facts.decimal_commas else ""
    codes = numeric_codes(task)
    ids = _optional(words, bool(codes and task.form), "python_ids", {"codes": codes})
    return {
        "sheet": sheet_argument(task, ", sheet_name={}", TEXTS["python"]),
        "missing": _empty_and("python", task),
        "separator": _separator(task, ", sep={}"),
        "encoding": reading.encodings(task.facts)[1],
        "comma": comma,
        "codes": _optional(words, bool(codes), "python_codes", {**names, "codes": codes}) + ids,
    }


def _stata(task: Task, words: Catalogue, names: Mapping[str, str]) -> dict[str, object]:
    # inlist() takes nine strings at most.
    texts = tuple(text for text in _missing_texts(task) if text)
    codes = numeric_codes(task)
    absent = "".join(
        _optional(words, True, "stata_absent", {**names, "texts": _list("stata", texts[i : i + 8])})
        for i in range(0, len(texts), 8)
        if _list("stata", texts[i : i + 8])
    )
    by_value = [code for code in codes.split(", ") if code]
    return {
        "sheet": sheet_argument(task, "sheet({}) ", TEXTS["stata"]),
        "separator": '"\\t"'
        if reading.delimiter(task.facts) == "\t"
        else f'"{reading.delimiter(task.facts)}"',
        "encoding": reading.encodings(task.facts)[2],
        "comma": " dpcomma" if task.facts.decimal_commas else "",
        "absent": "" if task.form else absent,
        "codes": "".join(
            _optional(words, True, "stata_codes", {**names, "code": code}) for code in by_value
        ),
        "options": "reml dfmethod(satterthwaite)" if task.method == "REML" else "mle",
    }


def _spss(task: Task, words: Catalogue, names: Mapping[str, str]) -> dict[str, object]:
    # SPSS holds three single missing values of a variable.
    codes = ", ".join(numeric_codes(task).split(", ")[:3])
    return {
        "sheet": sheet_argument(task, " /SHEET=NAME {}", TEXTS["spss"]),
        "codes": _optional(words, bool(codes), "spss_codes", {**names, "codes": codes}),
    }


def _sas(task: Task, words: Catalogue, names: Mapping[str, str]) -> dict[str, object]:
    delimiter = reading.delimiter(task.facts)
    known = _SAS_FORMATS.get(delimiter)
    codes = numeric_codes(task)
    path = PurePosixPath(task.file)
    return {
        "sheet": sheet_argument(task, "\n  sheet={};", TEXTS["sas"]),
        "folder": TEXTS["sas"](str(path.parent)) or "'.'",
        "member": sas_member(path.stem),
        "format": known or "dlm",
        "delimiter": "" if known else f"\n  delimiter='{delimiter}';",
        "codes": _optional(words, bool(codes), "sas_codes", {**names, "codes": codes}),
        "any_name": _optional(
            words, any(name.startswith("'") for name in names.values()), "sas_any_name", {}
        ),
    }


def sas_member(stem: str) -> str:
    """A data set of SAS by its file's name; a stand-in where that can't be one."""
    return stem if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,31}", stem) else "scores"


def sheet_argument(task: Task, argument: str, quote: Quote) -> str:
    """The argument that names the sheet of a workbook; the first one needs none."""
    sheet, sheets = task.facts.sheet, task.facts.sheets
    quoted = quote(sheet) if sheet is not None and sheets[:1] != (sheet,) else None
    return argument.format(quoted) if quoted is not None else ""


def _separator(task: Task, argument: str) -> str:
    """The argument that names the delimiter, nothing for commas."""
    delimiter = reading.delimiter(task.facts)
    return "" if delimiter == "," else argument.format(_quoted(delimiter))


def _quoted(delimiter: str) -> str:
    return '"\\t"' if delimiter == "\t" else f'"{delimiter}"'


_SPECIFIC = {"r": _r, "python": _python, "stata": _stata, "spss": _spss, "sas": _sas}
