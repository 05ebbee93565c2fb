"""The guide's configuration and words are taken as they stand, and its table has all sections."""

import re
from dataclasses import replace
from pathlib import Path

import yaml
from tests.helpers.building import ROOT, simulated_csv
from tests.helpers.contexts import WORDS, context, said

from multilevel import configuration
from multilevel.configuration.choices import choices
from multilevel.report.compose import compose
from multilevel.report.sections import SECTIONS, named

GUIDE = (ROOT / "docs" / "tailoring.md").read_text(encoding="utf-8")


def test_the_guides_report(tmp_path: Path) -> None:
    config, words = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.M | re.S)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "our-words.yaml").write_text(words, encoding="utf-8")
    file = simulated_csv(tmp_path / "scores.csv", [12] * 20, 0.5)
    entry = {"file": file.name, "outcome": "score", "group": "school"}
    whole = {**yaml.safe_load(config), "datasets": {"scores": entry}}
    configuration.read(whole, ROOT / "workflow" / "schemas", tmp_path)
    chosen = choices(whole, tmp_path, ROOT / "templates" / "text" / "en")["scores"]
    assert chosen.printed == ()
    report = compose(replace(context(file), chosen=chosen, words=WORDS.laid_over(chosen.words)))
    assert report.kicker == "Learning in our schools"
    assert [one.title for one in report.sections][:2] == [
        "How different our schools are",
        "School by school",
    ]
    text = said(report)
    assert "how much two students of one school are alike." in text
    assert "Sentences in the words of whoever made the report: 4" in text


def test_the_table_names_every_section_in_its_order() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", GUIDE, re.M)
    names = [named(section) for section in SECTIONS]
    assert listed == names, "docs/tailoring.md has a row for each section, in the report's order"
