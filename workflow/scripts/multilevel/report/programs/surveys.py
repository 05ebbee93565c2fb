"""Code that goes on from the null model's: plausible values pooled, weights used."""

import re
from collections.abc import Mapping
from typing import Any

from multilevel.report.programs.code import NAMES, TEXTS, Task, numeric_codes
from multilevel.wording.catalogue import Catalogue

# A weight that is a column, or a product of columns.
_PRODUCT = re.compile(r"[A-Za-z]\w*( *\* *[A-Za-z]\w*)*")
LANGUAGES = ("r", "python")


def survey_code(
    program: str, task: Task, config: Mapping[str, Any], words: Catalogue
) -> str | None:
    """The code that pools plausible values and, in R, uses weights; None without either.

    None too where a name can't be written in the program, or a weight is a calculation that
    programs write differently.

    Parameters
    ----------
    program
        One of `LANGUAGES`.
    config
        The dataset's settings.
    """
    group, outcome = NAMES[program](task.group), NAMES[program](task.outcome)
    columns = [TEXTS[program](one) for one in task.values or (task.outcome,)]
    group_text = TEXTS[program](task.group)
    if group is None or group_text is None or outcome is None or None in columns:
        return None
    codes = numeric_codes(task)
    places: dict[str, object] = {
        "group": group,
        "group_text": group_text,
        "values": ", ".join(one for one in columns if one is not None),
        "reml": str(task.method == "REML").upper() if program == "r" else task.method == "REML",
        "comma": _comma(program, task),
        "codes": "\n" + _line(words, f"{program}_codes", {"codes": codes}) if codes else "",
    }
    parts = [f"{program}_values"] if task.values else []
    if program == "r" and config.get("weights") is not None:
        weights = _weights(config["weights"])
        if weights is None:
            return None
        weights["scale"] = _line(words, f"scale.{weights['scaling']}", places)
        places |= weights | _replicates(config.get("replicates"), words)
        parts.append("r_weights")
    if not parts:
        return None
    lines = [_line(words, f"{program}_scores", places)]
    lines += [_line(words, part, places) for part in parts]
    return "\n\n".join(lines)


def _line(words: Catalogue, name: str, places: Mapping[str, object]) -> str:
    return words.raw(f"programs.survey.{name}").format(**places).strip("\n")


def _comma(program: str, task: Task) -> str:
    """What makes a decimal comma a point: in R the whole column, in Python what follows it."""
    if not task.facts.decimal_commas:
        return "" if program == "python" else "scores[[name]]"
    if program == "python":
        return '.str.replace(",", ".")'
    return 'sub(",", ".", scores[[name]], fixed = TRUE)'


def _weights(given: Mapping[str, Any]) -> dict[str, object] | None:
    """Both weights as R writes them: within groups, of groups, and of members over both stages."""
    member, group = _product(given.get("member")), _product(given.get("group"))
    if member is None or group is None:
        return None
    total = given.get("member_is", "total") == "total" and group != "1"
    conditional = f"({member}) / ({group})" if total and member != "1" else member
    return {"w2": group, "w1": conditional, "scaling": given.get("scaling", "size")}


def _product(expression: str | None) -> str | None:
    """The columns as numbers, multiplied; "1" for none, None for another calculation."""
    if expression is None:
        return "1"
    if not _PRODUCT.fullmatch(expression):
        return None
    return " * ".join(f'number("{name.strip()}")' for name in expression.split("*"))


def _replicates(given: Mapping[str, Any] | None, words: Catalogue) -> dict[str, object]:
    """The line of R that gives the sampling variance of the weighted mean."""
    method = "none" if given is None else given["method"].replace("-", "_")
    names = {"zone": "", "code": "", "columns": "", "fay": ""}
    if given is not None:
        names |= {name: str(given.get(name) or "") for name in ("zone", "code", "fay")}
        texts = [TEXTS["r"](one) or "" for one in given.get("columns", ())]
        names["columns"] = ", ".join(texts)
    return {"replicates": words.raw(f"programs.survey.replicates.{method}").format(**names)}
