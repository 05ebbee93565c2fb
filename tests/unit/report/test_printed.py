"""Whole PDFs: short, small, and what they promise to archives and to those who hear them."""

import csv
import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import page
import pikepdf
import pypdfium2
import pytest
from tests.helpers.building import Built, build, dataset_of, shipped, simulated_csv

from multilevel.configuration import Dataset
from multilevel.fit import second_opinion
from multilevel.report.attachments import LARGEST_PDF

pytestmark = pytest.mark.xdist_group("printed")

MOST_PAGES = 8
LARGEST_CHECKED = 4_000
NAMES = [
    "<script>alert(1)</script>",
    "=cmd()|x",
    "בית ספר",
    "مدرسة النور",
    "🏫 " + "x" * 300,
    "a/b/../c",
    "\u202egnol",
    '"{group}" & $x_1$',
]
LABELS = {
    "outcome": "$\\frac{1}{0}$ <b>score</b> & " + "long " * 12,
    "group": "\u202eקבוצה <i>",
    "groups": "🏫 schools",
    "member": "<script>alert('x')</script>",
    "members": "élèves " * 12,
}


def hostile(folder: Path) -> Dataset:
    random = np.random.default_rng(3)
    file = folder / "hostile.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["school", "score"])
        for name in NAMES:
            mean = 500 + 40 * random.normal()
            writer.writerows((name, mean + 80 * random.normal()) for _ in range(12))
    title = '<script>alert(1)</script> & "x" \u202egnol\u202c 🏫 ' + "ä" * 200
    return dataset_of(file, title=title, labels=LABELS)


def simulated(n: int, largest: int, ratio: float = 0.2) -> Callable[[Path], Dataset]:
    def made(folder: Path) -> Dataset:
        sizes = np.random.default_rng(n).integers(2, largest, n).tolist()
        labels = {"outcome": "mathematics score"}
        return dataset_of(simulated_csv(folder / f"{n}.csv", sizes, ratio), labels=labels)

    return made


def companion(n: int) -> Callable[[Path], Dataset]:
    """Groups enough for rows with names in the figure, columns of all kinds."""

    def made(folder: Path) -> Dataset:
        random, file = np.random.default_rng(n), folder / f"companion-{n}.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(["school", "score", "ses", "minority", "sector"])
            for j in range(n):
                u, ses, sector = random.normal(), random.normal(), random.choice(["a", "b"])
                for x in ses + random.normal(size=random.integers(10, 30)):
                    minority = random.integers(2)
                    y = 12 + 2 * x - 2 * minority + 1.4 * u + 6 * random.normal()
                    writer.writerow([f"S{1000 + j}", y, x, minority, sector])
        columns = {"member": ["ses", "minority"], "group": ["sector"]}
        return dataset_of(file, companion=columns)

    return made


def refused(folder: Path) -> Dataset:
    file = folder / "refused.csv"
    file.write_text("school,score\none,1\none,2\n🏫,\n", encoding="utf-8")
    return dataset_of(file, title="One school 🏫")


CASES: dict[str, Callable[[Path], Dataset]] = {
    "lecture": lambda _: shipped("timss2019-usa-grade8"),
    "survey": lambda _: shipped("ostrana-grade8"),
    "hostile": hostile,
    "forty": simulated(40, 30),
    "fifty, tau00 = 0": simulated(50, 12, 0.0),
    "hundreds": simulated(160, 30),
    "thousands": simulated(2_000, 9),
    "more thousands": simulated(5_000, 9),
    "most": simulated(20_000, 4),
    "companion of thirty": companion(30),
    "companion of forty": companion(40),
    "refused": refused,
}
WHOLE = ("lecture", "hostile", "forty", "hundreds", "thousands")
CONFORMANT = ("lecture", "hostile", "thousands", "refused")


@dataclass(frozen=True)
class Reports:
    """Reports by case, each made once."""

    folder: Path
    made: dict[str, Built]

    def __getitem__(self, case: str) -> Built:
        if case not in self.made:
            folder = self.folder / re.sub(r"\W+", "-", case)
            folder.mkdir()
            with pytest.MonkeyPatch.context() as patch:
                # The second program takes most of the time, and its own tests have it.
                patch.setattr(second_opinion, "LARGEST_N", LARGEST_CHECKED)
                self.made[case] = build(CASES[case](folder), folder)
        return self.made[case]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    return Reports(tmp_path_factory.mktemp("printed"), {})


@pytest.mark.parametrize("profile", ["ua1", "3a"])
@pytest.mark.parametrize("case", CONFORMANT)
def test_it_conforms(reports: Reports, case: str, profile: str) -> None:
    found = page.validate_pdf_bytes(reports[case].pdf, profile=profile)
    assert [(one.rule_id, one.message) for one in found.failures] == []
    assert found.rules.total > 90


