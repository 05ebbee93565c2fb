"""Each code that can be made has its sentences, and each place of a sentence its value."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

from multilevel.records.findings import Finding, caution, note
from multilevel.wording import findings
from multilevel.wording.catalogue import Catalogue

PACKAGE = Path(findings.__file__).parents[1]
CATALOGUE = Catalogue.load(findings.TEXTS, "findings")
# What a report fills in by itself: its labels.
LABELS = {"group", "groups", "member", "members", "Group", "Groups", "Member", "Members", "level"}
LABELS |= {"checks", "influence"}
MAKERS = {"DataRefused", "caution", "note"}
KINDS = {"sentence", "remedy", "together", "label"}
OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.S)


@dataclass(frozen=True)
class Made:
    """A place in the code that makes a finding."""

    where: str
    maker: str
    code: str
    values: frozenset[str]
    cases: frozenset[str]
    with_columns: bool


def makers(tree: ast.AST) -> set[str]:
    """What a module imports that makes findings."""
    return MAKERS & {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module in ("multilevel.errors", "multilevel.records.findings")
        for name in node.names
    }


def made() -> Iterator[Made]:
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        imported = makers(tree)
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in imported):
                continue
            where = f"{file.relative_to(PACKAGE)}:{node.lineno}"
            assert isinstance(node.args[0], ast.Constant), f"{where}: the code is no literal"
            case = next((one.value for one in node.keywords if one.arg == "case"), None)
            yield Made(
                where=where,
                maker=node.func.id,  # type: ignore[attr-defined]
                code=str(node.args[0].value),
                values=frozenset(one.arg or "" for one in node.keywords),
                cases=frozenset(_texts(case)),
                with_columns=len(node.args) > 1,
            )


def _texts(node: ast.AST | None) -> list[str]:
    """The texts that an expression may be, where it says so itself."""
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    return [str(node.value)] if isinstance(node, ast.Constant) else []


MADE = tuple(made())


def sentences(code: str) -> dict[str, str]:
    """All that the catalogue says of a code, by what follows the code in the key."""
    start = f"finding.{code}."
    return {
        key.removeprefix(start): CATALOGUE.raw(key)
        for key in CATALOGUE.keys_of(f"finding.{code}")
        if key.removeprefix(start).split(".")[0] in KINDS
    }


def test_findings_are_made() -> None:
    assert len(MADE) > 100


@pytest.mark.parametrize("one", MADE, ids=[f"{one.code} in {one.where}" for one in MADE])
def test_every_finding_has_its_sentences(one: Made) -> None:
    said = sentences(one.code)
    kinds = {key.split(".")[0] for key in said}
    assert kinds & {"sentence", "together"}, f"no sentence for {one.code} in findings.yaml"
    if one.maker == "DataRefused":
        assert "remedy" in kinds, f"no remedy for {one.code} in findings.yaml"
    if one.maker == "caution":
        assert "label" in kinds, f"no label for {one.code} in findings.yaml"
    own = {"column", "columns"} if one.with_columns else set()
    for key, text in said.items():
        places = {name for _, name, _, _ in Formatter().parse(text) if name}
        places |= {
            name
            for part in OPTIONAL.findall(text)
            for _, name, _, _ in Formatter().parse(part)
            if name
        }
        case = key.partition(".")[2]
        if one.cases and case and case not in one.cases:
            continue
        labels = LABELS if one.maker == "caution" else set()
        assert places <= one.values | own | labels, f"{one.where}: {key} of {one.code}"
    for case in one.cases:
        by_case = {key.split(".")[0] for key in said if "." in key}
        assert all(f"{kind}.{case}" in said for kind in by_case - {"remedy"}), (one.code, case)


def test_every_sentence_can_be_said() -> None:
    codes = {one.code for one in MADE}
    known = {
        key.removeprefix("finding.").rsplit(f".{kind}", 1)[0]
        for key in CATALOGUE.keys_of("finding")
        for kind in KINDS
        if f".{kind}" in key and not key.rsplit(f".{kind}", 1)[1].strip(".").count(".")
    }
    assert known <= codes, f"never made: {sorted(known - codes)}"


def test_values_are_quoted_counted_and_listed() -> None:
    refusal = Finding(
        code="missing_column.absent",
        level="refusal",
        columns=("<b>",),
        values={"file": "a.csv", "names": ["x", "y"], "near": None, "key": None, "setting": None},
    )
    reason = findings.reason(refusal)
    assert reason.code == "missing_column"
    assert reason.message == 'The file "a.csv" has no column "<b>". Its columns are "x", "y".'
    assert reason.remedy == "Correct the column's name."
    assert "&lt;b&gt;" in findings.sentence(refusal)
    assert findings.text(note("groups_without_scores", "g", n=1234)).endswith(": 1,234.")


def test_what_is_missing_leaves_its_part_out() -> None:
    lost = {"n_ids_without": 2, "id_without": ["7", "8"], "n_unused": 0, "id_unused": []}
    joined = note("joined", case="some", file="b.csv", n_rows=9, n_without=3, **lost)
    assert findings.text(joined) == (
        'Joined with "b.csv" (9 rows). Rows without a partner there: 3, of 2 ids, the first "7" '
        'with "8"; ids there without a row here: 0.'
    )


def test_findings_of_a_code_may_be_said_together() -> None:
    suspects = [
        caution("suspects", column, case="score", value=value, n=1)
        for column, value in (("PV1", 9999.0), ("PV2", 9999.0), ("PV2", 99999.0))
    ]
    (said,) = findings.sentences(suspects)
    assert "9999, 99999 in PV1, PV2." in said
    assert len(findings.sentences([*suspects, caution("boundary"), caution("boundary")],
                                  {"group": "school", "groups": "schools"})) == 3  # fmt: skip


def test_foreign_text_cannot_fill_places_or_make_markup() -> None:
    hostile = note("part", "{n}", value="[[{n_rows}]] <script>", n=1, n_rows=2)
    assert findings.text(hostile) == 'The rows with "[[{n_rows}]] <script>" in "{n}", 1 of 2.'
    assert "<script>" not in findings.sentence(hostile)
