"""The appendix on other programs: harmless code whatever the names, right numbers, true claims."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.helpers.building import ROOT, TEMPLATES, shipped, simulated_csv
from tests.unit.report.test_wording import context, oracle, said

from multilevel.configuration import Dataset
from multilevel.fit.stage import fit
from multilevel.ingest.stage import ingest
from multilevel.report.blocks import Code, Subsection, Table
from multilevel.report.programs import quoting, reading
from multilevel.report.programs.code import PROGRAMS, Task, snippet
from multilevel.report.sections.programs import programs_section
from multilevel.summarise.summary import summarise
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue

WORDS = Catalogue.load(TEMPLATES / "text" / "en")
HOSTILE = (
    '"); system("rm -rf ~") #',
    "`; unlink('x') `",
    "a\nsystem('x')",
    "x'n; x 'rm *'; *",
    "%sysexec(rm)",
    "&macro;",
    "$global `local'",
    "a\\",
    'b\\"',
    "\u202egnol",
    "{outcome}",
    "{0.__class__}",
    "</code><script>alert(1)</script>",
    "y" * 5000,
    ".",
    "...",
    "!macro",
    '*/ run; x "rm" /*',
    "",
)


def task(outcome="score", group="school", file="data/scores.csv", notes=(), **settings) -> Task:
    config = {
        "file": file, "outcome": outcome, "group": group, "method": "REML", "confidence": 0.95,
        "missing": [], **settings,
    }  # fmt: skip
    return Task.of(config, tuple(notes))


def blocks(section, kind) -> list:
    inside = [b for b in section.blocks if isinstance(b, Subsection)]
    flat = [*section.blocks, *(block for one in inside for block in one.blocks)]
    return [block for block in flat if isinstance(block, kind)]


def printed(c) -> dict[str, tuple[str, ...]]:
    """The table's cells by program."""
    table = next(one for one in blocks(programs_section(c), Table) if one.key == "programs")
    rows = [tuple(str(cell.text) for cell in row.cells) for row in table.rows]
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize(
    ("quote", "name", "expected"),
    [
        (quoting.r_name, "bsmmatxx", "bsmmatxx"),
        (quoting.r_name, "two words", "`two words`"),
        (quoting.r_name, "if", "`if`"),
        (quoting.r_name, "_x", "`_x`"),
        (quoting.r_name, "a`b\\c", "`a\\`b\\\\c`"),
        (quoting.r_name, "é", "`é`"),
        (quoting.r_name, "..1", None),
        (quoting.r_name, "a\nb", None),
        (quoting.r_text, 'a"b\\', '"a\\"b\\\\"'),
        (quoting.python_text, 'a"b', '"a\\"b"'),
        (quoting.stata_name, "score", "score"),
        (quoting.stata_name, "scoré", "scoré"),
        (quoting.stata_name, "two words", None),
        (quoting.stata_name, "1st", None),
        (quoting.stata_name, "x" * 33, None),
        (quoting.stata_name, "if", None),
        (quoting.stata_name, "str20", None),
        (quoting.stata_text, "C:\\my data.csv", '"C:\\my data.csv"'),
        (quoting.stata_text, "$x", None),
        (quoting.stata_text, "`x'", None),
        (quoting.spss_name, "score.1", "score.1"),
        (quoting.spss_name, "With", None),
        (quoting.spss_name, "score.", None),
        (quoting.spss_name, "_x", None),
        (quoting.spss_name, "é" * 33, None),
        (quoting.sas_name, "_x1", "_x1"),
        (quoting.sas_name, "two words", "'two words'n"),
        (quoting.sas_name, "it's", "'it''s'n"),
        (quoting.sas_name, "&x", "'&x'n"),
        (quoting.sas_name, "é" * 17, None),
        (quoting.sas_name, "_All_", None),
        (quoting.sas_name, " ", None),
    ],
)
def test_names_are_written_as_the_language_wants(quote, name, expected):
    assert quote(name) == expected


