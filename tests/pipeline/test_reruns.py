"""What changes reruns what depends on it and nothing else: dry runs after a finished run."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.helpers.running import LAST, chain, configure
from tests.pipeline.conftest import ORDINARY, Ordinary

from multilevel.configuration.words import FIGURE_TEXTS
from multilevel.index.stage import TEXTS

pytestmark = pytest.mark.xdist_group("ordinary")

ALL = ("first", "many-monday", "many-tuesday")
PACKAGE = "workflow/scripts/multilevel"


@contextmanager
def restored(*files: Path) -> Iterator[None]:
    """Puts files back as they were, times included."""
    kept = [(file, file.read_bytes(), file.stat()) for file in files]
    try:
        yield
    finally:
        for file, content, stat in kept:
            file.write_bytes(content)
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def changed_config(of_all: Mapping[str, Any], **of_one: Mapping[str, Any]) -> dict[str, Any]:
    """The ordinary configuration with settings added: at the top, and to single datasets."""
    datasets = {
        name: {**entry, **of_one.get(name, {})} for name, entry in ORDINARY["datasets"].items()
    }
    return {**of_all, "datasets": datasets}


def test_files_touched_but_not_changed_rerun_nothing(ordinary: Ordinary) -> None:
    files = [
        file
        for folder in (ordinary.code, ordinary.folder / "incoming", ordinary.folder)
        for file in (folder.rglob("*") if folder != ordinary.folder else folder.glob("*.csv"))
        if file.is_file() and file.suffix != ".pyc"
    ]
    assert len(files) > 50
    with restored(*files):
        for file in files:
            file.touch()
        run = ordinary.dry_run()
    assert (run.status, run.jobs) == (0, set())


@pytest.mark.parametrize(
    ("file", "start"),
    [
        (f"{PACKAGE}/ingest/students.py", "ingest"),
        (f"{PACKAGE}/fit/model.py", "fit"),
        (f"{PACKAGE}/summarise/naive.py", "summarise"),
        (f"{PACKAGE}/figures/caterpillar.py", "figures"),
        (f"{PACKAGE}/report/sections/front.py", "report"),
        ("templates/text/en/figures.yaml", "figures"),
        ("templates/report.html.j2", "report"),
        ("templates/css/screen.css", "report"),
    ],
)
def test_edited_code_reruns_its_stage_and_later_ones(
    ordinary: Ordinary, file: str, start: str
) -> None:
    edited = ordinary.code / file
    with restored(edited):
        edited.write_bytes(edited.read_bytes() + b"\n")
        run = ordinary.dry_run()
    assert (run.status, run.jobs) == (0, chain(*ALL, start=start))


@pytest.mark.parametrize("file", [f"{PACKAGE}/index/rows.py", "templates/index.html.j2"])
def test_what_only_the_index_needs_reruns_the_index(ordinary: Ordinary, file: str) -> None:
    edited = ordinary.code / file
    with restored(edited):
        edited.write_bytes(edited.read_bytes() + b"\n")
        assert ordinary.dry_run().jobs == LAST


def test_changed_data_rerun_their_dataset(ordinary: Ordinary) -> None:
    file = ordinary.folder / "incoming" / "monday.csv"
    with restored(file):
        file.write_text(file.read_text() + "s0,512.5\n")
        assert ordinary.dry_run().jobs == chain("many-monday")


def test_a_file_that_went_away_reruns_its_dataset(ordinary: Ordinary) -> None:
    file = ordinary.folder / "first.csv"
    with restored(file):
        file.unlink()
        assert ordinary.dry_run().jobs == chain("first")


@pytest.mark.parametrize(
    "settings",
    [
        {"title": "Another"},
        {"confidence": 0.9},
        {"method": "ML", "missing": [999], "labels": {"group": "class", "member": "pupil"}},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_a_changed_setting_reruns_its_dataset(ordinary: Ordinary, settings: dict[str, Any]) -> None:
    with restored(ordinary.folder / "config.yaml"):
        configure(ordinary.folder, changed_config({}, first=settings))
        assert ordinary.dry_run().jobs == chain("first")


def test_a_changed_default_reruns_the_datasets_that_use_it(ordinary: Ordinary) -> None:
    with restored(ordinary.folder / "config.yaml"):
        defaults = {"defaults": {"confidence": 0.9}}
        configure(ordinary.folder, changed_config(defaults, first={"confidence": 0.95}))
        assert ordinary.dry_run().jobs == chain("many-monday", "many-tuesday")


def test_a_configuration_written_otherwise_reruns_nothing(ordinary: Ordinary) -> None:
    file = ordinary.folder / "config.yaml"
    with restored(file):
        configure(ordinary.folder, changed_config({"defaults": {"confidence": 0.95}}))
        file.write_text("# A comment.\n" + file.read_text())
        assert ordinary.dry_run().jobs == set()


def test_a_dataset_that_left_reruns_the_index(ordinary: Ordinary) -> None:
    with restored(ordinary.folder / "config.yaml"):
        configure(ordinary.folder, {"datasets": {"many": ORDINARY["datasets"]["many"]}})
        assert ordinary.dry_run().jobs == LAST


@pytest.mark.parametrize("stage", ["figures", "index"])
def test_the_sentences_that_a_stage_loads_are_its_rules_inputs(
    ordinary: Ordinary, stage: str
) -> None:
    folder = ordinary.code / PACKAGE / stage
    every = "".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.py")))
    steps = (ordinary.code / "workflow" / "rules" / "steps.smk").read_text(encoding="utf-8")
    (rule,) = re.findall(rf'^    "{stage}": Step\(.*?^    \)', steps, re.M | re.S)
    loaded = {"figures": set(FIGURE_TEXTS), "index": set(TEXTS)}[stage]
    loads = {"figures": "*FIGURE_TEXTS", "index": "*TEXTS"}[stage]
    assert f'Catalogue.load(templates / "text" / "en", {loads})' in every
    # The module that makes sentences of findings loads theirs itself.
    loaded |= set(re.findall(r"^from multilevel\.wording import (findings)\b", every, re.M))
    assert loaded == set(re.findall(r'"text/en/(\w+)\.yaml"', rule))
