"""The benchmarks' own parts: the exact reference, the page that several write to."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from multilevel.fit.model import fit_random_intercept
from multilevel.fit.sufficient import SufficientStatistics

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "tools" / "bench"


@pytest.fixture(autouse=True)
def bench_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.syspath_prepend(str(BENCH / "peers"))


def test_the_exact_reference_and_the_engine_agree() -> None:
    from simulate import exact_tau00, simulate

    students = simulate(3_000, 60, seed=4)
    group = students.group.astype(np.int64)
    statistics = SufficientStatistics.from_members(group, students.score)
    exact = exact_tau00(students)
    assert len(str(exact)) > 50
    assert fit_random_intercept(statistics).model.tau00 == pytest.approx(float(exact), rel=1e-12)


def test_students_are_as_many_as_asked_and_no_school_has_one_alone() -> None:
    from simulate import simulate

    students = simulate(1_000, 300)
    counts = np.bincount(students.group)
    assert (len(students.group), len(counts), counts.min()) == (1_000, 300, 2)


def test_a_section_is_rewritten_and_the_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import benchmarks_page as page

    monkeypatch.setattr(page, "PAGE", tmp_path / "docs" / "benchmarks.md")
    page.write_section("one", "first text")
    page.write_section("two", "second text")
    page.write_section("one", "third text")
    text = page.PAGE.read_text(encoding="utf-8")
    assert text.startswith("# Benchmarks")
    assert "first text" not in text
    assert text.index("third text") < text.index("second text")


def test_digits_are_those_that_are_right() -> None:
    from decimal import Decimal

    import fits

    assert fits.digits(float("nan"), Decimal(5)) == 0
    assert fits.digits(5.0, Decimal(5)) == 16
    assert fits.digits(1.001, Decimal(1)) == pytest.approx(3, abs=1e-6)


def test_an_engine_tells_what_it_took(tmp_path: Path) -> None:
    import fits
    from simulate import exact_tau00, simulate

    students = simulate(2_000, 40)
    fits.write(students, tmp_path / "students")
    exact = exact_tau00(students)
    found = fits.run("ours-csv", 2_000, tmp_path / "students", tmp_path, exact, limit=30.0)
    assert not found.note
    assert found.digits is not None
    assert found.digits > 10
    assert len(found.seconds) >= 3
    assert "| this engine, from a CSV file |" in fits.section([found])
    absent = fits.run("no-such", 2_000, tmp_path / "students", tmp_path, exact, limit=30.0)
    assert absent.note.startswith("failed: ")


def test_the_command_explains_itself() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH / "peers" / "main.py"), "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "--largest" in done.stdout