# What may stand in code outside strings and quoted names, by language.
STRINGS = {
    "r": r'"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`',
    "python": r'"(?:[^"\\]|\\.)*"',
    "stata": r'"[^"`$]*"',
    "spss": r"'(?:[^']|'')*'",
    "sas": r"'(?:[^']|'')*'n?",
}


def skeleton(program: str, text: str) -> str:
    return re.sub(STRINGS[program], "<>", re.sub(r"\b(outcome|group|score|school)1?\b", "<>", text))


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_strings_or_placeholders(program, evil):
    """Code with a hostile name is the code with a tame one, apart from what is quoted."""
    tame = skeleton(program, snippet(program, task(), WORDS).text).replace("<><>", "<>")
    for names in ({"outcome": evil}, {"group": evil}, {"outcome": evil, "group": evil + "2"}):
        found = snippet(program, task(**names), WORDS)
        text = skeleton(program, found.text).replace("options validvarname=any;\n\n", "")
        text = text.replace("options validvarname=any;\n", "").lstrip("\n")
        assert text.replace("<><>", "<>") == tame, found.text
        assert all(line.isprintable() and len(line) < 400 for line in found.text.split("\n"))
    for path in (f"data/{evil}.csv", evil):
        text = snippet(program, task(file=path), WORDS).text
        assert "\u202e" not in text
        if program == "python":
            ast.parse(text)


@pytest.mark.parametrize("program", PROGRAMS)
def test_placeholders_differ_and_are_told(program):
    found = snippet(program, task(outcome="a\nb", group="outcome"), WORDS)
    assert ("a\nb", "outcome1") in found.replaced
    assert "outcome1" in found.text


def test_names_that_differ_in_case_only_are_kept_apart():
    for program in ("sas", "spss"):
        found = snippet(program, task(outcome="Score", group="score"), WORDS)
        assert found.replaced == (("score", "group"),)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_every_place_is_filled(program, method):
    text = snippet(program, task(method=method, missing=[999, -1.5, "absent"]), WORDS).text
    assert not re.search(r"\{\w+\}", text)
    assert "  \n" not in text and not text.startswith("\n")


def test_code_follows_the_method_and_the_level():
    def text(program, **settings):
        return snippet(program, task(**settings), WORDS).text

    assert "REML = TRUE" in text("r") and "REML = FALSE" in text("r", method="ML")
    assert "reml=True" in text("python") and "reml=False" in text("python", method="ML")
    assert "reml dfmethod(satterthwaite)" in text("stata")
    assert "mle level(90)" in text("stata", method="ML", confidence=0.9)
    assert "/METHOD=ML\n" in text("spss", method="ML")
    assert "method=ML;" in text("sas", method="ML")
    assert "CIN(99.9)" in text("spss", confidence=0.999)
    assert "alpha=0.001 " in text("sas", confidence=0.999)


@pytest.mark.parametrize(
    ("content", "delimiter", "python", "comma"),
    [
        (b"school,score\na,1\na,2\nb,3\nb,5\n", ",", "utf-8", False),
        (b"school;score\na;1,5\na;2,5\nb;3,5\nb;5,5\n", ";", "utf-8", True),
        (b"\xef\xbb\xbfschool\tscore\na\t1\na\t2\nb\t3\nb\t5\n", "\t", "utf-8-sig", False),
        (b"school|score\n\xe9|1\n\xe9|2\nb|3\nb|5\n", "|", "cp1252", False),
        (b"school|score\n\x81\xe9|1\n\x81\xe9|2\nb|3\nb|5\n", "|", "latin-1", False),
        ("school,score\na,1\na,2\nb,3\nb,5\n".encode("utf-16"), ",", "utf-16", False),
        ("school,score\na,1\na,2\nb,3\nb,5\n".encode("utf-32"), ",", "utf-32", False),
    ],
)
def test_the_read_facts_tell_how_to_read(tmp_path, content, delimiter, python, comma):
    (tmp_path / "x.csv").write_bytes(content)
    dataset = dataset_with(tmp_path / "x.csv")
    found, _ = ingest(dataset, tmp_path / "x.csv")
    assert found.refusal is None
    facts = found.reading
    assert (reading.delimiter(facts), reading.encodings(facts)[1]) == (delimiter, python)
    assert bool(facts.decimal_commas) == comma


