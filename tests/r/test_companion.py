"""The answers kept in tests/oracle/companion, given again by R."""

import json
import re
from subprocess import run

import pytest
from tests.helpers import typed_files
from tests.helpers.building import ROOT
from tests.r.conftest import installed, needs, run_r
from tests.r.test_against_r import r_code, without_missing
from tests.r.test_surveys import same
from tests.unit.fit.companion.datasets import FOLDER
from tests.unit.report.test_wording import context

from multilevel.report.programs.code import Task
from multilevel.report.programs.covariates import covariate_code

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


HSB82 = ROOT / "data" / "hsb82" / "hsb82.csv"
VALUES = """
found <- coef(summary(m2))
spread <- as.data.frame(VarCorr(m2))$vcov
cat("--- values\\n")
for (name in rownames(found)) cat(name, format(found[name, ], digits = 16), sep = "|", "\\n")
cat("tau00", format(spread[1], digits = 16), sep = "|", "\\n")
cat("sigma2", format(spread[2], digits = 16), sep = "|", "\\n")
"""


def found_by_r(c, code, r_packages, folder):
    """Coefficients with all that R prints of each, and the variances, by name."""
    # Without what the null model's code prints, which other tests read.
    start = re.split(r"^summary\(m1\)", without_missing(r_code(c), r_packages), flags=re.M)[0]
    printed = run_r(start + code + VALUES, folder).split("--- values\n")[1]
    rows = [[cell.strip() for cell in line.split("|")] for line in printed.splitlines()]
    return {row[0]: [float(cell) for cell in row[1:] if cell] for row in rows}


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("centre", ["group", "overall", "none"])
def test_the_reports_code_gives_its_numbers(method, centre, r_packages, tmp_path):
    companion = {"member": ["ses", "minority"], "group": ["sector"], "centre": centre}
    c = context(HSB82, outcome="mathach", group="school", method=method, companion=companion)
    provenance = c.results.provenance
    task = Task.of(provenance.config, provenance.reading)
    code = covariate_code("r", task, c.results.companion, c.words)
    assert code is not None
    found = found_by_r(c, code, r_packages, tmp_path)
    fullest = c.results.companion.models[-1]
    names = {
        "constant": "(Intercept)",
        "ses": "ses" if centre == "none" else "within_1",
        "mean of ses": "mean_1",
        "sector = Catholic": "sectorCatholic",
    }
    assert len(found) == len(fullest.terms) + 2
    for term in fullest.terms:
        theirs = found[names.get(term.name, term.name)]
        ours = [term.estimate, term.se, term.df, term.t]
        assert ours[:2] == pytest.approx(theirs[:2], rel=1e-6)
        assert ours[2:] == pytest.approx(theirs[2:4], rel=1e-5)
    assert fullest.tau00 == pytest.approx(found["tau00"][0], rel=1e-5)
    assert fullest.sigma2 == pytest.approx(found["sigma2"][0], rel=1e-6)


# Debian has no arrow, by which R reads Parquet.
@pytest.mark.parametrize("name", [one for one in typed_files.FILES if one != "true.parquet"])
def test_yes_and_no_and_codes_are_read_as_the_report_does(name, r_packages, tmp_path):
    package = {"sav": "haven", "dta": "haven", "xlsx": "readxl"}
    ending = name.partition(".")[2]
    if ending in package:
        needs(installed((package[ending],)), package[ending])
    file = tmp_path / name
    typed_files.FILES[name](file)
    c = context(file, outcome="score", group="school", companion=typed_files.COLUMNS)
    provenance = c.results.provenance
    task = Task.of(provenance.config, provenance.reading)
    code = covariate_code("r", task, c.results.companion, c.words)
    assert code is not None
    found = found_by_r(c, code, r_packages, tmp_path)
    terms = c.results.companion.models[-1].terms
    assert len(found) == len(terms) + 2
    del found["tau00"], found["sigma2"]
    theirs = sorted(row[0] for row in found.values())
    assert sorted(term.estimate for term in terms) == pytest.approx(theirs, rel=1e-5)
