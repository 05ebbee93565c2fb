"""A comparison from its members' files to its report: numbers, words, what is said of the rest."""

import csv
import html
import io
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import jsonschema
import openpyxl
import pypdfium2
import pytest
from tests.helpers.building import ROOT, TEMPLATES
from tests.unit.comparisons.making import asked, fitted
from tests.unit.summarise.comparison.making import member

from multilevel.comparisons.context import Pages
from multilevel.comparisons.members import Read, scale_of
from multilevel.comparisons.notes import notes
from multilevel.comparisons.pages import apart
from multilevel.comparisons.stage import compared_by, run
from multilevel.configuration.comparisons import ComparisonEntry
from multilevel.records.comparison import Comparison
from multilevel.records.results import decode, json_schema, schema_text
from multilevel.wording.catalogue import Catalogue

NAMES = ("results", "differences", "workbook", "drawings", "texts", "html", "printed", "figures")
FILES = ("comparison.json", "differences.csv", "c.xlsx", "figures", "figures.json")
FILES += ("report.html", "", "plain")
MOST_PAGES = 4
SCHEMA = ROOT / "workflow" / "schemas" / "comparison.schema.json"


@pytest.fixture(scope="module")
def stages(tmp_path_factory) -> Path:
    """Three countries, three cycles of one, one on another scale, and one that crashed."""
    folder = tmp_path_factory.mktemp("results") / ".stages"
    for seed, country in enumerate(["Austria", "=Ostrana", "USA <script>"], start=1):
        fitted(folder, f"c{seed}", seed, country=country, benchmarks={"Low": 400, "High": 550})
    for seed, cycle in enumerate(["2015", "2019", "2023"], start=4):
        fitted(folder, f"n{cycle}", seed, country="N", cycle=cycle)
    fitted(folder, "other", 9, scale="another")
    (folder / "crashed").mkdir()
    (folder / "crashed" / "results.json").write_text(json.dumps({"failed": {"stage": "fit"}}))
    return folder


def made(stages: Path, **settings):
    """The comparison, its page's words, and its folder."""
    entry = ComparisonEntry(**{"id": "x", "title": "A <b>comparison</b>", **settings})
    folder = stages / ".comparisons" / entry.id
    file = asked(stages, entry)
    run(file, TEMPLATES, **{name: folder / to for name, to in zip(NAMES, FILES, strict=True)})
    page = (folder / "report.html").read_text(encoding="utf-8")
    body = re.sub(r"<(script|style|svg|head)\b.*?</\1>", " ", page, flags=re.S)
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", "", body)).split())
    return decode((folder / "comparison.json").read_bytes(), Comparison), words, folder


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))


def test_countries(stages: Path) -> None:
    found, words, folder = made(stages, id="countries", datasets=("c1", "c2", "c3", "crashed"))
    assert found.status == "ok" and found.by == "groups"
    assert [one.title for one in found.datasets if one.id == "c3"] == ["USA <script>"]
    assert [one.code for one in found.left_out] == ["failed"]
    assert "crashed failed and is left out; its log says why." in words
    assert "differences in means" in words and "No dataset" not in words
    assert "{" not in words and "nan" not in words and "None" not in words
    with pypdfium2.PdfDocument(folder / "report.pdf") as document:
        assert len(document) <= MOST_PAGES
    rows = rows_of(folder / "differences.csv")
    assert len(rows) == len(found.differences) == 9
    assert float(rows[0]["difference"]) == found.differences[0].difference
    titles = [row["title"] for row in rows_of(folder / "figures/datasets.csv")]
    assert "'=Ostrana" in titles
    benchmarks = rows_of(folder / "figures/benchmarks.csv")
    assert {row["dataset"] for row in benchmarks} == {"c1", "c2", "c3"}
    book = openpyxl.load_workbook(folder / "c.xlsx")
    assert "Differences" in book.sheetnames
    notes = [str(cell.value) for cell in book.worksheets[0]["A"]]
    assert "No estimate is weighted: no dataset has weights." in notes
    assert "crashed failed and is left out; its log says why." in notes
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize(
    ("n", "by"), [(5, "country"), (15, "country"), (15, "cycle"), (21, "country")]
)
def test_paper_has_the_first_figure_on_page_one_and_four_pages_at_most(
    stages: Path, n: int, by: str
) -> None:
    if not (stages / "w0").exists():
        fitted(stages, "w0", 31, benchmarks={"Low": 400, "High": 550, "Top": 600})
    for k in range(n):
        copied(
            stages, "w0", f"w{k}", country=f"A country of a long name {k // 3}", cycle=f"{k % 3}"
        )
    _, _, folder = made(stages, id=f"w{n}-{by}", datasets=tuple(f"w{k}" for k in range(n)), by=by)
    with pypdfium2.PdfDocument(folder / "report.pdf") as document:
        assert len(document) <= MOST_PAGES
        first, *_, last = (page.get_textpage().get_text_bounded() for page in document)
    assert "Figure 1" in first
    assert ("Mean score, spread of schools and ICC" in last) == (n <= 15)


