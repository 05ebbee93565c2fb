"""Scores of TRUE and FALSE are 1 and 0, as R and spreadsheets of several languages write them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.ingest import making

from multilevel.errors import DataRefused
from multilevel.ingest.readers import read_table
from multilevel.ingest.table import values

PASSED = np.arange(40) % 3 == 0
WORDS = [
    ("TRUE", "FALSE"), ("true", "false"), ("T", "F"), ("WAHR", "FALSCH"), ("VRAI", "FAUX"),
    ("VERDADERO", "FALSO"), ("WAAR", "ONWAAR"), ("SANT", "FALSKT"),
]  # fmt: skip


def scores(file: Path) -> list[float]:
    numbers = values.Numbers("passed", scores=True)
    table = read_table(file, ("passed",))
    found = numbers.add(table)
    numbers.check("a", table.n_rows, None)
    return list(found)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".rds", ".rda", ".parquet", ".feather"])
def test_truth_values_of_every_format_that_has_them(ending: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"school": np.arange(40) // 10, "passed": PASSED})
    making.WRITERS[ending](tmp_path / f"a{ending}", frame)  # type: ignore[call-arg]
    assert scores(tmp_path / f"a{ending}") == list(PASSED.astype(float))


@pytest.mark.parametrize("words", WORDS)
def test_words_for_true_and_false(words: tuple[str, str], tmp_path: Path) -> None:
    rows = [words[0] if one else words[1] for one in PASSED]
    (tmp_path / "a.csv").write_text("\n".join(["passed,x", *(f"{row},1" for row in [*rows, ""])]))
    found = scores(tmp_path / "a.csv")
    assert found[:-1] == list(PASSED.astype(float))
    assert np.isnan(found[-1])


@pytest.mark.parametrize("other", ["yes", "12.5", "TRUEST"])
def test_a_truth_value_among_others_is_refused(other: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"passed,x\nTRUE,1\nFALSE,1\n{other},1\n")
    with pytest.raises(DataRefused):
        scores(tmp_path / "a.csv")
