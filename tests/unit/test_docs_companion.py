"""The companion's page prints what the pipeline makes of hsb82."""

import re
from pathlib import Path

import pytest
import yaml
from tests.unit.summarise.companions import summary_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "companion.md").read_text(encoding="utf-8")
HSB82 = ROOT / "data" / "hsb82" / "hsb82.csv"
ALL = {"member": ["ses", "minority", "female"], "group": ["sector"]}
COLUMNS = {"mean ses": {"group": ["meanses"]}, "ses, both levels": {"member": ["ses"]}, "all": ALL}
NAMES = {
    "constant": "intercept",
    "ses": "ses, about the school's mean",
    "mean of ses": "mean ses of the school",
    "meanses": "mean ses of the school",
    "sector = Catholic": "sector: Catholic",
}


def printed() -> dict[str, dict[str, str]]:
    """The table's cells by column and row."""
    lines = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("|")]
    head, _, *rows = ([cell.strip() for cell in line] for line in lines)
    return {
        name: {row[0]: row[place] for row in rows if row[place]}
        for place, name in enumerate(head)
        if place
    }


def said_of(model) -> dict[str, str]:
    cells = {
        NAMES.get(term.name, term.name): f"{term.estimate:.3f} ({term.se:.3f})"
        for term in model.terms
    }
    cells |= {name: f"{getattr(model, name):.3f}" for name in ("tau00", "sigma2")}
    cells["ICC"] = f"{model.icc:.3f}"
    if model.name != "null":
        cells["of tau00"] = f"{model.r2_between:.0%}"
    return cells


@pytest.mark.parametrize("name", COLUMNS)
def test_the_table(name, tmp_path):
    summary = summary_of(
        HSB82, tmp_path, outcome="mathach", group="school", companion=COLUMNS[name]
    )
    models = summary.results.companion.models
    assert printed()[name] == said_of(models[-1])
    assert printed()["null"] == said_of(models[0])


def test_sentences(tmp_path):
    summary = summary_of(HSB82, tmp_path, outcome="mathach", group="school", companion=ALL)
    (effect,) = summary.results.companion.contextual_effects
    told = re.search(r"expected scores ([0-9.]+) apart\s+\(standard error ([0-9.]+)\)", PAGE)
    assert told.groups() == (f"{effect.estimate:.3f}", f"{effect.se:.3f}")


def test_the_shipped_configuration_is_the_pages():
    shipped = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())["datasets"]["hsb82"]
    shown = yaml.safe_load(re.search(r"```yaml\n(.*?)```", PAGE, re.S)[1])["hsb82"]
    assert shown.items() <= shipped.items() and shown["companion"] == ALL