def copied(stages: Path, source: str, name: str, **config: str) -> None:
    """Another dataset with the same numbers: another file's, by its hash."""
    if name == source:
        return
    shutil.copytree(stages / source, stages / name, dirs_exist_ok=True)
    results = json.loads((stages / source / "results.json").read_bytes())
    origin = results["provenance"]
    results |= {"id": name, "labels": {**results["labels"], "title": name}}
    origin["config"] |= config
    origin["input"]["sha256"] = name
    (stages / name / "results.json").write_text(json.dumps(results))


def test_a_reference_without_estimates_is_said_and_the_table_keeps_its_head(stages: Path) -> None:
    whole = made(stages, id="referred", datasets=("c1", "c2"), reference="c2")
    found, words, folder = made(
        stages, id="unreferred", datasets=("c1", "c2", "crashed"), reference="crashed"
    )
    assert found.status == "ok" and not found.differences
    assert "The reference crashed is left out" in words
    assert "What is told apart" not in words and "What is told apart" in whole[1]
    assert "has a standard error" not in words and "is left out, so" not in whole[1]
    assert "The one difference in means is" in whole[1] and "of 1 differences" not in whole[1]
    head = (whole[2] / "differences.csv").read_text(encoding="utf-8").partition("\n")[0]
    assert (folder / "differences.csv").read_text(encoding="utf-8") == f"{head}\n"
    assert "ci_low,ci_high" in head


def test_cycles_with_a_link_error_for_one_pair(stages: Path) -> None:
    found, words, _ = made(
        stages, id="trend", datasets=("n2015", "n2019", "n2023"), by="cycle",
        link_error=(("2019-2023", 2.9),),
    )  # fmt: skip
    means = [one for one in found.differences if one.statistic == "mean"]
    pairs = [("n2019", "n2015"), ("n2023", "n2019"), ("n2023", "n2015")]
    assert [(one.a, one.b) for one in means] == pairs
    assert [one.link_error for one in means] == [None, 2.9, None]
    errors = {one.id: one.se_mean for one in found.datasets}
    expected = (errors["n2023"] ** 2 + errors["n2019"] ** 2 + 2.9**2) ** 0.5
    assert means[1].se == pytest.approx(expected, rel=1e-12)
    assert "No link error was given for 2015-2019, 2015-2023" in words
    assert "include the error of the scale's link for 2019-2023." in words
    assert "From 2015 to 2023" in words


def test_who_has_no_place_in_time_is_named(stages: Path) -> None:
    datasets = ("n2015", "n2019", "c1", "other")
    found, words, _ = made(stages, id="placed", datasets=datasets, by="cycle")
    assert {(one.id, one.code) for one in found.left_out} == {
        ("c1", "no_cycle"),
        ("other", "no_cycle"),
    }
    assert "Austria (dataset c1) is left out: it has no cycle." in words
    assert "Without a second cycle" not in words


def test_of_two_levels_neither_is_chosen_by_its_place() -> None:
    entry = ComparisonEntry(id="x", title="x", datasets=("a", "b", "c"))
    some = [member("a"), replace(member("b"), confidence=0.9), replace(member("c"), confidence=0.9)]
    found, turned = (compared_by(entry, Read(tuple(one), ())) for one in (some, some[::-1]))
    assert found.confidence == 0.95 and found == turned
    alike = compared_by(entry, Read(tuple(some[1:]), ()))
    assert alike.confidence == 0.9
    words = Catalogue.load(TEMPLATES / "text" / "en")
    said, unsaid = (" ".join(notes(Pages(one, (), words, {}))) for one in (found, alike))
    assert "All intervals here are 95% intervals. The reports of B, C have others" in said
    assert "have others" not in unsaid


