"""The guide's examples, word for word, in a copy of the project."""

import json
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from tests.unit.ingest.checks import test_registry as registry

from multilevel.ingest.checks.material import Members
from multilevel.wording import findings
from multilevel.wording.catalogue import Catalogue

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "extending.md"
PACKAGE = Path("workflow/scripts/multilevel")
SENTENCES = Path("templates/text/en")


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


class Copy:
    """The project in another folder, to add things to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("workflow", "profiles", "templates", "config", "docs", "tests"):
            shutil.copytree(
                ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "_build")
            )
        for part in ("Snakefile", "pyproject.toml", "requirements.lock"):
            shutil.copy(ROOT / part, folder / part)

    def insert(self, file: Path, before: str, lines: str) -> None:
        """Put lines before the one place in a file that reads so."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{before!r} in {file}"
        whole = text.replace(before, f"{lines}{before}")
        (self.folder / file).write_text(whole, encoding="utf-8")

    def append(self, file: Path, text: str) -> None:
        with (self.folder / file).open("a", encoding="utf-8") as opened:
            opened.write(text)

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=self.folder, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def test(self, *chosen: str) -> None:
        """Run tests there; that none was chosen is an error too."""
        self.run("-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", *chosen)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The project with the guide's summary, figure and section, which build on each other."""
    copy = Copy(tmp_path_factory.mktemp("extended"))
    _add_summary(copy)
    _add_figure(copy)
    _add_section(copy)
    return copy


def _add_summary(copy: Copy) -> None:
    function, field, value, rule = blocks("A summary")
    formulas = PACKAGE / "summarise" / "formulas.py"
    copy.append(formulas, f"\n\n{function}")
    copy.insert(
        formulas, "from multilevel.fit.sufficient", "from multilevel.fit import distributions\n"
    )
    copy.insert(PACKAGE / "records" / "results.py", "    school_minus_1sd: Annotated", field)
    copy.insert(PACKAGE / "summarise" / "model_based.py", "        school_minus_1sd=", value)
    copy.insert(PACKAGE / "publication" / "rules.py", '"""\n_VARIANCE', rule)


def _add_figure(copy: Copy) -> None:
    module, sentences, numbers = blocks("A figure")
    (copy.folder / PACKAGE / "figures" / "school_sizes.py").write_text(module, encoding="utf-8")
    registry = PACKAGE / "figures" / "registry.py"
    copy.insert(
        registry, "    score_distribution,\n    shrinkage,\n    spread", "    school_sizes,\n"
    )
    copy.insert(registry, "            caterpillar,\n", "            school_sizes,\n")
    copy.append(SENTENCES / "figures.yaml", sentences)
    copy.insert(PACKAGE / "workbooks" / "figure_data.py", '    "spread": ("n", "sd"),', numbers)


def _add_section(copy: Copy) -> None:
    module, sentences = blocks("A section")
    sections = PACKAGE / "report" / "sections"
    (copy.folder / sections / "sizes.py").write_text(module, encoding="utf-8")
    imported = "from multilevel.report.sections.sizes import sizes_section\n"
    copy.insert(sections / "__init__.py", "from multilevel.report.sections.survey", imported)
    copy.insert(sections / "__init__.py", "    schools_section,\n", "    sizes_section,\n")
    schema = Path("workflow/schemas/config.schema.yaml")
    copy.insert(schema, "            - schools\n", "            - sizes\n")
    copy.append(SENTENCES / "report.yaml", f"\n{sentences}")


def test_a_summary_a_figure_and_a_section(copy: Copy) -> None:
    copy.test(
        "tests/unit/figures/test_registry.py::test_figure_is_drawn_safely_and_small",
        "tests/unit/figures/test_registry.py::test_every_sentence_of_the_catalogue_is_used",
        "tests/unit/publication/test_rules.py::test_every_field_of_results_has_its_rule",
        "tests/unit/test_examples.py",
        "tests/unit/report/test_sections.py",
        "-k",
        "school_sizes or every_sentence or every_field or formulas or schema_has",
    )
    scores = [f"s{school},{15 * school + row}" for school in range(9) for row in range(school + 3)]
    (copy.folder / "scores.csv").write_text("\n".join(["school,score", *scores]), encoding="utf-8")
    program = "workflow/scripts/multilevel_program.py"
    copy.run(
        program,
        "report",
        "scores.csv",
        *("--outcome", "score", "--group", "school", "--formats", "html"),
    )
    made = copy.folder / "results" / "scores"
    between = json.loads((made / "results.json").read_bytes())["between"]
    middle = between["spread_of_middle_80"]
    assert middle == pytest.approx(2.5631 * between["difference_2sd"] / 2, rel=1e-4)
    page = (made / "report.html").read_text(encoding="utf-8")
    assert "The middle four in five true school means span" in page
    assert "Schools have 3 students to 11 students" in page
    assert "s8,11" in (made / "figures" / "school_sizes.csv").read_text(encoding="utf-8")


def test_a_format(copy: Copy) -> None:
    module, sentence, line = blocks("A format")
    readers = PACKAGE / "ingest" / "readers"
    (copy.folder / readers / "json_lines.py").write_text(module, encoding="utf-8")
    copy.insert(readers / "__init__.py", "    large,\n", "    json_lines,\n")
    copy.insert(readers / "__init__.py", '    ".tsv": _TEXT', line)
    copy.insert(SENTENCES / "findings.yaml", "    kind_of_values:", sentence)
    making = Path("tests/unit/ingest/making.py")
    writer = "def jsonl(path):\n    FRAME.to_json(path, orient='records', lines=True)\n\n\n"
    copy.insert(making, "TEXT = (", writer)
    copy.insert(making, '    ".tsv": tsv,', '    ".jsonl": jsonl,\n')
    copy.test(
        "tests/unit/ingest/readers/test_formats.py::test_the_same_students_from_each_format",
        "-k",
        "jsonl",
    )
