"""Writes docs/cases.md: page one of each dataset that it must speak truly of.

The datasets are made by tests/helpers/page_one.py; tests/docs/test_cases.py compares the page.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "workflow" / "scripts")]

from markupsafe import Markup  # noqa: E402
from tests.helpers.contexts import context  # noqa: E402
from tests.helpers.page_one import CASES, Case  # noqa: E402

from multilevel.report import rules  # noqa: E402
from multilevel.report.context import Context  # noqa: E402
from multilevel.report.sections import front  # noqa: E402

PAGE = ROOT / "docs" / "cases.md"
HEAD = """# Page one, case by case

Each dataset below was made so that a sentence of page one would be false if it stood everywhere:
few schools, no variance, sizes that go with means, scores of two values, weights. This is what page
one says of each; the tests walk through all of them. `tools/python.sh tools/cases.py` writes this.

| case | data | verdict | read with care |
|---|---|---|---|
"""


def page() -> str:
    """The whole page, in Markdown."""
    rows, texts = [], []
    with TemporaryDirectory() as folder:
        for name, case in CASES.items():
            c = context(case.write(Path(folder) / "scores.csv"), **dict(case.settings))
            flags = ", ".join(f"`{one}`" for one in _flags(c)) or "nothing"
            rows.append(f"| [{name}](#{name}) | {case.about} | `{rules.verdict(c)}` | {flags} |")
            texts.append(_page_one(name, case, c))
    return HEAD + "\n".join(rows) + "\n\n" + "\n".join(texts)


def _flags(c: Context) -> list[str]:
    codes = (one.code for one in c.results.findings if one.level == "caution")
    return list(dict.fromkeys(codes))


def _page_one(name: str, case: Case, c: Context) -> str:
    lines = [
        f"## {name}",
        "",
        f"{case.about[:1].upper()}{case.about[1:]}. {front.subtitle(c)}.",
        "",
    ]
    for one in front.answers(c).items:
        lines += [f"**{one.question}** {_text(one.answer)} {_text(one.detail)}", ""]
    figures = front.key_figures(c).figures
    lines += [f"- {_text(one.label)}: {one.value} ({_text(one.note)})" for one in figures]
    for title, points in (("What that means", front.meaning(c)), ("Care", front.cautions(c))):
        if points:
            lines += ["", f"{title}:", "", *(f"- {_text(point)}" for point in points)]
    return "\n".join((*lines, ""))


def _text(said: Markup | str) -> str:
    text = str(Markup(said).striptags())
    return text.replace("*", "\\*").replace("<", "&lt;").replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
