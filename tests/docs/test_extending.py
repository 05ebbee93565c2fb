"""The guide's example of a caution, word for word."""

import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from tests.unit.ingest.checks import test_registry as registry

from multilevel.ingest.checks.material import Members
from multilevel.wording import findings
from multilevel.wording.catalogue import Catalogue

GUIDE = Path(__file__).parents[2] / "docs" / "extending.md"


def blocks(section: str) -> list[str]:
    text = GUIDE.read_text(encoding="utf-8")
    part = re.split(r"^## ", text, flags=re.M)
    (found,) = (one for one in part if one.startswith(f"{section}\n"))
    return re.findall(r"^```\w+\n(.*?)^```", found, re.M | re.S)


def run(folder: Path, code: str, **known: object) -> SimpleNamespace:
    (folder / "example.py").write_text(code, encoding="utf-8")
    return SimpleNamespace(**runpy.run_path(str(folder / "example.py"), known))


def test_a_caution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, sentence, test = blocks("A caution")
    large_groups = run(tmp_path, code)
    entry = yaml.safe_load(sentence)["large_group"]
    said = {f"finding.large_group.{key}": text for key, text in entry.items()}
    monkeypatch.setattr(findings, "_catalogue", lambda: Catalogue(said))

    faults: dict[object, tuple[Members, str]] = {}
    run(tmp_path, test, FAULTS=faults, large_groups=large_groups, of=registry.of, np=registry.np)
    faulty, code_of_it = faults[large_groups.check]
    (finding,) = large_groups.check(faulty)
    assert (finding.code, finding.level) == (code_of_it, "caution")
    assert list(large_groups.check(registry.sound_members())) == []

    labels = {"group": "school", "members": "students"}
    assert findings.sentence(finding, labels) == (
        "The school &#34;School 1&#34; in &#34;school&#34; has 65% of all students. "
        "Is it one school?"
    )
    assert findings.label("large_group") == "one large group"