def test_higher_and_lower_say_than_what() -> None:
    some = (member("a", 300.0), member("b", 500.0), member("c", 700.0))
    entry = ComparisonEntry(id="x", title="x", datasets=("a", "b", "c"), reference="b")
    found = compared_by(entry, Read(some, ()))
    said = apart(Pages(found, (), Catalogue.load(TEMPLATES / "text" / "en"), {}), "mean")
    assert "Higher than B: C. Lower than B: A." in said


def test_who_cannot_be_tested_is_named_and_the_rest_is_tested() -> None:
    some = (member("a", 480.0), member("b", 520.0), member("c", 500.0, se=None, n_groups=2))
    entry = ComparisonEntry(id="x", title="x", datasets=("a", "b", "c"))
    words = Catalogue.load(TEMPLATES / "text" / "en")
    p = Pages(compared_by(entry, Read(some, ())), (), words, {})
    assert "2 of 2 differences in means are told apart from 0" in apart(p, "mean")
    assert "of 2 differences in ICCs" in apart(p, "icc")
    said = " ".join(notes(p))
    assert (
        "Not tested: the mean, the ICC, the standard deviation between groups of C. There are too"
        in said
    )
    assert "The mean of all is that of the datasets with a standard error." in said
    whole = Pages(compared_by(entry, Read(some[:2], ())), (), words, {})
    said = " ".join(notes(whole))
    assert "Not tested" not in said and "The mean of all" not in said


def test_whose_variances_are_unweighted_is_said() -> None:
    some = (member("a"), member("b"), member("c"))
    entry = ComparisonEntry(id="x", title="x", datasets=("a", "b", "c"))
    words = Catalogue.load(TEMPLATES / "text" / "en")
    one = replace(some[2], variances_weighted=False)
    half, whole = (
        " ".join(notes(Pages(compared_by(entry, Read(each, ())), (), words, {})))
        for each in ((*some[:2], one), some)
    )
    assert "All means are weighted." in half and "Without weights of groups: C." in half
    assert "All estimates are weighted." not in half
    assert "All estimates are weighted." in whole and "Without weights" not in whole


def test_a_refused_dataset_is_said_to_be_refused(stages: Path) -> None:
    if not (stages / "single").exists():
        fitted(stages, "single", 12)
        file = stages / "single" / "results.json"
        refused = {
            "status": "refused",
            "reason": {"code": "one_group", "message": "", "remedy": ""},
        }
        gone = dict.fromkeys(("model", "between", "intervals", "distribution"))
        file.write_text(json.dumps({**json.loads(file.read_bytes()), **gone, **refused}))
    found, words, _ = made(stages, id="one-refused", datasets=("c1", "c2", "single"))
    assert [(one.id, one.code) for one in found.left_out] == [("single", "one_group")]
    assert "Single was refused and is left out; its own page says why." in words


def test_the_order_of_datasets_changes_no_digit_and_safe_ones_show_theirs(stages: Path) -> None:
    """Decimals are those of all datasets, whichever comes first; rounded ones have two for ICCs."""
    rounded = []
    for name, unit in (("r1", 1.0), ("r2", 10.0)):
        copied(stages, "c1", name, country=name)
        results = json.loads((stages / name / "results.json").read_bytes())
        results["publication"] = {
            "disclosure": "safe", "min_members": 10, "names": "shown", "n_small": 0,
            "score_unit": unit, "mean_unit": unit,
        }  # fmt: skip
        results["distribution"]["mean"] |= {"value": 505.0 if name == "r1" else 490.0, "se": 4.2}
        results["model"] |= {"tau00": 2000.0, "sd_tau00": 44.7, "sigma2": 6000.0}
        results["leading"]["icc"]["value"] = 0.25
        (stages / name / "results.json").write_text(json.dumps(results))
        rounded.append(name)
    tables = []
    for order in (rounded, rounded[::-1]):
        _, _, folder = made(stages, id="".join(order), datasets=tuple(order))
        tables.append(cells_of(folder / "report.html"))
    assert tables[0] == tables[1]
    # 7.5 at whole points; its error has two digits: sqrt(2 * 4.2^2 / 4). t has 38 df.
    assert ["r1 − mean of all", "Mean", "8", "3.0", "1 to 14"] in [row[:5] for row in tables[0]]
    iccs = [row[6] for row in tables[0] if len(row) == 8 and row[0] in rounded]
    assert iccs == ["0.25", "0.25"]