def test_columns_are_named_as_in_the_file(tmp_path):
    (tmp_path / "x.csv").write_text("School , SCORE\na,1\na,2\nb,3\nb,5\n")
    found, _ = ingest(dataset_with(tmp_path / "x.csv"), tmp_path / "x.csv")
    assert found.refusal is None
    facts = found.reading
    names = [reading.column(facts, name) for name in ("score", "school", "other")]
    assert names == [" SCORE", "School ", "other"]


def dataset_with(file) -> Dataset:
    settings = shipped("hsb82").settings()
    return Dataset.from_settings(
        {**settings, "file": str(file), "outcome": "score", "group": "school"}
    )


def run_python(text: str, folder) -> tuple[float, float, float]:
    """tau00, sigma2 and log-likelihood that the code finds."""
    more = "\nprint(repr(float(tau00)), repr(float(sigma2)), repr(float(fitted.llf)))\n"
    done = subprocess.run(
        [sys.executable, "-c", text + more],
        cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    tau00, sigma2, log_likelihood = map(float, done.stdout.strip().splitlines()[-1].split())
    return tau00, sigma2, log_likelihood


def check_python(dataset: Dataset, file: Path, rel: float = 1e-3) -> int:
    """Run the printed code beside the fit; tau00 within `rel`. The number of members analysed."""
    ingested, students = ingest(dataset, file)
    assert ingested.refusal is None
    model = fit(students, dataset).fit.model
    text = snippet("python", Task.of(ingested.config, ingested.reading), WORDS).text
    # A report that is handed out names the file without its folder.
    named = (ROOT / ingested.config["file"]).exists()
    tau00, sigma2, log_likelihood = run_python(text, ROOT if named else file.parent)
    assert tau00 == pytest.approx(model.tau00, rel=rel)
    assert sigma2 == pytest.approx(model.sigma2, rel=1e-5)
    assert log_likelihood == pytest.approx(model.log_likelihood, rel=1e-8)
    return students.n_members


@pytest.mark.parametrize("name", ["timss2019-usa-grade8", "hsb82", "valdoria-reading"])
def test_pythons_code_finds_the_reports_numbers(name):
    dataset = shipped(name)
    check_python(dataset, ROOT / dataset.file, rel=2e-4)


def test_pythons_code_reads_hostile_columns_and_missing_codes(tmp_path):
    lines = simulated_csv(tmp_path / "s.csv", [8] * 12, 0.8).read_text().splitlines()
    evil = '"); import os; os.system("x'
    rows = [row.replace(".", ",") for row in (line.replace(",", ";") for line in lines[1:])]
    rows += ["s0;999", "s1;absent", "NA;500,5", "s3;n/a", ";1"]
    header = 'school;"' + evil.replace('"', '""') + '"'
    (tmp_path / "x.csv").write_text("\n".join([header, *rows]) + "\n")
    settings = dataset_with("x.csv").settings()
    dataset = Dataset.from_settings({**settings, "outcome": evil, "missing": [999, "absent"]})
    assert check_python(dataset, tmp_path / "x.csv") == 96


def test_the_lectures_table():
    dataset = shipped("timss2019-usa-grade8")
    c = context(ROOT / dataset.file, outcome="bsmmatxx", group="idschool")
    rows = printed(c)
    assert rows["R, lme4 and lmerTest"][2:] == ("6,879.41", "6,892.60", "19")
    assert rows["R, nlme"][1:] == ("3 parameters, ln 599", "6,879.41", "6,892.60", "580")
    assert rows["SAS PROC MIXED"][1:] == ("2 parameters, ln 20", "6,877.41", "6,879.40", "19")
    assert rows["HLM"][1:] == ("–", "–", "–", "19")
    assert rows["Stata mixed"][0] == "ML"
    assert rows["Python, statsmodels"][2:4] == ("–", "–")
    assert "nlme’s summary multiplies" not in said(programs_section(c))


def test_after_ml(tmp_path):
    c = context(simulated_csv(tmp_path / "s.csv", [9, 12, 15, 18], 0.7), method="ML")
    rows = printed(c)
    assert rows["SPSS MIXED"][1:4] == ("–", "–", "–")
    assert rows["SAS PROC MIXED"][1] == "3 parameters, ln 4"
    assert rows["Python, statsmodels"][2] == numbers.fixed(c.model.aic, 2)
    text = said(programs_section(c))
    assert "nlme’s summary multiplies" in text
    assert "with 3 parameters" in text


def test_at_the_boundary_nothing_unsettled_is_claimed(tmp_path):
    c = oracle("dyestuff2", tmp_path)
    rows = printed(c)
    assert rows["SAS PROC MIXED"][1] == "1 parameter, ln 6"
    assert rows["SPSS MIXED"][1:] == ("–", "–", "–", "Satterthwaite’s")
    assert rows["Stata mixed"][1:4] == ("–", "–", "–")
    text = said(programs_section(c))
    assert "lmerTest’s degrees of freedom are those of independent" in text


def test_two_optima_are_warned_of(tmp_path):
    text = said(programs_section(oracle("sim_lmer_misses_global_a", tmp_path)))
    assert "2 local optima" in text


def test_r_is_open_and_the_others_folded(tmp_path):
    c = context(simulated_csv(tmp_path / "s.csv", [9, 12, 15], 0.7))
    code = {one.language: one for one in blocks(programs_section(c), Code)}
    assert tuple(code) == PROGRAMS
    assert [language for language, one in code.items() if not one.folded] == ["r"]


def test_what_a_program_cannot_hold_is_told(tmp_path):
    evil = "the <b>score</b> \u202e 2019"
    lines = simulated_csv(tmp_path / "s.csv", [9, 12, 15], 0.7).read_text().splitlines()
    (tmp_path / "x.csv").write_text("\n".join([f"school,{evil}", *lines[1:]]), encoding="utf-8")
    dataset = Dataset.from_settings({**dataset_with("x.csv").settings(), "outcome": evil})
    found, students = ingest(dataset, tmp_path / "x.csv")
    summary = summarise(found, fit(students, dataset), students, {"multilevel-reports": "0"})
    text = str(summary.results.provenance.config["outcome"])
    assert text == evil
    replaced = {program: snippet(program, Task.of(found.config, found.reading), WORDS).replaced
                for program in PROGRAMS}  # fmt: skip
    assert all(one == ((evil, "outcome"),) for one in replaced.values())


@pytest.mark.parametrize(
    ("settings", "file", "exported"),
    [
        ({"file": "in/a.csv.gz"}, "in/a.csv.gz", False),
        ({"file": "in/bsg.v2.SAV"}, "in/bsg.v2.SAV", False),
        ({"file": "in/bsg.v2.sav.gz"}, "bsg.csv", True),
        ({"file": "in/.ods"}, "scores.csv", True),
        ({"file": "a.sav", "where": "x > 1"}, "a.csv", True),
        ({"file": "a.csv", "split": {"column": "c", "value": "1"}}, "a.csv", True),
    ],
)
def test_data_that_no_program_reads_are_to_be_exported_first(settings, file, exported):
    task = Task.of({**dataset_with("x.csv").settings(), **settings}, ())
    assert (task.file, task.exported) == (file, exported)
