"""Code for other programs reads the user's own file, pools plausible values and uses weights."""

import os
import re
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pyreadstat
import pytest
from tests.helpers.building import ROOT, shipped, simulated_csv
from tests.unit.report.test_programs import (
    HOSTILE,
    STRINGS,
    WORDS,
    blocks,
    check_python,
    dataset_with,
    task,
)
from tests.unit.report.test_wording import context, said

from multilevel.records.reading import ReadFacts
from multilevel.report.blocks import Code, Points
from multilevel.report.programs import opening
from multilevel.report.programs.code import NAMES, PROGRAMS, Task, snippet
from multilevel.report.programs.surveys import survey_code
from multilevel.report.sections.programs import programs_section


@pytest.mark.parametrize(
    ("file", "reads"),
    [
        (
            "a.sav",
            {"r": "read_sav", "stata": "import spss", "spss": "GET FILE=", "sas": "dbms=sav"},
        ),
        ("a.dta", {"r": "read_dta", "stata": "use ", "spss": "GET STATA", "sas": "dbms=dta"}),
        ("a.xlsx", {"r": "read_excel", "stata": "import excel", "spss": "TYPE=XLSX"}),
        ("in/a.sas7bdat", {"r": "read_sas", "sas": "libname mine 'in';", "spss": "GET SAS"}),
        ("a.rds", {"r": "readRDS"}),
        ("a.parquet", {"r": "read_parquet", "python": "read_parquet"}),
    ],
)
def test_the_users_own_file_is_read_and_a_csv_only_where_a_program_cannot(file, reads):
    for program in PROGRAMS:
        found = snippet(program, task(file=file), WORDS)
        assert found.csv == ("" if program in reads or reads_too(program, file) else "a.csv")
        assert reads.get(program, "") in found.text
        if found.csv and program != "spss":
            assert "a.csv" in found.text and file not in found.text


def reads_too(program, file):
    return f"programs.open.{program}.{opening.form_of(file)}" in WORDS


def test_the_sheet_that_was_read_is_named():
    facts = ReadFacts(sheet="Year 2", sheets=("Notes", "Year 2"))
    config = {**dataset_with("x.xlsx").settings(), "file": "x.xlsx"}
    for program, words in {
        "r": 'sheet = "Year 2"', "python": 'sheet_name="Year 2"', "stata": 'sheet("Year 2")',
        "spss": "/SHEET=NAME 'Year 2'", "sas": "sheet='Year 2';",
    }.items():  # fmt: skip
        assert words in snippet(program, Task.of(config, facts), WORDS).text
        first = replace(facts, sheets=("Year 2", "Notes"))
        assert words not in snippet(program, Task.of(config, first), WORDS).text


def written(folder, ending) -> str:
    frame = pd.read_csv(simulated_csv(folder / "s.csv", [8] * 12, 0.8))
    frame["school"] = frame.groupby("school").ngroup() + 1.0
    path = folder / f"mine{ending}"
    write = {
        ".sav": lambda: pyreadstat.write_sav(
            frame.assign(score=frame["score"].where(frame.index > 2, 999.0)), path,
            missing_ranges={"score": [999.0]}),
        ".dta": lambda: pyreadstat.write_dta(frame, path),
        ".xlsx": lambda: frame.to_excel(path, index=False),
        ".parquet": lambda: frame.to_parquet(path),
    }  # fmt: skip
    write[ending]()
    return path.name


@pytest.mark.parametrize("ending", [".sav", ".dta", ".xlsx", ".parquet"])
def test_pythons_code_reads_the_users_own_file(tmp_path, ending):
    dataset = dataset_with(written(tmp_path, ending))
    check_python(dataset, tmp_path / dataset.file)


def sampled():
    """The shipped sample with plausible values and weights: its context and its task."""
    dataset = shipped("ostrana-grade8")
    settings = {
        "weights": {"member": "TOTWGT", "group": "WGTFAC1*WGTADJ1"},
        "replicates": {"method": "jk2", "zone": "JKZONE", "code": "JKREP"},
    }
    c = context(ROOT / dataset.file, outcome="BSMMAT0[1-5]", group="IDSCHOOL", **settings)
    config = c.results.provenance.config
    return c, Task.of(config, c.results.provenance.reading), config


def sampled_without_weights():
    file = ROOT / shipped("ostrana-grade8").file
    return context(file, outcome="BSMMAT0[1-5]", group="IDSCHOOL")


