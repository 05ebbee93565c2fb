"""Code for the model with covariates: Python's runs here, R's in tests/r."""

import re
import warnings

import numpy as np
import pytest
from tests.helpers import typed_files
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


def fitted_by_python(c, task, made, file):
    """What the code leaves under this name, run in the file's folder."""
    code = snippet("python", task, c.words).text + "\n" + made["python"]
    made_here: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # statsmodels' own
        exec(code.replace(str(file), file.name), made_here)  # noqa: S102
    return made_here["fitted"]


@pytest.mark.parametrize("centre", ["group", "overall", "none"])
def test_pythons_code_gives_the_reports_numbers(centre, monkeypatch):
    companion = {**COMPANION, "centre": centre}
    c = context(HSB82, outcome="mathach", group="school", companion=companion)
    task, made = codes(c)
    monkeypatch.chdir(HSB82.parent)
    fitted = fitted_by_python(c, task, made, HSB82)
    fullest = c.results.companion.models[-1]
    theirs = sorted(fitted.fe_params.to_numpy())
    assert sorted(term.estimate for term in fullest.terms) == pytest.approx(theirs, rel=2e-4)
    assert fullest.sigma2 == pytest.approx(fitted.scale, rel=1e-4)


@pytest.mark.parametrize("name", typed_files.FILES)
def test_pythons_code_reads_yes_and_no_and_codes_as_the_report_does(name, tmp_path, monkeypatch):
    file = tmp_path / name
    typed_files.FILES[name](file)
    c = context(file, outcome="score", group="school", companion=typed_files.COLUMNS)
    task, made = codes(c)
    monkeypatch.chdir(tmp_path)
    fitted = fitted_by_python(c, task, made, file)
    terms = c.results.companion.models[-1].terms
    assert len(terms) == 7
    theirs = sorted(fitted.fe_params.to_numpy())
    assert sorted(term.estimate for term in terms) == pytest.approx(theirs, rel=1e-3, abs=1e-3)


def test_pythons_code_leaves_out_what_the_report_leaves_out(tmp_path, monkeypatch):
    """Alike columns, a group mean that is constant, and an indicator that others determine."""
    frame, file = typed_files.table(), tmp_path / "a.csv"
    frame["even"] = np.tile(np.arange(12.0), 24)
    frame["again"], frame["low"] = 2 * frame["x"], np.where(frame["k"] == 1, "yes", "no")
    frame.to_csv(file, index=False)
    columns = {"member": ["x", "even", "again", "k", "low"], "categories": ["k"]}
    c = context(file, outcome="score", group="school", companion=columns)
    found = c.results.companion
    assert found.aliased == ("again", "low = yes", "mean of even", "mean of again")
    task, made = codes(c)
    monkeypatch.chdir(tmp_path)
    theirs = sorted(fitted_by_python(c, task, made, file).fe_params.to_numpy())
    ours = sorted(term.estimate for term in found.models[-1].terms)
    assert ours == pytest.approx(theirs, rel=1e-3, abs=1e-3)
    for program in ("r", "stata", "spss", "sas"):
        model = re.search(r"(?s)(lmer\(|mixed |/FIXED=|model ).*", made[program])[0]
        assert not re.search(r"\b(within_3|mean_2|mean_3|again|even|low)\b", model)


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
