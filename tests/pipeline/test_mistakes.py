"""What newcomers get wrong, fifty times and more: each message names the place and the remedy."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.helpers.running import ROOT, clean_environment, snakemake

from console.main import main
from multilevel import configuration
from multilevel.configuration import Dataset
from multilevel.errors import ConfigError
from multilevel.ingest.stage import ingest
from multilevel.wording.findings import reason

ENTRY = "file: scores.csv, outcome: math, group: school"
GOOD = "school,math\na,1\na,2\na,4\nb,3\nb,5\nb,9\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "scores.csv").write_text(GOOD)
    return tmp_path


def configured(text: str | bytes) -> configuration.Configuration:
    """What the workflow does with config/config.yaml."""
    file = Path("config/config.yaml")
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    configuration.check_legible(file)
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return configuration.read(content, ROOT / "workflow" / "schemas", Path.cwd())


def one(settings: str) -> str:
    return f"datasets:\n  one: {{{settings}}}\n"


# What the file holds; what the message says of the place; the remedy that it names.
CONFIG: dict[str, tuple[str | bytes, str, str]] = {
    "tab": ("datasets:\n\tone: {}\n", "line 2, column 1", "a tab. YAML is indented by spaces"),
    "no colon": (
        "datasets:\n  one:\n    file a.csv\n    group: g\n",
        "line 4",
        "a colon and a space",
    ),
    "no blank after colon": (
        "datasets:\n  one:\n    file:a.csv\n    group: g\n",
        "line 4",
        "a colon and a space",
    ),
    "colon in a title": (one(f"{ENTRY}, title: Year 8: maths"), "line 2", "needs quotes"),
    "apostrophe": (one(f"{ENTRY}, title: 'It's'"), "line 2", "write ''"),
    "apostrophe, block": ("datasets:\n  one:\n    title: 'It's'\n", "line 3", "written ''"),
    "open quotation mark": (
        'datasets:\n  one: {title: "x}\n',
        "line",
        "A quotation mark isn't closed",
    ),
    "backslashes": (one('file: "C:\\data\\a.csv"'), "line 2", "use single quotes, or /"),
    "open brace": ("datasets:\n  one: {file: a.csv\n", "line 3", "brace isn't closed"),
    "uneven indent": (
        "datasets:\n  one:\n    file: a.csv\n   group: g\n",
        "line 4",
        "by equally many spaces",
    ),
    "star": ("datasets:\n  one:\n    files: *.csv\n", "line 3", "begins with *"),
    "percent sign": ("datasets:\n  one:\n    title: %x\n", "line 3", "in quotes"),
    "two documents": (f"{one(ENTRY)}---\n{one(ENTRY)}", "line 3", "Only one ---"),
    "key twice": (one(f"{ENTRY}, group: x"), 'line 2: the key "group"', "Rename or remove one"),
    "id twice": (f"{one(ENTRY)}  one: {{{ENTRY}}}\n", "line 3", "Rename or remove one"),
    "Latin-1": ("datasets: {é: 1}".encode("latin-1"), "byte 12", "not UTF-8 text"),
    "empty": ("", "config.yaml is empty", "as datasets: is"),
    "only comments": ("# datasets:\n", "config.yaml is empty", "as datasets: is"),
    "list at top": ("- file: a.csv\n", "config.yaml holds something else", "as datasets: is"),
    "plural": (f"dataset:\n  one: {{{ENTRY}}}\n", "dataset is not", "Did you mean datasets?"),
    "capital": (f"Datasets:\n  one: {{{ENTRY}}}\n", "Datasets is not", "Did you mean datasets?"),
    "typing error": (
        one("file: a, outcome: b, gruop: c"),
        "datasets.one.gruop",
        "Did you mean group?",
    ),
    "nothing like it": (one(f"{ENTRY}, zebra: red"), "datasets.one.zebra", "Known keys are"),
    "default in a dataset": (
        one(f"{ENTRY}, defaults: {{}}"),
        "datasets.one.defaults",
        "Known keys",
    ),
    "no datasets": ("results: out\n", "the file", "needs the key datasets"),
    "none in datasets": ("datasets:\n", "datasets has no value", "Give it one"),
    "list of datasets": (
        f"datasets:\n  - {{{ENTRY}}}\n",
        "datasets must be",
        "Give each dataset an id",
    ),
    "file for a dataset": ("datasets:\n  one: a.csv\n", "datasets.one", "Indent its settings"),
    "not indented": (
        "datasets:\n  one:\n  file: a.csv\n  group: g\n",
        "datasets.file",
        "below the dataset's id",
    ),
    "no file": (one("outcome: math, group: school"), "datasets.one", "needs either file"),
    "no outcome": (one("file: a.csv, group: school"), "datasets.one", "outcome"),
    "file and files": (one(f"{ENTRY}, files: x"), "datasets.one", "Keep one"),
    "list of files": (
        one("file: [a, b], outcome: m, group: g"),
        "datasets.one.file",
        "under files",
    ),
    "address": (
        one("file: 'https://example.org/a.csv', outcome: m, group: g"),
        "datasets.one",
        "Download",
    ),
    "number for a column": (one("file: a, outcome: 7, group: g"), "datasets.one.outcome", "quotes"),
    "number for a label": (one(f"{ENTRY}, labels: {{group: 7}}"), "one.labels.group", "in quotes"),
    "number for an id": (f"datasets:\n  2019: {{{ENTRY}}}\n", "the key 2019", '"2019"'),
    "yes for an id": (f"datasets:\n  yes: {{{ENTRY}}}\n", "true", "in quotes"),
    "blank in an id": (f"datasets:\n  my data: {{{ENTRY}}}\n", '"my data"', "Use letters"),
    "slash in an id": (f"datasets:\n  a/b: {{{ENTRY}}}\n", '"a/b"', "Use letters"),
    "ids alike": (f"{one(ENTRY)}  ONE: {{{ENTRY}}}\n", "one and ONE", "rename one"),
    "95": (one(f"{ENTRY}, confidence: 95"), "datasets.one.confidence", "Did you mean 0.95?"),
    "95%": (one(f"{ENTRY}, confidence: 95%"), "datasets.one.confidence", "Did you mean 0.95?"),
    "0,95": (one(f"{ENTRY}, confidence: '0,95'"), "datasets.one.confidence", "Did you mean 0.95?"),
    "0,95 in braces": (one(f"{ENTRY}, confidence: 0,95"), "datasets.one", "use a point"),
    "method": (one(f"{ENTRY}, method: RMEL"), "datasets.one.method", "Did you mean REML?"),
    "one missing code": (one(f"{ENTRY}, missing: 999"), "datasets.one.missing", "such as [999]"),
    "same column": (one("file: a, outcome: x, group: x"), "datasets.one", "the same column"),
    "date": (one(f"{ENTRY}, title: 2019-03-14"), "datasets.one.title", "Put it in quotes"),
    "long title": (one(f"{ENTRY}, title: {'x' * 301}"), "datasets.one.title", "300 characters"),
    "results here": (f"results: .\n{one(ENTRY)}", "results", "a folder of its own"),
    "results a file": (
        f"results: scores.csv\n{one(ENTRY)}",
        '"scores.csv" is a file',
        "Name a folder",
    ),
    "results over data": (
        f"results: data\n{one('file: data/a.csv, outcome: m, group: g')}",
        '"data/a.csv"',
        "another",
    ),
}


@pytest.mark.parametrize("mistake", CONFIG)
def test_in_the_configuration(project: Path, mistake: str) -> None:
    text, place, remedy = CONFIG[mistake]
    with pytest.raises(ConfigError) as caught:
        configured(text)
    assert place in str(caught.value)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{one(ENTRY)}".replace("\n", "\r\n"),
        '{"datasets": {"one": {"file": "scores.csv", "outcome": "math", "group": "school"}}}',
        f"---\n# ours\n{one(ENTRY)}...\n",
        f"defaults: &ours {{method: ML}}\n{one(f'{ENTRY}, <<: *ours')}",
        one("file: 'scores.csv', outcome: \"math\", group: 'school', title: '50% of $x {y}'"),
    ],
    ids=["Windows", "JSON", "document marks", "anchor", "quotes"],
)
def test_what_is_no_mistake(project: Path, text: str) -> None:
    assert [dataset.id for dataset in configured(text).datasets] == ["one"]


def test_results_that_may_not_be_written(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multilevel.configuration.os.access", lambda *_: False)
    with pytest.raises(ConfigError, match=r"may not write to .* Name a folder of your own"):
        configured(one(ENTRY))


def test_one_fault_as_the_user_sees_it(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text(one("fil: a.csv, outcome: m, group: g"))
    run = snakemake(tmp_path, config=None)
    assert run.status == 1
    assert "datasets.one.fil is not a known key. Did you mean file?" in run.said
    assert "Traceback" not in run.said


def write(name: str, content: str | bytes) -> Callable[[], object]:
    data = content if isinstance(content, bytes) else content.encode()
    return lambda: Path(name).write_bytes(data)


# What lies there; the file that is named; what the message says; the remedy.
DATA: dict[str, tuple[Callable[[], object], str, str, str]] = {
    "no such file": (lambda: None, "score.csv", '"score.csv"', "correct the path"),
    "pattern under file": (lambda: None, "*.csv", '"*.csv"', "a pattern stands under files"),
    "home": (lambda: None, "~/scores.csv", '"~/scores.csv"', "~ isn't filled in"),
    "variable": (lambda: None, "$HOME/scores.csv", '"$HOME', "aren't filled in"),
    "backslashes": (lambda: None, "data\\a.csv", "data", "separated by /"),
    "a folder": (lambda: Path("all.csv").mkdir(), "all.csv", "is a folder", "Name the data file"),
    "no bytes": (write("a.csv", ""), "a.csv", '"a.csv"', "Put the data in it"),
    "header alone": (write("a.csv", "school,math\n"), "a.csv", "no rows", "Put the data in it"),
    "wrong column": (
        write("a.csv", "school,maths\na,1\n"),
        "a.csv",
        '"math"',
        'Did you mean "maths"?',
    ),
    "columns swapped": (
        write("a.csv", "math,school\na,1\nb,2\n"),
        "a.csv",
        "row 1 (line 2)",
        "swapped",
    ),
    "a word among numbers": (
        write("a.csv", GOOD.replace("b,9", "b,absent")),
        "a.csv",
        "row 6 (line 7)",
        "missing codes",
    ),
    "a comma too many": (
        write("a.csv", GOOD.replace("b,9", "b,9,9")),
        "a.csv",
        "Line 7",
        "Correct that line",
    ),
    "renamed workbook": (write("a.csv", b"PK\x03\x04" + b"x" * 99), "a.csv", "Excel", "Save"),
    "unknown ending": (write("a.doc", "x"), "a.doc", '"a.doc"', "ending"),
    "one school": (write("a.csv", "school,math\na,1\na,2\n"), "a.csv", "one", ""),
    "all missing": (write("a.csv", "school,math\na,\nb,NA\n"), "a.csv", "Nothing is left", "codes"),
}


@pytest.mark.parametrize("mistake", DATA)
def test_in_the_data(project: Path, mistake: str) -> None:
    prepare, name, place, remedy = DATA[mistake]
    prepare()
    dataset = one_dataset(name)
    ingested, students = ingest(dataset, Path(name) if Path(name).exists() else None)
    if ingested.refusal is None:
        # Too little to model is found by the fit, from what the file held.
        from multilevel.fit.stage import fit

        refusal = fit(students, dataset).refusal
    else:
        refusal = ingested.refusal
    assert refusal is not None
    told = reason(refusal)
    assert place in told.message
    assert remedy in told.remedy
    assert told.remedy


def one_dataset(name: str) -> Dataset:
    entry = {"file": name, "outcome": "math", "group": "school"}
    schemas = ROOT / "workflow" / "schemas"
    return configuration.read({"datasets": {"one": entry}}, schemas, Path.cwd()).datasets[0]


COMMANDS: dict[str, tuple[list[str], str]] = {
    "unknown command": (["reprots"], "make knows no command reprots; make alone lists them"),
    "file without FILE=": (["report", "scores.csv"], "no command scores.csv"),
    "blank in a title": (["report", "TITLE=Year", "8"], "stands in quotes"),
    "FILE for reports": (["reports", "FILE=a.csv"], "FILE= is no setting of make reports"),
    "CORE for CORES": (["reports", "CORE=2"], "CORE= is no setting of make reports"),
}


@pytest.mark.parametrize("mistake", COMMANDS)
def test_in_a_command_for_make(mistake: str) -> None:
    arguments, said = COMMANDS[mistake]
    done = subprocess.run(
        ["make", "--directory", str(ROOT), *arguments],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr


SETTINGS: dict[str, tuple[dict[str, str], str]] = {
    "none": ({}, "make report needs FILE= and OUTCOME= and GROUP="),
    "one forgotten": ({"FILE": "a.csv", "OUTCOME": "m"}, "make report needs GROUP="),
    "one empty": ({"FILE": "a.csv", "OUTCOME": "", "GROUP": "g"}, "make report needs OUTCOME="),
    "address": ({"FILE": "https://example.org/a.csv", "OUTCOME": "m", "GROUP": "g"}, "Download"),
    "percent": (
        {"FILE": "a.csv", "OUTCOME": "m", "GROUP": "g", "CONFIDENCE": "95%"},
        "Did you mean 0.95?",
    ),
    "folder as id": ({"FILE": "a.csv", "OUTCOME": "m", "GROUP": "g", "ID": "a/b"}, "Use letters"),
}


@pytest.mark.parametrize("mistake", SETTINGS)
def test_in_a_setting_of_make_report(
    mistake: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    settings, said = SETTINGS[mistake]
    for name, value in settings.items():
        monkeypatch.setenv(f"SETTING_{name}", value)
    monkeypatch.setenv("GIVEN_SETTINGS", " ".join(settings))
    assert main(["make", "report"]) == 2
    assert said in capsys.readouterr().err