def test_pythons_code_pools_plausible_values():
    c, given, config = sampled()
    given = replace(given, file=str(ROOT / config["file"]))
    code = survey_code("python", given, config, WORDS)
    text = f"{snippet('python', given, WORDS).text}\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said_of = re.findall(r"^(gamma00|SE|tau00) ([\d.]+)", done.stdout, flags=re.M)
    found = {name: float(value) for name, value in said_of}
    assert found["gamma00"] == pytest.approx(c.model.gamma00, rel=1e-5)
    assert found["SE"] == pytest.approx(c.results.plausible_values.se, rel=1e-2)
    assert found["tau00"] == pytest.approx(c.model.tau00, rel=1e-3)


def test_code_for_surveys_is_there_only_where_they_are():
    c, given, config = sampled()
    assert survey_code("r", task(), {}, WORDS) is None
    both = survey_code("r", given, config, WORDS) or ""
    assert "Rubin" in both and "WeMix::mix" in both and "zone" in both
    no_weights = survey_code("r", given, {**config, "weights": None}, WORDS) or ""
    assert "Rubin" in no_weights and "WeMix" not in no_weights
    one = replace(given, values=())
    assert "Rubin" not in (survey_code("r", one, config, WORDS) or "")
    hostile = {**config, "weights": {"member": 'x"); system("rm")', "group": None}}
    assert survey_code("r", given, hostile, WORDS) is None
    brr = {"method": "brr-fay", "columns": ["W1", 'W"2'], "fay": 0.5}
    code = survey_code("r", given, {**config, "replicates": brr}, WORDS) or ""
    assert 'c("W1", "W\\"2")' in code and "(1 - 0.5)^2" in code
    keys = [code.key for code in blocks(programs_section(c), Code) if "survey" in code.key]
    assert keys == [f"in-{program}-survey" for program in PROGRAMS]


def test_stata_and_sas_use_both_weights_and_spss_says_that_it_has_none():
    c, given, config = sampled()
    values = [f"BSMMAT0{number}" for number in range(1, 6)]
    stata = survey_code("stata", given, config, WORDS) or ""
    assert f"local values {' '.join(values)}\n" in stata and "matrix fits = J(5, 4, .)" in stata
    assert "[pw = `w1'] || group_number:, mle pweight(`w2') pwscale(size)" in stata
    assert "`w2' = WGTFAC1 * WGTADJ1" in stata and "`w1' = (TOTWGT) / (WGTFAC1 * WGTADJ1)" in stata
    sas = survey_code("sas", given, config, WORDS) or ""
    assert f"array score_of {{5}} {' '.join(values)};" in sas and "proc mianalyze" in sas
    assert "obsweight=w1_scaled" in sas and "w1_now * count(*) / sum(w1_now) as w1_scaled" in sas
    spss = survey_code("spss", given, config, WORDS) or ""
    assert f"SELECT IF (NVALID({', '.join(values)}) = 5)." in spss and "TOTWGT" not in spss
    assert survey_code("spss", replace(given, values=()), config, WORDS) is None
    assert "leaves the weights out" in said(programs_section(c))
    assert "leaves the weights out" not in said(programs_section(sampled_without_weights()))


@pytest.mark.parametrize("program", ["stata", "spss", "sas"])
@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_plausible_values_are_names_or_no_code(program, evil):
    config = {"weights": {"member": evil, "group": None}}
    code = survey_code(program, task(outcome=["a", evil]), config, WORDS)
    name = NAMES[program](evil)
    assert code is None or (name is not None and name in code)


@pytest.mark.parametrize("program", ["r", "python"])
@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_plausible_values_are_strings_or_no_code(program, evil):
    config = {"weights": None}
    tame = survey_code(program, task(outcome=["a", "b"]), config, WORDS)
    code = survey_code(program, task(outcome=["a", evil]), config, WORDS)
    if code is None:
        return
    bare = re.sub(STRINGS[program], "<>", code)
    assert bare == re.sub(STRINGS[program], "<>", tame)


def test_each_line_of_r_is_explained_with_what_it_prints(tmp_path):
    c = context(ROOT / "data" / "lecture" / "timss2019-usa-grade8.csv", outcome="bsmmatxx",
                group="idschool")  # fmt: skip
    section = programs_section(c)
    for shown in (section.blocks, section.printed):
        (points,) = [one for one in shown if isinstance(one, Points)]
        words = said(points)
        for number in ("538.979", "16.422", "72.298", "70.666", "0.51"):
            assert number in words
        for call in ("lmer(", "summary(", "as_flextable(", "performance::icc(", "confint("):
            assert call in words
