"""What a comparison hands out: whose it is, and what an attacker learns of withheld schools."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pypdfium2
import pytest
from tests.helpers.building import TEMPLATES, dataset_of
from tests.unit.comparisons.making import asked, fitted
from tests.unit.publication.test_published import published_in
from tests.unit.publication.test_publisher import BLOCK, LOGO

from multilevel.comparisons.stage import run
from multilevel.configuration.comparisons import ComparisonEntry
from multilevel.publication.publisher import NOBODY, Publisher, of_several, publisher_of
from multilevel.storage.files import write_whole

# Two schools are withheld.
SIZES = [3, 8, *range(12, 30)]
HIDDEN = ("Elm Grove", "Old Oak")
OUTPUTS = {
    "results": "comparison.json", "differences": "differences.csv", "workbook": "comparison.xlsx",
    "figures": "plain", "texts": "figures.json", "html": "report.html", "printed": "",
    "drawings": "figures",
}  # fmt: skip


def made(stages: Path, publisher: Publisher = NOBODY, **settings: object) -> Path:
    """The folder of a comparison's outputs."""
    entry = ComparisonEntry(**{"id": "x", "title": "Countries", **settings})
    file, folder = asked(stages, entry), stages / ".comparisons" / entry.id
    write_whole(stages / "publisher.json", publisher.content.encode())
    paths = {name: folder / "out" / to for name, to in OUTPUTS.items()}
    run(file, TEMPLATES, **paths, publisher=stages / "publisher.json")
    return folder / "out"


def handed_out(folder: Path) -> dict[str, bytes]:
    """All files that are handed out, what is packed in them too."""
    found = {}
    for file in (one for one in folder.rglob("*") if one.is_file()):
        found[str(file.relative_to(folder))] = file.read_bytes()
    with zipfile.ZipFile(folder / "comparison.xlsx") as book:
        found |= {f"xlsx {name}": book.read(name) for name in book.namelist()}
    document = pypdfium2.PdfDocument(folder / "report.pdf")
    words = [page.get_textpage().get_text_bounded() for page in document]
    found["pdf words"] = "\n".join(words).encode()
    return found


def member_in(stages: Path, name: str, scores: dict[str, np.ndarray], **settings: object) -> None:
    """A dataset through all stages until what may be shown."""
    folder = stages / name
    folder.mkdir(parents=True)
    rows = [(school, repr(float(y))) for school, some in scores.items() for y in some]
    text = io.StringIO()
    csv.writer(text).writerows([("school", "score"), *rows])
    (folder / "s.csv").write_text(text.getvalue())
    given = {"title": name, "scale": "S", "bootstrap": 0, **settings}
    given.setdefault("publication", {"disclosure": "safe"})
    published_in(dataset_of(folder / "s.csv", **given), folder)
    for where in (folder, folder / "complete"):
        (where / "schools").rename(where / "schools.parquet")
    results = json.loads((folder / "results.json").read_bytes())
    write_whole(folder / "results.json", json.dumps({**results, "id": name}).encode())


