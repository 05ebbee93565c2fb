"""What is handed out, a whole report: what attackers find in its files, and what readers do."""

import csv
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from tests.helpers.building import TEMPLATES, build, dataset_of
from tests.unit.publication.conftest import WORDS

from multilevel.configuration.disclosure import Disclosure
from multilevel.fit import stage as fit
from multilevel.ingest import stage as ingest
from multilevel.publication import codes as keys
from multilevel.publication import stage as publication
from multilevel.publication.ledger import Ledger
from multilevel.publication.stage import disclosure_of, former_ledger
from multilevel.records.results import Results, decode
from multilevel.storage.files import write_whole
from multilevel.storage.hidden_folders import RELEASED
from multilevel.summarise import stage as summarise
from multilevel.wording.publication import for_internal_use, not_updated

SIZES = [1, 3, 7, *range(12, 36)]
SMALL = ("Elm <b>Grove</b>", "=Oak", "Yew, old")


WHY_NOT = (
    ({"member": ["x"], "numbers": ["x"]}, "not every value of the column .x. is a number[.]"),
    ({"group": ["x"]}, ".x. is configured under group, but varies within a school[.]"),
)


def csv_of(folder, sizes, seed=4, more=()):
    random = np.random.default_rng(seed)
    rows = []
    for j, n in enumerate(sizes):
        name = SMALL[j] if j < len(SMALL) else f"School {j:02d}"
        effect = 50 * random.normal()
        rows += [(name, round(500 + effect + 80 * random.normal(), 3)) for _ in range(n)]
    rows += more
    content = io.StringIO()
    csv.writer(content).writerows([("school", "score"), *rows])
    file = folder / "scores.csv"
    file.write_text(content.getvalue(), encoding="utf-8")
    return file, rows


@dataclass(frozen=True)
class Public:
    """What the stage of publication wrote, with nothing drawn of it."""

    folder: Path

    @property
    def results(self):
        return decode((self.folder / "results.json").read_bytes(), Results)

    @property
    def rows(self):
        with (self.folder / "groups.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def published_in(dataset, folder):
    """Run ingest, fit, summarise and publication into `folder`, three below that of results."""
    names = {"students": "students.parquet", "ingested": "ingest.json", "fitted": "fit.json"}
    paths = {name: folder / file for name, file in names.items()}
    complete = [folder / "complete" / name for name in ("results.json", "groups.csv", "schools")]
    ingested = ingest.ingest(dataset, Path(dataset.file), None)
    ingest.write(*ingested, paths["students"], paths["ingested"])
    fit.run(**paths)
    summarise.run(**paths, results=complete[0], groups=complete[1], schools=complete[2])
    names = ("results.json", "groups.csv", "schools", "shown", "ledger", "previous.json")
    made = [folder / name for name in names]
    publication.run(*complete, paths["students"], paths["ingested"], TEMPLATES, *made)
    return Public(folder)


def texts_of(built):
    """All texts that are handed out, by file: pages, PDF and what is attached, figures, tables."""
    found = {"page": built.page, "pdf": built.pdf_words}
    document = pypdfium2.PdfDocument(built.pdf)
    for place in range(document.count_attachments()):
        attached = document.get_attachment(place)
        found[f"attached {attached.get_name()}"] = bytes(attached.get_data()).decode()
    found["metadata"] = json.dumps(document.get_metadata_dict())
    for file in [*built.folder.glob("*.json"), *built.folder.glob("*.csv")]:
        found[file.name] = file.read_text(encoding="utf-8")
    for file in (built.folder / "figures").iterdir():
        found[file.name] = file.read_bytes().decode("utf-8", "replace")
    return found


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    file, rows = csv_of(folder, SIZES)
    dataset = dataset_of(file, bootstrap=0, publication={"disclosure": "safe"})
    return build(dataset, folder / "out"), rows


@pytest.fixture(scope="module")
def with_covariate(tmp_path_factory):
    """A file with a covariate of all students, and the entry that asks for it."""
    folder, random = tmp_path_factory.mktemp("covariate"), np.random.default_rng(1)
    file, rows = csv_of(folder, SIZES)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["school", "score", "x"])
        writer.writerows((*row, 7.0 + random.normal()) for row in rows)
    return file, {"bootstrap": 0, "companion": {"member": ["x"]}}


def test_what_is_withheld_whole_is_told_with_the_way_to_it(with_covariate, tmp_path):
    file, entry = with_covariate
    built = build(dataset_of(file, **entry, publication={"disclosure": "safe"}), tmp_path)
    assert built.results.companion is None and built.results.influence is None
    assert built.results.publication.parts_withheld == ("companion", "influence")
    for words in (built.words, " ".join(built.pdf_words.split())):
        assert "The model with covariates is withheld: from its exact numbers" in words
        assert "What single schools do to the estimates is withheld" in words
        assert words.count("With disclosure: off, under publication, the report has it") == 2


