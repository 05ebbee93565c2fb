"""Formats and sections that are chosen: what is made, linked to and withdrawn."""

from pathlib import Path
from typing import Any

from tests.helpers.building import simulated_csv
from tests.helpers.running import LAST, configure, snakemake

MADE_ANEW = {f"{rule} {name}" for rule in ("report", "publish") for name in ("one", "two")}
COMPARED = {"comparison both", "publish_comparison both"}


def config(**report: Any) -> dict[str, Any]:
    entry = {"outcome": "score", "group": "school", "scale": "points"}
    return {
        "report": report,
        "datasets": {name: {"file": f"{name}.csv", **entry} for name in ("one", "two")},
        "comparisons": {"both": {"datasets": ["one", "two"]}},
    }


def test_what_is_chosen_is_made_and_no_more(tmp_path: Path) -> None:
    for seed, name in enumerate(("one", "two")):
        simulated_csv(tmp_path / f"{name}.csv", [8] * 10, 0.4, seed)
    configure(tmp_path, config())
    first = snakemake(tmp_path)
    assert first.status == 0, first.said
    for name in ("one", "two", "both"):
        assert (first.results / name / "report.pdf").is_file()
        assert f'href="{name}/report.pdf"' in first.index

    configure(tmp_path, config(formats=["html"], sections=["schools"]))
    fewer = snakemake(tmp_path)
    assert fewer.status == 0, fewer.said
    assert fewer.jobs == MADE_ANEW | COMPARED | LAST
    for name in ("one", "two", "both"):
        assert not (fewer.results / name / "report.pdf").exists()
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
    configure(tmp_path, config(formats=["html", "pdf"], sections=["schools"]))
    more = snakemake(tmp_path)
    assert more.status == 0, more.said
    assert more.jobs == MADE_ANEW | COMPARED | LAST
    assert (more.results / "one" / "report.pdf").is_file()
    assert 'href="one/report.pdf"' in more.index
