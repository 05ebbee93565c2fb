"""Comparisons in whole runs: what they depend on, and the links from and to their datasets."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.helpers.building import simulated_csv
from tests.helpers.running import LAST, Run, chain, configure, snakemake

pytestmark = pytest.mark.xdist_group("comparisons")

COLUMNS = {"outcome": "score", "group": "school", "scale": "one", "bootstrap": 0}
CONFIG = {
    "publication": {"publisher": "Ministry of Valdória", "disclosure": "off"},
    "datasets": {
        name: {"file": f"{name}.csv", "title": f"Country {name}", **COLUMNS} for name in "abc"
    },
    "comparisons": {
        "ab": {"title": "A and B", "datasets": ["a", "b"]},
        "bc": {"title": "B and C", "datasets": ["b", "c"], "reference": "b"},
    },
}


@dataclass(frozen=True)
class Compared:
    """A folder with three datasets and two comparisons, and its first run."""

    folder: Path
    first: Run

    def dry_run(self) -> Run:
        return snakemake(self.folder, "--dry-run")


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    folder = tmp_path_factory.mktemp("compared")
    for seed, name in enumerate("abc", start=1):
        simulated_csv(folder / f"{name}.csv", [9] * 12, 0.3, seed)
    configure(folder, CONFIG)
    return Compared(folder, snakemake(folder))


def jobs_of(*comparisons: str) -> set[str]:
    return {f"{job} {name}" for job in ("comparison", "publish_comparison") for name in comparisons}


def test_reports_and_comparisons_link_to_each_other(compared: Compared) -> None:
    assert compared.first.status == 0, compared.first.said
    links = {name: f'href="../{name}/report.html"' for name in ("ab", "bc", "a", "b", "c")}
    for name, has in {"a": ["ab"], "b": ["ab", "bc"], "c": ["bc"], "ab": "ab", "bc": "bc"}.items():
        page = compared.first.page(name)
        found = {other for other, link in links.items() if link in page}
        assert found == set(has), name
    assert "Compared: A and B" in compared.first.page("a")
    for name in ("a", "ab"):
        assert "Ministry of Valdória" in compared.first.page(name), name


def test_a_changed_member_rebuilds_its_comparison_alone(compared: Compared) -> None:
    file = compared.folder / "a.csv"
    content = file.read_bytes()
    try:
        file.write_bytes(content + b"s0,512.5\n")
        run = compared.dry_run()
    finally:
        file.write_bytes(content)
    assert run.jobs == chain("a") | jobs_of("ab") | LAST


def test_a_comparison_with_another_setting_leaves_reports_alone(compared: Compared) -> None:
    entries = CONFIG["comparisons"]
    changed = {**entries, "bc": {**entries["bc"], "reference": "mean"}}
    try:
        configure(compared.folder, {**CONFIG, "comparisons": changed})
        assert compared.dry_run().jobs == jobs_of("bc") | LAST
    finally:
        configure(compared.folder, CONFIG)


def test_another_comparison_makes_the_links_to_it(compared: Compared) -> None:
    more = {**CONFIG["comparisons"], "ac": {"datasets": ["a", "c"]}}
    try:
        configure(compared.folder, {**CONFIG, "comparisons": more})
        run = compared.dry_run()
    finally:
        configure(compared.folder, CONFIG)
    assert run.jobs == chain("a", "c", start="report") | jobs_of("ac") | LAST


def test_while_a_member_waits_to_be_released_nothing_public_tells_of_it(compared: Compared) -> None:
    """Neither its own report nor the comparisons that it is in, the index or the history."""

    def public() -> dict[Path, bytes]:
        root = compared.first.results
        files = (*root.glob("[!.]*"), *root.glob("[!.]*/**/*"))
        return {file: file.read_bytes() for file in files if file.is_file()}

    before = public()
    file = compared.folder / "a.csv"
    file.write_bytes(file.read_bytes() + b"s0,512.5\n" * 40)
    configure(
        compared.folder, {**CONFIG, "publication": {**CONFIG["publication"], "approve": True}}
    )
    run = snakemake(compared.folder)
    assert run.status == 0, run.said
    assert public() == before
    now, then = (
        json.loads((run.results / folder / "ab" / "comparison.json").read_bytes())["datasets"]
        for folder in (".waiting", "")
    )
    members = [{one["id"]: one["n_members"] for one in datasets}["a"] for datasets in (now, then)]
    assert members[0] == members[1] + 40
    assert (run.results / ".waiting").stat().st_mode & 0o077 == 0