def test_only_what_was_made_is_withheld(with_covariate, tmp_path):
    file, entry = with_covariate
    safe = {"publication": {"disclosure": "safe"}}
    (tmp_path / "a").mkdir()
    alone = published_in(dataset_of(file, bootstrap=0, **safe), tmp_path / "a").results
    assert alone.publication.parts_withheld == ("influence",)
    (tmp_path / "b").mkdir()
    entry = {**entry, "companion": {"member": ["none"]}}
    refused = published_in(dataset_of(file, **entry, **safe), tmp_path / "b").results
    assert refused.publication.parts_withheld == ("influence",)
    (why,) = (one for one in refused.findings if one.code == "no_companion")
    assert (why.values["case"], why.columns) == ("absent", ("none",))


def test_why_there_is_no_companion_is_said_without_cells_of_the_data(with_covariate, tmp_path):
    """Not the first value that is no number, nor the group in which a column varies."""
    file, entry = with_covariate
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].rpartition(",")[0] + ",Jane Doe"
    (tmp_path / "s.csv").write_text("\n".join(lines), encoding="utf-8")
    for place, (companion, said) in enumerate(WHY_NOT):
        data = tmp_path / "s.csv" if place == 0 else file
        asked = {**entry, "companion": companion, "publication": {"disclosure": "safe"}}
        built = build(dataset_of(data, **asked), tmp_path / str(place))
        assert re.search(f"The model with covariates was not fitted: {said}", built.words)
        for name in ("Jane Doe", *SMALL):
            assert all(name not in found for found in texts_of(built).values())


def test_no_withheld_school_is_named_anywhere(published):
    built, _ = published
    for where, said in texts_of(built).items():
        for name in ("Elm", "Oak", "Yew"):
            assert name not in said, where


def test_no_score_of_a_student_and_no_exact_mean_is_anywhere(published):
    built, rows = published
    scores = {f"{score:.3f}".rstrip("0") for _, score in rows}
    by_school = {}
    for name, score in rows:
        by_school.setdefault(name, []).append(score)
    means = {f"{np.mean(some):.4f}" for some in by_school.values()}
    means |= {f"{np.mean([score for _, score in rows]):.4f}"}
    for where, said in {**texts_of(built), "page": built.words}.items():
        # Coordinates and colours are no scores.
        visible = re.sub(r"<[^>]*>", " ", said) if where.endswith(".svg") else said
        numbers = set() if where.endswith(".png") else set(re.findall(r"\d+\.\d+", visible))
        assert not {one for one in scores if len(one) > 5} & numbers, where
        assert not {one for number in numbers for one in means if number.startswith(one)}, where


def test_all_schools_that_may_be_shown_are_shown_and_the_rest_is_a_row(published):
    built, _ = published
    rows = list(
        csv.DictReader(io.StringIO((built.folder / "groups.csv").read_text(encoding="utf-8")))
    )
    assert len(rows) == len(SIZES) - 3 + 1
    assert rows[-1]["group"] == "3 schools with fewer than 10 students"
    assert rows[-1]["n"] == "10"
    assert all(float(row["n"]) % 5 == 0 for row in rows)
    assert all(float(row["mean"]).is_integer() for row in rows if row["mean"])
    words = built.words
    assert f"Of {len(SIZES)} schools, 3 with fewer than 10 students are not shown singly" in words
    assert "For internal use" not in words


def test_extremes_are_withheld(published):
    built, _ = published
    data = json.loads((built.folder / "results.json").read_text(encoding="utf-8"))["data"]
    assert [data[name] for name in ("n_min", "n_singletons", "score_min", "score_max")] == [
        None
    ] * 4
    assert "Lowest and highest score" not in built.words


def test_the_complete_numbers_stay_where_no_reader_gets(published):
    built, rows = published
    complete = built.folder / "stages" / "complete"
    table = list(csv.DictReader(io.StringIO((complete / "groups.csv").read_text(encoding="utf-8"))))
    assert len(table) == len(SIZES)
    results = decode((complete / "results.json").read_bytes(), Results)
    assert results.data.score_min == min(score for _, score in rows)


def test_where_nothing_is_set_the_report_says_for_whom_it_is(tmp_path):
    file, _ = csv_of(tmp_path, SIZES)
    public = published_in(dataset_of(file, bootstrap=0), tmp_path / "a" / "b")
    said = "For internal use: shows results of 3 schools with fewer than 10 students."
    assert for_internal_use(public.results, WORDS) == said
    assert len(public.rows) == len(SIZES)