def drawn(seed: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    names = [*HIDDEN, *(f"School {j}" for j in range(len(SIZES) - len(HIDDEN)))]
    return {
        name: 500 + 50 * random.normal() + 80 * random.normal(size=n)
        for name, n in zip(names, SIZES, strict=True)
    }


def elsewhere(scores: dict[str, np.ndarray], seed: int) -> dict[str, np.ndarray]:
    """The withheld schools' scores moved as far as half an SD within schools allows."""
    random = np.random.default_rng(seed)
    free = sum(len(some) - 1 for some in scores.values())
    within = sum(((some - some.mean()) ** 2).sum() for some in scores.values())
    sd = float(f"{np.sqrt(within / free):.2g}")

    def moved(some: np.ndarray) -> np.ndarray:
        place = sd * (np.round(some.mean() / sd) + random.uniform(-0.49, 0.49))
        return some + place - some.mean()

    return {name: moved(some) if name in HIDDEN else some for name, some in scores.items()}


@pytest.mark.parametrize("by", ["country", "cycle"])
def test_no_file_tells_of_a_withheld_school(tmp_path: Path, by: str) -> None:
    """Two worlds that differ in withheld schools alone give the same bytes, whatever the file."""
    found = []
    for world in ("now", "otherwise"):
        stages = tmp_path / world / ".stages"
        for seed, name in enumerate(("a", "b"), start=4):
            scores = drawn(seed)
            if world == "otherwise":
                scores = elsewhere(scores, seed)
            benchmarks = {"Low": 400, "High": 550}
            member_in(stages, name, scores, cycle=f"20{seed}", benchmarks=benchmarks)
        found.append(handed_out(made(stages, datasets=("a", "b"), by=by)))
    assert {name for name in found[0] if found[0][name] != found[1][name]} == set()
    assert json.loads(found[0]["comparison.json"])["status"] == "ok"
    for name, content in found[0].items():
        for hidden in HIDDEN:
            assert hidden.encode() not in content, name


def test_codes_hide_no_overlap_and_the_refusal_gives_no_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Codes are each dataset's own: the same code is another school, another code the same one."""
    monkeypatch.chdir(tmp_path)
    stages, scores = tmp_path / "results" / ".stages", drawn(4)
    coded = {"disclosure": "safe", "names": "coded"}
    for name in ("a", "b"):
        member_in(stages, name, scores, publication=coded)
        (tmp_path / "keys" / "test.csv").unlink()
    out = made(stages, datasets=("a", "b"))
    reason = json.loads((out / "comparison.json").read_bytes())["reason"]
    assert (reason["code"], reason["n"], reason["values"]) == ("shared_groups", len(SIZES), [])
    assert "share 20 schools: they are no independent samples" in (out / "report.html").read_text()
    member_in(stages, "c", drawn(9), publication=coded)
    assert json.loads(
        (made(stages, id="y", datasets=("a", "c")) / "comparison.json").read_bytes()
    )["status"] == "ok"  # fmt: skip


def test_of_shared_schools_only_those_that_are_shown_are_named(tmp_path: Path) -> None:
    stages = tmp_path / ".stages"
    for name in ("a", "b"):
        member_in(stages, name, drawn(4))
    found = handed_out(made(stages, datasets=("a", "b")))
    reason = json.loads(found["comparison.json"])["reason"]
    assert reason["n"] == len(SIZES) and reason["values"] == ["School 0", "School 1", "School 10"]
    for name, content in found.items():
        assert not any(hidden.encode() in content for hidden in HIDDEN), name


@pytest.fixture(scope="module")
def branded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stages = tmp_path_factory.mktemp("branded") / ".stages"
    for seed, name in enumerate(("a", "b"), start=1):
        fitted(stages, name, seed)
    (stages / "logo.svg").write_text(LOGO)
    return made(stages, publisher_of(BLOCK, stages), datasets=("a", "b"))


def test_page_and_paper_say_who_publishes_and_that_it_is_a_draft(branded: Path) -> None:
    page = (branded / "report.html").read_text(encoding="utf-8")
    paper = handed_out(branded)["pdf words"].decode()
    for said in ("Valdória", "statistics@example.org", "CC BY 4.0", "1 December 2026"):
        assert said in page and said in paper, said
    for said in ("December 2027", "Scores are on the state", "Draft: not final"):
        assert said in page and said in paper, said
    assert "<script>alert(1)</script>" not in page and "&lt;script&gt;alert(1)" in page
    document = pypdfium2.PdfDocument(branded / "report.pdf")
    assert document.get_metadata_dict()["Author"].startswith("Ministry")
    assert all("DRAFT" in one.get_textpage().get_text_bounded().upper() for one in document)


def test_the_workbook_s_first_sheet_says_whom_to_ask(branded: Path) -> None:
    cover = openpyxl.load_workbook(branded / "comparison.xlsx").worksheets[0]
    cells = {cell.value for row in cover for cell in row}
    assert {"statistics@example.org", "CC BY 4.0", "2026-12-01"} <= cells


def test_figures_have_the_publisher_s_colour_and_those_for_pages_the_usual_one(
    branded: Path,
) -> None:
    usual, own = (
        (branded / folder / "variance_parts.svg").read_text() for folder in ("plain", "figures")
    )
    assert "#7a0019" in own and "#7a0019" not in usual
    assert (branded / "figures" / "percentiles.csv").is_file()
    page = (branded / "report.html").read_text(encoding="utf-8").lower()
    assert "var(--fig-between, #14619f)" in page and "--fig-between: #7a0019" in page


def test_who_publishes_what_rests_on_several_datasets() -> None:
    ministry, other = Publisher(publisher="Ministry"), Publisher(publisher="Other")
    draft = replace(ministry, status="draft")
    assert of_several([ministry, ministry], other) == ministry
    assert of_several([ministry, other], other) == other
    assert of_several([draft, other], other) == replace(other, status="draft")
    assert of_several([], other) == other