@pytest.mark.parametrize("case", CASES)
def test_it_stays_short_and_small(reports: Reports, case: str) -> None:
    pdf = reports[case].pdf
    assert len(pdf) <= LARGEST_PDF
    # Weights and covariates ask for a page of their own, words of a hundred letters for the lines
    # they fill.
    more = case in {"survey", "hostile"} or case.startswith("companion")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) <= (1 if case == "refused" else MOST_PAGES + more)


def test_paper_says_what_columns_of_a_companion_are_compared_with(reports: Reports) -> None:
    said = " ".join(reports["companion of thirty"].pdf_words.split())
    assert re.search(r"sector: compared with “[ab]”", said)
    assert "ses: about the mean of the school, which has a line of its own" in said
    assert "Degrees of freedom are Satterthwaite’s" in said


def test_paper_says_how_plausible_values_were_pooled(reports: Reports) -> None:
    built = reports["survey"]
    values, said = built.results.plausible_values, " ".join(built.pdf_words.split())
    assert values is not None
    assert "fraction of missing information" in said
    assert f"Degrees of freedom are {values.df_barnard_rubin:.1f}, by Barnard and Rubin" in said
    assert "Do not average the 5 values of a student first." in said
    assert f"{values.averaged_icc:.3f} instead of" in said


@pytest.mark.parametrize("case", WHOLE)
def test_it_carries_all_numbers_of_its_schools(reports: Reports, case: str) -> None:
    built = reports[case]
    found = attached(built.pdf)
    assert found["results.json"] == (built.folder / "results.json").read_bytes()
    assert found["groups.csv"] == (built.folder / "groups.csv").read_bytes()
    assert set(found) == {"results.json", "groups.csv"}
    assert "Attached to this PDF: results.json" in built.pdf_words


def test_of_more_it_carries_rounded_ones(reports: Reports) -> None:
    built = reports["more thousands"]
    found = attached(built.pdf)
    assert set(found) == {"results.json", "groups-rounded.csv"}
    rounded = list(csv.DictReader(io.StringIO(found["groups-rounded.csv"].decode())))
    with (built.folder / "groups.csv").open(encoding="utf-8", newline="") as file:
        exact = list(csv.DictReader(file))
    assert [row["group"] for row in rounded] == [row["group"] for row in exact]
    for name in ("n", "mean", "eb_mean", "ci_low", "ci_high"):
        ours, theirs = ([float(row[name]) for row in rows] for rows in (rounded, exact))
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=0.0050001)
    assert whole_sha256(built) in built.pdf_words.replace(" ", "")


def test_of_too_many_it_says_where_they_are(reports: Reports) -> None:
    built = reports["most"]
    assert set(attached(built.pdf)) == {"results.json"}
    assert "is too large for it" in built.pdf_words
    assert whole_sha256(built) in built.pdf_words.replace(" ", "")


def test_a_refused_dataset_carries_its_reason(reports: Reports) -> None:
    built = reports["refused"]
    assert attached(built.pdf) == {"results.json": (built.folder / "results.json").read_bytes()}
    assert "Attached to this PDF: results.json" in built.pdf_words


def test_attachments_are_described_and_dated(reports: Reports) -> None:
    with pikepdf.open(io.BytesIO(reports["lecture"].pdf)) as document:
        kinds = {}
        for file in document.Root.AF:
            assert file.AFRelationship == "/Data"
            assert str(file.Desc)
            stream = file.EF.F
            kinds[str(file.UF)] = str(stream.Subtype)
            assert str(stream.Params.ModDate) == "D:20260201000000Z"
            assert str(stream.Params.CreationDate) == "D:20260201000000Z"
        assert kinds == {"results.json": "/application/json", "groups.csv": "/text/csv"}


def test_the_document_describes_itself(reports: Reports) -> None:
    built = reports["lecture"]
    with pikepdf.open(io.BytesIO(built.pdf)) as document:
        info = document.docinfo
        assert str(info["/Title"]) == built.results.labels.title
        assert str(info["/Author"]) == "Multilevel Reports"
        assert str(info["/Subject"]).startswith("The average school scores 539.")
        assert "intraclass correlation" in str(info["/Keywords"])
        assert str(document.Root.Lang) == "en"
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
    assert "1 February 2026" in built.pdf_words


def test_pictures_and_equations_are_heard(reports: Reports) -> None:
    with pikepdf.open(io.BytesIO(reports["lecture"].pdf)) as document:
        alts = [str(one.Alt) for one in tags(document, "/Figure")]
    assert len(alts) == 4 + 14
    assert all(re.search(r"\d|equals|distributed", alt) for alt in alts), alts
    assert any("15 of 20" in alt or "8 lie clearly above" in alt or "539.0" in alt for alt in alts)


