"""Code for the model with covariates: Python's runs here, R's in tests/r."""

import re
import warnings

import numpy as np
import pytest
from tests.helpers.building import ROOT
from tests.unit.report.test_wording import context

from multilevel.report.programs.code import PROGRAMS, Task, snippet
from multilevel.report.programs.covariates import codes_of

HSB82 = ROOT / "data" / "hsb82" / "hsb82.csv"
COMPANION = {"member": ["ses", "minority"], "group": ["sector"]}


def codes(c):
    provenance = c.results.provenance
    task = Task.of(provenance.config, provenance.reading)
    return task, codes_of(task, c.results.companion, c.words)


@pytest.mark.parametrize("centre", ["group", "overall", "none"])
def test_pythons_code_gives_the_reports_numbers(centre, monkeypatch):
    companion = {**COMPANION, "centre": centre}
    c = context(HSB82, outcome="mathach", group="school", companion=companion)
    task, made = codes(c)
    monkeypatch.chdir(HSB82.parent)
    first = snippet("python", task, c.words).text.replace(str(HSB82), HSB82.name)
    made_here: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # statsmodels' own
        exec(first + "\n" + made["python"], made_here)  # noqa: S102
    fitted = made_here["fitted"]
    fullest = c.results.companion.models[-1]
    theirs = sorted(fitted.fe_params.to_numpy())
    assert sorted(term.estimate for term in fullest.terms) == pytest.approx(theirs, rel=2e-4)
    assert fullest.sigma2 == pytest.approx(fitted.scale, rel=1e-4)


def test_every_program_has_its_code():
    first, made = codes(context(HSB82, outcome="mathach", group="school", companion=COMPANION))
    assert set(made) == set(PROGRAMS)
    made["python"] = f"{first}\n{made['python']}"
    for code in made.values():
        assert not re.search(r"\{[a-z_]+\}", code) and "\n\n" not in code
        assert all(name in code for name in ("ses", "minority", "sector", "mathach"))


def test_hostile_names_never_become_code(tmp_path):
    random = np.random.default_rng(1)
    group = np.repeat(np.arange(20), 8)
    name = 'x`; system("rm"); `'
    rows = [f"{j},{random.normal()},{random.normal()}" for j in group]
    header = 'g,y,"' + name.replace('"', '""') + '"'
    (tmp_path / "a.csv").write_text(header + "\n" + "\n".join(rows) + "\n")
    c = context(tmp_path / "a.csv", outcome="y", group="g", companion={"member": [name]})
    _, made = codes(c)
    # Programs that can't hold such a name have no code; the others quote it.
    assert "stata" not in made and "spss" not in made
    assert "`x\\`; system(" in made["r"]