def test_codes_stand_for_names_and_their_order_tells_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file, _ = csv_of(tmp_path, SIZES)
    dataset = dataset_of(file, bootstrap=0, publication={"disclosure": "safe", "names": "coded"})
    public = published_in(dataset, tmp_path / "a" / "b")
    for name in ("results.json", "groups.csv"):
        assert "School 1" not in (public.folder / name).read_text(encoding="utf-8")
    key = tmp_path / "keys" / "test.csv"
    assert key.stat().st_mode & 0o777 == 0o600
    code = {
        row["group"]: row["code"]
        for row in csv.DictReader(io.StringIO(key.read_text(encoding="utf-8")))
    }
    shown = [row["group"] for row in public.rows[:-1]]
    assert shown == sorted(shown)
    assert set(shown) == {code[name] for name in code if name.startswith("School")}
    again = keys.kept_codes(key, [*code, "A new one"])
    assert {name: again[name] for name in code} == code
    assert again["A new one"] == f"S{len(code) + 1:03d}"


def test_a_school_that_one_student_joined_keeps_its_published_row(tmp_path):
    file, rows = csv_of(tmp_path, SIZES)
    dataset = dataset_of(file, bootstrap=0, publication={"disclosure": "safe"})
    folder = tmp_path / "results" / "stages" / "test"
    before = published_in(dataset, folder).rows
    remembered = tmp_path / "results" / RELEASED / "test.json"
    write_whole(remembered, (folder / "ledger").read_bytes())
    others = [(f"School {20 - place:02d}", 400.0 + 20 * place) for place in range(12)]
    csv_of(tmp_path, SIZES, more=[("School 05", 900.0), *others])
    later = published_in(dataset, folder)
    after = {row["group"]: row for row in later.rows}
    assert after["School 05"]["note"] == "not updated: too few changes"
    was = next(row for row in before if row["group"] == "School 05")
    assert {**after["School 05"], "note": ""} == was
    assert later.results.publication.n_not_updated == 13
    said = "13 schools, marked *, are shown as they were last published"
    assert not_updated(later.results, WORDS).startswith(said)
    assert later.results.data.n_members == len(rows) + 13


def test_too_few_schools_to_show_any_is_a_refusal_with_a_remedy(tmp_path):
    file, _ = csv_of(tmp_path, [4, 12, 6])
    dataset = dataset_of(file, bootstrap=0, publication={"disclosure": "safe"})
    public = published_in(dataset, tmp_path / "a" / "b")
    assert public.results.reason.code == "too_small_to_publish"
    assert "publication: {disclosure: off}" in public.results.reason.remedy
    assert (public.folder / "groups.csv").read_bytes() == b""


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ({}, None),
        ({"publication": {"disclosure": "safe"}}, Disclosure(disclosure="safe")),
        ({"publication": {"disclosure": False}}, Disclosure(disclosure="off")),
        ({"publication": {"min_members": 20}}, Disclosure(disclosure="safe", min_members=20)),
        ({"preset": "timss"}, Disclosure(disclosure="safe", names="coded")),
        (
            {"preset": "pisa", "publication": {"names": "shown"}},
            Disclosure(disclosure="safe", names="shown"),
        ),
        (
            {"preset": "timss", "publication": {"disclosure": "off"}},
            Disclosure(disclosure="off", names="shown"),
        ),
    ],
)
def test_what_is_set_and_what_presets_choose(tmp_path, entry, meant):
    file, _ = csv_of(tmp_path, [4, 12])
    assert dataset_of(file, **entry).publication == meant


def test_nothing_is_remembered_of_a_dataset_that_was_never_published(tmp_path):
    file, _ = csv_of(tmp_path, SIZES)
    dataset = dataset_of(file, bootstrap=0)
    results = published_in(dataset, tmp_path / "a" / "b").results
    assert former_ledger(tmp_path / RELEASED, results) == Ledger()


@pytest.mark.parametrize("content", ["{", '{"releases": [{"state": "1"}]}', '{"entries": 3}'])
def test_where_former_releases_can_not_be_read_nothing_is_published(tmp_path, content):
    """A message of its own, and no new beginning."""
    file, _ = csv_of(tmp_path, SIZES)
    dataset = dataset_of(file, bootstrap=0, publication={"disclosure": "safe"})
    folder = tmp_path / "results" / "stages" / "test"
    write_whole(tmp_path / "results" / RELEASED / "test.json", content.encode())
    with pytest.raises(SystemExit, match=r"test.json in the folder .released of the results"):
        published_in(dataset, folder)
    assert not (folder / "results.json").exists()


def test_the_settings_of_results_say_what_may_be_shown(published):
    built, _ = published
    assert disclosure_of(built.results) == Disclosure(disclosure="safe")
