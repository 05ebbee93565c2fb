"""The documentation names what the code writes."""

import re
from pathlib import Path

from multilevel.ingest.readers import COMPRESSION, READERS
from multilevel.summarise.schools import COLUMNS

ROOT = Path(__file__).parents[2]


def test_every_column_of_groups_csv_is_explained():
    text = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    assert [name for row in rows for name in re.findall(r"`(\w+)`", row)] == list(COLUMNS)


def test_links_between_the_repositorys_own_pages_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("docs/**/*.md")]:
        if ".venv" in page.parts or "results" in page.parts:
            continue
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_format_is_named_in_the_configurations_page():
    text = (ROOT / "config" / "README.md").read_text(encoding="utf-8")
    named = {ending.lower() for ending in re.findall(r"`(\.[A-Za-z0-9]+)`", text)}
    assert set(READERS) | set(COMPRESSION) <= named
