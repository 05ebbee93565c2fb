"""The answers kept in tests/oracle/outside, given again by R."""

import json
from subprocess import run

import pytest
from tests.r.conftest import installed, needs
from tests.unit.fit.conftest import ORACLES

FOLDER = ORACLES / "outside"
PACKAGES = ("lme4", "metafor", "survey", "jsonlite")


def test_answers_are_what_r_says(r_packages):
    needs(installed(PACKAGES), *PACKAGES)
    done = run(
        ["Rscript", "--vanilla", "answers.R"],
        cwd=FOLDER, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    same(json.loads(done.stdout), json.loads((FOLDER / "answers.json").read_text()))


def same(one, other):
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one.keys() - {"r", "metafor", "survey"}:
            same(one[name], other[name])
    elif isinstance(one, list):
        for pair in zip(one, other, strict=True):
            same(*pair)
    else:
        assert one == pytest.approx(other, rel=1e-4)
