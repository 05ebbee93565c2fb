"""The answers kept in tests/oracle/surveys, given again by R."""

import json
from subprocess import run

import pytest
from tests.r.conftest import installed, needs
from tests.unit.fit.surveys import FOLDER

PACKAGES = ("lme4", "survey", "jsonlite", "numDeriv", "foreign")


def test_answers_are_what_r_says(r_packages):
    needs(installed(PACKAGES), *PACKAGES)
    done = run(
        ["Rscript", "answers.R", "small.csv", "PV1", "PV2"],
        cwd=FOLDER, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    same(json.loads(done.stdout), json.loads((FOLDER / "small.json").read_text()))


def same(one, other):
    if isinstance(one, dict):
        for name in one.keys() - {"r", "lme4", "survey"}:
            same(one[name], other[name])
    elif isinstance(one, list):
        for pair in zip(one, other, strict=True):
            same(*pair)
    else:
        assert one == pytest.approx(other, rel=1e-5)