def cells_of(page: Path) -> list[list[str]]:
    """Texts of the rows of all tables."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.read_text(encoding="utf-8"), flags=re.S)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, flags=re.S) for row in rows]
    return [[html.unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in row] for row in cells]


def test_benchmarks_that_differ_are_said(stages: Path) -> None:
    """c1 and c2 have Low and High; of the others one has another cut, one none."""
    if not (stages / "cut").exists():
        fitted(stages, "cut", 11, benchmarks={"Low": 400, "Top": 625})
    found, words, folder = made(stages, id="cuts", datasets=("c1", "c2", "cut"))
    assert found.shared_cuts == (400.0,)
    assert "Benchmarks that not all datasets have are not compared: High (550) of " in words
    assert "; Top (625) of Cut." in words
    assert (folder / "figures/benchmark_exhibit.svg").exists()
    _, words, folder = made(stages, id="uncut", datasets=("c1", "c2", "n2015"))
    assert "no benchmark is one of all datasets: Low (400) of " in words
    assert not (folder / "figures/benchmark_exhibit.svg").exists()
    _, words, _ = made(stages, id="same", datasets=("c1", "c2"))
    assert "not compared" not in words


def test_scales_that_differ_are_refused_on_a_page(stages: Path) -> None:
    found, words, folder = made(stages, id="mixed", datasets=("c1", "other"))
    assert found.status == "refused" and found.datasets == ()
    assert "c1 and other are on different scales (S, another)" in words
    cover = openpyxl.load_workbook(folder / "c.xlsx").worksheets[0]
    assert any("c1 and other are on different scales" in str(cell.value) for cell in cover["A"])
    assert not list((folder / "figures").glob("*.svg"))


def test_a_dataset_alone_is_no_comparison(stages: Path) -> None:
    _, words, _ = made(stages, id="alone", datasets=("c1", "crashed"))
    assert "needs two datasets with estimates, over time with cycles; there are 1" in words
    _, words, _ = made(stages, id="none", datasets=())
    assert "there are 0" in words


def test_the_order_of_members_changes_nothing(stages: Path) -> None:
    one, _, _ = made(stages, id="order", datasets=("c1", "c2", "c3"))
    other, _, _ = made(stages, id="order", datasets=("c3", "c1", "c2"))
    assert one.datasets == other.datasets

    def as_set(found):
        return {(d.a, d.b, d.statistic, round(d.difference, 9)) for d in found.differences}

    assert as_set(one) == as_set(other)


@pytest.mark.parametrize(
    ("config", "scale"),
    [
        ({"scale": "S", "outcome": "y"}, "S"),
        ({"preset": "timss", "outcome": ["BSMMAT01", "BSMMAT02"]}, "timss BSMMAT"),
        ({"entry": "nightly", "outcome": "score"}, "nightly: score"),
    ],
)
def test_scales(config, scale) -> None:
    assert scale_of(config) == scale


def test_comparisons_conform_to_the_schema(stages: Path) -> None:
    """Countries, cycles and one that was refused; and the file is that of the code."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(json_schema(Comparison))
    jsonschema.Draft202012Validator.check_schema(schema)
    for name, datasets in {
        "countries": ("c1", "c2", "c3", "crashed"),
        "trend": ("n2015", "n2019", "n2023"),
        "refused": ("c1", "other"),
    }.items():
        by = "cycle" if name == "trend" else "country"
        _, _, folder = made(stages, id=f"schema-{name}", datasets=datasets, by=by)
        written = json.loads((folder / "comparison.json").read_bytes())
        jsonschema.validate(written, schema)
        assert (written["status"] == "refused") == (name == "refused")
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**written, "datasets": None}, schema)
