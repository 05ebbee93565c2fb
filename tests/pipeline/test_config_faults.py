"""A configuration with a fault stops the run before it starts, and says where the fault is."""

import shutil
from pathlib import Path

import pytest
from tests.helpers.running import Run, snakemake

ENTRY = "{file: a.csv, outcome: score, group: school}"


def dry(folder: Path, text: str | bytes, *, shipped: bool = False) -> Run:
    """A dry run on this configuration, named on the command line or where it is by default."""
    file = folder / ("config/config.yaml" if shipped else "config.yaml")
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return snakemake(folder, "--dry-run", config=None if shipped else "config.yaml")


def assert_stopped(run: Run, *said: str) -> None:
    assert run.status == 1
    for text in said:
        assert text in run.said
    assert "Traceback" not in run.said
    assert not run.jobs
    assert not run.results.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"dataset:\n  one: {ENTRY}\n", "dataset is not a known key. Did you mean datasets?"),
        (
            "datasets:\n  one: {file: a.csv, outcom: score, group: school}\n",
            "datasets.one.outcom is not a known key. Did you mean outcome?",
        ),
        ("datasets:\n  one: {file: a.csv, outcome: 7, group: school}\n", "datasets.one.outcome"),
        ("datasets: {}\n", "datasets is empty"),
        ("results: elsewhere\n", "needs the key datasets"),
        ("", "keys at top level"),
        ("- a\n- b\n", "keys at top level"),
        ("datasets:\n\tone: {}\n", "tab indentation"),
        (f"datasets:\n  one: {ENTRY}\n  one: {ENTRY}\n", 'line 3: the key "one" stands on line 2'),
    ],
    ids=["unknown", "nearest", "type", "none", "missing", "empty", "list", "tab", "twice"],
)
def test_a_configuration_from_the_command_line(tmp_path: Path, text: str, said: str) -> None:
    assert_stopped(dry(tmp_path, text), said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("datasets:\n\tone: {}\n", "config.yaml, line 2, column 1: a tab"),
        ("datasets: {one: [\n", "config.yaml, line 2, column 1: this isn't YAML"),
        (b"datasets: \xff\n", "config.yaml is not UTF-8 text: byte 11"),
        ("", "config.yaml is empty: it must consist of keys with values"),
        ("- a\n", "config.yaml holds something else: it must consist of keys with values"),
    ],
    ids=["tab", "syntax", "bytes", "empty", "list"],
)
def test_the_configuration_where_it_is_by_default(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    assert_stopped(dry(tmp_path, text, shipped=True), said)


def test_no_configuration_at_all(tmp_path: Path) -> None:
    run = snakemake(tmp_path, "--dry-run", config=None)
    assert_stopped(run, "config/config.yaml can't be read: No such file or directory")


def test_a_configuration_from_the_command_line_stands_alone(tmp_path: Path) -> None:
    default = tmp_path / "config" / "config.yaml"
    default.parent.mkdir()
    default.write_text(f"datasets:\n  of-the-default: {ENTRY}\n")
    run = dry(tmp_path, f"datasets:\n  mine: {ENTRY}\n")
    assert run.status == 0
    assert "ingest mine" in run.jobs
    assert "ingest of-the-default" not in run.jobs
    shutil.rmtree(tmp_path / ".snakemake")
    by_default = snakemake(tmp_path, "--dry-run", "--config", "results=there", config=None)
    assert by_default.status == 0
    assert "ingest of-the-default" in by_default.jobs
    assert "there/.stages/of-the-default/report.html" in by_default.said


def test_patterns_without_files_and_unreadable_names_are_said_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "caf\udce9.csv").write_text("school,score\n")
    run = dry(
        tmp_path,
        "datasets:\n"
        "  empty: {files: 'nowhere/*.csv', outcome: score, group: school}\n"
        "  some: {files: 'in/*.csv', outcome: score, group: school}\n",
    )
    assert run.status == 0
    assert run.said.count("datasets.empty: no file fits the pattern under files") == 1
    assert run.said.count(r"caf\udce9.csv' is left out: its name isn't valid UTF-8") == 1
    assert "index" in run.jobs