@pytest.mark.parametrize("case", ["lecture", "fifty, tau00 = 0", "thousands"])
def test_its_numbers_are_those_of_the_results(reports: Reports, case: str) -> None:
    built = reports[case]
    results, said = built.results, built.pdf_words.replace(" ", "")
    model, between = results.model, results.between
    assert model is not None and between is not None and results.data is not None
    for value in (
        f"{model.gamma00:.3f}",
        f"{model.sd_tau00:.3f}",
        f"{model.sd_sigma:.3f}",
        f"{model.sigma2:,.0f}",
        f"{between.icc:.2f}",
        f"{between.reliability:.2f}",
        f"{results.data.n_members:,d}",
        f"{results.data.n_groups:,d}",
        f"{model.aic:,.1f}",
    ):
        assert value in said, value


@pytest.mark.parametrize("case", ["lecture", "hundreds", "fifty, tau00 = 0"])
def test_page_and_pdf_print_the_same_numbers(reports: Reports, case: str) -> None:
    """Those of two decimals or more: axes have others, drawn for their width."""
    built = reports[case]
    number = re.compile(r"(?<![\w.,])\d[\d,]*\.\d{2,}(?![\w.])")
    printed, shown = (set(number.findall(text)) for text in (built.pdf_words, built.page))
    assert len(printed) > 60
    assert printed <= shown


def test_paper_lists_what_it_cites(reports: Reports) -> None:
    text = reports["lecture"].pdf_words
    listed = text[text.rindex("References") :]
    assert "Raudenbush, S. W., & Bryk" in listed
    assert "Hedges, L. V." in listed
    # Only the table of other programs, which is on the page, cites them.
    assert "StataCorp" not in listed
    assert "Stata" in reports["lecture"].words


def test_no_heading_ends_a_page(reports: Reports) -> None:
    with pypdfium2.PdfDocument(reports["lecture"].pdf) as document:
        headings = {item.get_title() for item in document.get_toc(max_depth=3)}
        assert len(headings) > 15
        for number, one in enumerate(document):
            lines = [line.strip() for line in one.get_textpage().get_text_range().splitlines()]
            body = [line for line in lines if line and "Page " not in line and "sha256" not in line]
            assert body[-1] not in headings, number + 1


@pytest.mark.parametrize("case", ["lecture", "survey", "hundreds", "thousands"])
def test_no_page_is_left_a_third_white_and_the_last_one_is_half_full(
    reports: Reports, case: str
) -> None:
    """Figures that find no room stand where words or lower ones fill it; the end stays together."""
    with pypdfium2.PdfDocument(reports[case].pdf) as document:
        white = [white_below(one) for one in document]
    assert max(white[:-1]) < 1 / 3, white
    assert white[-1] <= 0.5, white


def white_below(one: pypdfium2.PdfPage) -> float:
    """Share of a page's height without a mark, from its foot upwards."""
    ink = one.render(scale=0.4, grayscale=True).to_numpy().squeeze() < 220
    top, foot = round(len(ink) * 15 / 297), round(len(ink) * 283 / 297)
    return float((foot - 1 - np.flatnonzero(ink[:foot].any(axis=1)).max()) / (foot - top))


def test_another_process_makes_the_same_files(reports: Reports, tmp_path: Path) -> None:
    """Whatever the order of hashes, and wherever they stand."""
    root = Path(__file__).parents[3]
    script = (
        "import sys; from pathlib import Path; from tests.helpers.building import build, shipped\n"
        "build(shipped('timss2019-usa-grade8'), Path(sys.argv[1]))"
    )
    folder = tmp_path / "another, deeper" / "down"
    folder.mkdir(parents=True)
    path = os.pathsep.join((str(root), str(root / "workflow" / "scripts")))
    env = {**os.environ, "PYTHONHASHSEED": "4242", "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", script, str(folder)], env=env, cwd=folder, check=True)
    one, another = dict(made(reports["lecture"].folder)), dict(made(folder))
    assert one.keys() == another.keys()
    assert len(one) >= 4 + 3 * 10
    assert [name for name in one if one[name] != another[name]] == []


def made(folder: Path) -> list[tuple[str, bytes]]:
    """What is published of a dataset, by name."""
    files = [*folder.glob("*.*"), *folder.glob("figures/*")]
    return [(file.name, file.read_bytes()) for file in files if file.is_file()]


def attached(pdf: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}


def whole_sha256(built: Built) -> str:
    return hashlib.sha256((built.folder / "groups.csv").read_bytes()).hexdigest()


def tags(document: pikepdf.Pdf, name: str) -> list[pikepdf.Dictionary]:
    return [
        found
        for found in document.objects
        if isinstance(found, pikepdf.Dictionary)
        and found.get("/Type") == "/StructElem"
        and found.get("/S") == name
    ]
