"""Formats and sections that are chosen: what is made, linked to and withdrawn."""

import zipfile
from pathlib import Path
from typing import Any

from tests.helpers.building import simulated_csv
from tests.helpers.running import LAST, configure, snakemake

MADE_ANEW = {f"{rule} {name}" for rule in ("report", "publish") for name in ("one", "two")}
COMPARED = {"comparison both", "publish_comparison both"}


def pictures(folder: Path) -> set[str]:
    return {file.stem for file in (folder / "figures").glob("*.png")}


def drawings(folder: Path) -> set[str]:
    names = {file.stem for file in (folder / "figures").glob("*.svg")}
    return {name for name in names if not name.endswith(("-phone", "-page"))}


def test_own_words_are_said_and_changed(tmp_path: Path) -> None:
    simulated_csv(tmp_path / "one.csv", [8] * 10, 0.4)
    words = tmp_path / "words.yaml"
    entry = {"file": "one.csv", "outcome": "score", "group": "school", "bootstrap": 0}
    report = {"formats": ["html"], "sections": [], "words": "words.yaml"}
    configure(tmp_path, {"report": report, "datasets": {"one": entry}})

    words.write_text("front: {kicker: 'Ours {n}'}")
    refused = snakemake(tmp_path, "--dry-run")
    assert refused.status != 0
    assert 'report.words: "words.yaml", line 1: front.kicker: it has no place' in refused.said

    words.write_text("front: {kicker: Ours}\nindex: {title: Everything}")
    first = snakemake(tmp_path)
    assert first.status == 0, first.said
    assert '<p class="kicker">Ours</p>' in first.page("one")
    assert "Everything</title>" in first.index

    words.write_text("# Only said in another order.\nindex.title: Everything\nfront.kicker: Ours")
    assert snakemake(tmp_path).jobs == set()

    words.write_text("front: {kicker: Others}\nfigures.funnel.label.axis: Those")
    second = snakemake(tmp_path)
    assert second.status == 0, second.said
    assert second.jobs == {"figures one", "report one", "publish one"} | LAST
    assert '<p class="kicker">Others</p>' in second.page("one")
    assert "Everything" not in second.index


def config(**report: Any) -> dict[str, Any]:
    entry = {"outcome": "score", "group": "school", "scale": "points", "bootstrap": 0}
    return {
        "report": report,
        "datasets": {name: {"file": f"{name}.csv", **entry} for name in ("one", "two")},
        "comparisons": {"both": {"datasets": ["one", "two"]}},
    }


def test_what_is_chosen_is_made_and_no_more(tmp_path: Path) -> None:
    for seed, name in enumerate(("one", "two")):
        simulated_csv(tmp_path / f"{name}.csv", [8] * 10, 0.4, seed)
    configure(tmp_path, config(sections=["schools", "between"]))
    first = snakemake(tmp_path)
    assert first.status == 0, first.said
    for name in ("one", "two", "both"):
        assert (first.results / name / "report.pdf").is_file()
        assert f'href="{name}/report.pdf"' in first.index
    assert 'id="between"' in first.page("one")

    configure(tmp_path, config(formats=["html"], sections=["schools"]))
    fewer = snakemake(tmp_path)
    assert fewer.status == 0, fewer.said
    assert fewer.jobs == MADE_ANEW | COMPARED | LAST
    for name in ("one", "two", "both"):
        assert not (fewer.results / name / "report.pdf").exists()
        assert drawings(fewer.results / name)
        assert not pictures(fewer.results / name)
        assert "report.pdf" not in fewer.page(name)
    assert "report.pdf" not in fewer.index
    assert 'id="schools"' in fewer.page("one")
    assert 'id="between"' not in fewer.page("one")
    assert 'id="differences"' in fewer.page("both")

    # Who asks Snakemake for a file by its name gets what is made, and hears what isn't.
    assert snakemake(tmp_path, "results/one/report.html").status == 0
    refused = snakemake(tmp_path, "results/one/report.pdf")
    assert refused.status != 0
    assert "There is no results/one/report.pdf." in refused.said

    again = snakemake(tmp_path)
    assert (again.status, again.jobs) == (0, set()), again.said
    configure(tmp_path, config(formats=["docx"], sections=["schools"]))
    more = snakemake(tmp_path)
    assert more.status == 0, more.said
    assert more.jobs == MADE_ANEW | {"figures one", "figures two"} | COMPARED | LAST
    for name in ("one", "two", "both"):
        assert pictures(more.results / name) == drawings(more.results / name)
        assert zipfile.is_zipfile(more.results / name / "report.docx")
        assert 'href="report.docx"' in more.page(name)
        assert f'href="{name}/report.docx"' in more.index
