"""Code that goes on from the null model's: plausible values pooled, weights used."""

import re
from collections.abc import Mapping
from typing import Any

from multilevel.report.programs.code import NAMES, TEXTS, Task, numeric_codes
from multilevel.wording.catalogue import Catalogue

# A weight that is a column, or a product of columns.
_PRODUCT = re.compile(r"[A-Za-z]\w*( *\* *[A-Za-z]\w*)*")
# Those whose code uses weights at both levels; the others' commands for this model have none.
WEIGHTED = ("r", "stata", "sas")


def survey_code(
    program: str, task: Task, config: Mapping[str, Any], words: Catalogue
) -> str | None:
    """The code that pools plausible values and, where the program can, uses weights.

    None where the program has nothing to add, where a name can't be written in it, or a weight
    is a calculation that programs write differently.

    Parameters
    ----------
    program
        One of `multilevel.report.programs.code.PROGRAMS`.
    config
        The dataset's settings.
    """
    weighted = program in WEIGHTED and config.get("weights") is not None
    names = _names(program, task)
    if names is None or not (task.values or weighted):
        return None
    places = names | _method(program, task, words)
    parts = [f"{program}_scores", *([f"{program}_values"] if task.values else [])]
    if weighted:
        weights = _weights(program, config["weights"], task)
        if weights is None:
            return None
        places |= weights
        places["scale"] = _line(words, f"scale.{program}.{places['scaling']}", places)
        if program == "r":
            places |= _replicates(config.get("replicates"), words)
        parts.append(f"{program}_weights")
    return "\n\n".join(_line(words, part, places) for part in parts)


def _names(program: str, task: Task) -> dict[str, object] | None:
    """Columns as the program writes them; None where it can't."""
    outcomes = task.values or (task.outcome,)
    write = (TEXTS if program in ("r", "python") else NAMES)[program]
    group, group_text = NAMES[program](task.group), TEXTS[program](task.group)
    columns = [write(name) for name in outcomes]
    if group is None or group_text is None or NAMES[program](task.outcome) is None:
        return None
    if None in columns:
        return None
    listed = [name for name in columns if name is not None]
    between = ", " if program in ("r", "python") else " "
    return {
        "group": group,
        "group_text": group_text,
        "values": between.join(listed),
        "values_by_comma": ", ".join(listed),
        "m": len(listed),
    }


def _method(program: str, task: Task, words: Catalogue) -> dict[str, object]:
    """REML or ML, decimal commas and codes for missing as the program writes them."""
    reml, codes = task.method == "REML", numeric_codes(task)
    options = "reml" if reml else "mle"
    return {
        "reml": str(reml).upper() if program == "r" else reml,
        "method": task.method,
        "options": options,
        "percent": f"{100 * task.confidence:.10g}",
        "comma": _comma(program, task),
        "codes": "\n" + _line(words, f"{program}_codes", {"codes": codes}) if codes else "",
    }


def _line(words: Catalogue, name: str, places: Mapping[str, object]) -> str:
    return words.raw(f"programs.survey.{name}").format(**places).strip("\n")


def _comma(program: str, task: Task) -> str:
    """What makes a decimal comma a point: in R the whole column, elsewhere what follows it."""
    if program == "r":
        whole = "scores[[name]]"
        return f'sub(",", ".", {whole}, fixed = TRUE)' if task.facts.decimal_commas else whole
    following = {"python": '.str.replace(",", ".")', "stata": " dpcomma"}
    return following.get(program, "") if task.facts.decimal_commas else ""


def _weights(program: str, given: Mapping[str, Any], task: Task) -> dict[str, object] | None:
    """Both weights as the program writes them, within groups and of groups; the scaling."""
    columns = [name for part in ("member", "group") for name in _factors(given.get(part))]
    member, group = (_product(program, given.get(part)) for part in ("member", "group"))
    if member is None or group is None:
        return None
    total = given.get("member_is", "total") == "total" and group != "1"
    conditional = f"({member}) / ({group})" if total and member != "1" else member
    return {
        "w2": group,
        "w1": conditional,
        "scaling": given.get("scaling", "size"),
        "weight_columns": " ".join(dict.fromkeys(columns)),
    }


def _factors(expression: str | None) -> list[str]:
    return [name.strip() for name in (expression or "").split("*") if name.strip()]


def _product(program: str, expression: str | None) -> str | None:
    """The columns as numbers, multiplied; "1" for none, None for another calculation."""
    if expression is None:
        return "1"
    if not _PRODUCT.fullmatch(expression):
        return None
    if program == "r":
        return " * ".join(f'number("{name}")' for name in _factors(expression))
    written = [NAMES[program](name) for name in _factors(expression)]
    return None if None in written else " * ".join(name for name in written if name is not None)


def _replicates(given: Mapping[str, Any] | None, words: Catalogue) -> dict[str, object]:
    """The line of R that gives the sampling variance of the weighted mean."""
    method = "none" if given is None else given["method"].replace("-", "_")
    names = {"zone": "", "code": "", "columns": "", "fay": ""}
    if given is not None:
        names |= {name: str(given.get(name) or "") for name in ("zone", "code", "fay")}
        texts = [TEXTS["r"](one) or "" for one in given.get("columns", ())]
        names["columns"] = ", ".join(texts)
    return {"replicates": words.raw(f"programs.survey.replicates.{method}").format(**names)}
