"""Fifty files in dress by chance: title, units, separators, encodings, ways to write numbers."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.unit.ingest.test_dressed_files import WRITERS, taken

from multilevel.wording.findings import reason

TITLES = ([], [["Results of the year"]], [["Office"], []], [["A", "B"], [], ["Table 3"]])
UNITS = ([], [["", "", "points"]], [["Name", "In years", "In points"], ["Q1", "Q2", "Q3"]])
BELOW = ([], [["Source: Office"]], [[], ["* provisional"]])
NUMBERS: dict[str, Callable[[int], str]] = {
    "plain": str,
    "percent": lambda score: f"{score / 10:.1f}%",
    "percent, comma": lambda score: f"{score / 10:.1f} %".replace(".", ","),
    "of": lambda score: f"{score} / 1000",
    "blank": lambda score: f"{score * 10:,}".replace(",", " "),
    "no-break": lambda score: f"{score * 10:,}".replace(",", "\u00a0"),
    "apostrophe": lambda score: f"{score * 10:,}".replace(",", "'"),
    "both": lambda score: f"{score * 10:,}.5",
    "both, German": lambda score: f"{score * 10:,}".replace(",", ".") + ",5",
}
VALUES: dict[str, Callable[[int], float]] = {
    "plain": float,
    "percent": lambda score: score / 10,
    "percent, comma": lambda score: score / 10,
    "of": float,
    "both": lambda score: score * 10 + 0.5,
    "both, German": lambda score: score * 10 + 0.5,
}
NAMES = {
    "utf-8": ["École", "Łódź", "東校", "Школа"],
    "utf-8-sig": ["École", "Łódź", "東校", "Школа"],
    "utf-16": ["École", "Łódź", "東校", "Школа"],
    "cp1252": ["École Nord", "Collège", "Señor Peña", "Größe"],
    "cp1251": ["Школа первая", "Лицей", "Гимназия", "Средняя школа"],
    "shift_jis": ["東校", "西校", "南校", "北校"],
}


@pytest.mark.parametrize("seed", range(50))
def test_a_file_in_dress(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    form = chance.choice(list(WRITERS))
    ending, write = WRITERS[form]
    text = form in ("comma", "semicolon", "tab", "bar")
    codec = chance.choice(list(NAMES)) if text else "utf-8"
    style, names = chance.choice(list(NUMBERS)), NAMES[codec]
    if codec not in ("utf-8", "utf-8-sig", "utf-16", "cp1252") and style == "no-break":
        style = "blank"
    groups = [chance.randrange(4) for _ in range(30)]
    scores = [chance.randrange(200, 900) for _ in groups]
    order = chance.sample(range(3), 3)
    rows = [["school", "grade", "score"], *chance.choice(UNITS)]
    rows += [[names[group], "8", NUMBERS[style](score)]
             for group, score in zip(groups, scores, strict=True)]  # fmt: skip
    table = [[row[place] for place in order] for row in rows]
    above, below = (
        rows if text else [[*row, *[None] * (3 - len(row))] for row in rows]
        for rows in (chance.choice(TITLES), chance.choice(BELOW))
    )
    # In a workbook a note stands where it is written, and that may be among the scores.
    if not text and order[0] != 0:
        below = []
    content = write([*above, *table, *below])
    if codec == "utf-8-sig":  # a file with a mark that was put below another
        lines = content.decode().split("\n")
        lines[len(above) + len(table) - 5] = "\ufeff" + lines[len(above) + len(table) - 5]
        content = "\n".join(lines).encode()
    ingested, found = taken(tmp_path, ending, content.decode().encode(codec) if text else content)
    assert ingested.refusal is None, reason(ingested.refusal).message
    value = VALUES.get(style, lambda score: score * 10.0)
    expected = {
        names[group]: sorted(value(s) for g, s in zip(groups, scores, strict=True) if g == group)
        for group in set(groups)
    }
    assert set(found.group_ids) == set(expected)
    for place, name in enumerate(found.group_ids):
        own = found.members.scores[found.members.group == place, 0]
        np.testing.assert_allclose(np.sort(own), expected[name], rtol=1e-12)
