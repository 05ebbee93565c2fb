"""The answers kept in tests/oracle/companion, given again by R."""

import json
from subprocess import run

from tests.r.conftest import installed, needs
from tests.r.test_surveys import same
from tests.unit.fit.companion.datasets import FOLDER

PACKAGES = ("lme4", "lmerTest", "pbkrtest", "jsonlite")


def test_answers_are_what_r_says(r_packages):
    needs(installed(PACKAGES), *PACKAGES)
    done = run(
        ["Rscript", "answers.R", "small"],
        cwd=FOLDER, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    models = [
        json.loads(text)["models"] for text in (done.stdout, (FOLDER / "small.json").read_text())
    ]
    # At the boundary lme4's tau00 is 0 give or take its search.
    for answers in models:
        del answers["boundary"]
    same(*models)
