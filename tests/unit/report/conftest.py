"""A report of every kind of block, made up for the tests of pages and PDFs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from markupsafe import Markup

from multilevel.report.blocks import (
    Answer,
    Answers,
    Beside,
    Cell,
    Code,
    Column,
    Equation,
    Figure,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Points,
    Report,
    Row,
    Section,
    Subsection,
    Table,
)
from multilevel.report.equations import equation
from multilevel.wording.catalogue import Catalogue

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
WORDS = Catalogue.load(TEMPLATES / "text" / "en")
HOSTILE = '<script>alert(1)</script> & "x" \u202egnol\u202c 🏫 =cmd() ' + "ä" * 300
SVG = (
    '<?xml version="1.0"?>\n<!DOCTYPE svg>\n'
    '<svg xmlns="http://www.w3.org/2000/svg" width="518pt" height="{height}pt" '
    'viewBox="0 0 {width} {height}"><rect width="{bar}" height="40" '
    'style="fill: #14619f"/><text x="8" y="80" style="font: 14px Inter; fill: #17222d">'
    "Between 51% &lt;b&gt;</text></svg>"
)
FIGURES = {
    "split": SVG.format(width=518, height=120, bar=260),
    "split-phone": SVG.format(width=284, height=120, bar=140),
    "bell": SVG.format(width=518, height=160, bar=90),
}
FIGURES |= {f"{name}-page": FIGURES[name] for name in ("split", "bell")}


def schools(n: int, label: str = "") -> Table:
    """A sortable table of `n` schools."""
    columns = (
        Column(Markup("School")),
        Column(Markup("Students"), "number"),
        Column(Markup("Observed mean"), "number"),
        Column(Markup("95% CI"), "number"),
        Column(Markup("Model estimate"), "number"),
        Column(Markup("SE"), "number"),
        Column(Markup("Reliability"), "number"),
    )
    rows = tuple(_school(j, label) for j in range(1, n + 1))
    return Table(
        key="schools",
        title=Markup("Observed and model-based means"),
        subtitle=Markup("Mathematics score"),
        columns=columns,
        rows=rows,
        notes=(Markup("Intervals are not adjusted for the number of schools."),),
        sortable=True,
        print_rows=40,
    )


def _school(j: int, label: str) -> Row:
    mean = 370.68 + 253.06 * ((j * 7919) % 1000) / 1000
    interval = Cell(Markup(f"{mean - 25.3:.1f} to {mean + 25.3:.1f}"), mean)
    numbers = (f"{mean:.2f}", f"{mean * 0.97 + 16.2:.2f}", "12.7", "0.97")
    mean_cell, eb_cell, se_cell, reliability_cell = (Cell(Markup(text)) for text in numbers)
    name = Cell(Markup.escape(label or 5000 + 3 * j))
    return Row((name, Cell(Markup("30")), mean_cell, interval, eb_cell, se_cell, reliability_cell))


def estimates() -> Table:
    """The table as flextable prints it, with headings inside."""

    def row(*texts: str) -> Row:
        return Row(tuple(Cell(Markup(text)) for text in texts))

    def group(text: str) -> Row:
        return Row((Cell(Markup(text)),), "group")

    headings = (("", "text"), ("Estimate", "number"), ("SE", "number"), ("df", "number"))
    more = (("t", "number"), ("p", "number"))
    return Table(
        key="estimates",
        title=Markup("Estimates of the random-intercept model"),
        columns=tuple(Column(Markup(title), kind) for title, kind in (*headings, *more)),
        rows=(
            group("Fixed effects"),
            row("(Intercept)", "538.979", "16.422", "19", "32.821", "0.0000 ***"),
            group("Random effects"),
            row("idschool, sd__(Intercept)", "72.298", "", "", "", ""),
            row("Residual, sd__Observation", "70.666", "", "", "", ""),
        ),
        notes=(Markup("Signif. codes: 0 &lt;= '***' &lt; 0.001 &lt; '**' &lt; 0.01"),),
    )


def figure(key: str) -> Figure:
    """A figure of FIGURES."""
    return Figure(
        key=key,
        title=Markup("About half of the variation lies between schools"),
        subtitle=Markup("Share of the total variance in mathematics scores"),
        how_to_read=Markup("the longer the blue part, the more schools differ."),
        alt="Bar: 51% between schools, 49% within",
    )


def equations() -> tuple[Equation, ...]:
    """Some of the equations, two with labels."""
    numbers = {"tau00": "5,227", "error": "166.5", "value": "0.97"}
    return (
        equation(WORDS, "level_1", Markup("Level 1: students within schools")),
        equation(WORDS, "level_2", Markup("Level 2: between schools")),
        equation(WORDS, "reliability_value", Markup("Reliability"), **numbers),
        equation(WORDS, "naive_variance", value="5,393"),
    )


def sample(n_schools: int = 20, title: str = "Mathematics achievement in 20 US schools") -> Report:
    """A report of every kind of block."""
    label = title if title == HOSTILE else ""
    return Report(
        id="sample",
        kicker="Random-intercept model report",
        title=title,
        subtitle=label or "TIMSS 2019, grade 8 · 600 students in 20 schools",
        claim=Markup(
            "About half of the variation in mathematics scores, 51%, lies between schools. True "
            "school means spread around 539.0 with a standard deviation of 72.3."
        ),
        summary=(_answers(), key_figures(), *_main_points()),
        sections=(
            _between(),
            Section("schools", "School by school", (schools(n_schools, label),)),
            Section("model", "The model", (*equations(), estimates())),
            Section(
                "programs",
                "Other programs",
                (Beside(_code(label), (Paragraph(Markup("Beside.")),)),),
                folded="Code",
            ),
            Section("provenance", "Methods and provenance", (_provenance(label),)),
        ),
        produced="23 November 2026",
    )


def _answers() -> Answers:
    average = Answer("What is the average score?", Markup("539."), Markup("505 to 573"))
    differ = Answer("How much do schools differ?", Markup("By about half."), Markup("51%"))
    return Answers((average, differ))


def key_figures() -> KeyFigures:
    """The four large numbers."""
    return KeyFigures(
        (
            KeyFigure("Overall mean", "539.0", "95% CI 504.6 to 573.3"),
            KeyFigure("Intraclass correlation (ICC)", "0.51", "exact 95% CI 0.35 to 0.70"),
            KeyFigure("Standard deviation of true school means", "72.3", "within schools: 70.7"),
            KeyFigure("Reliability of one school’s mean", "0.97", "30 students in every school"),
        )
    )


def _main_points() -> tuple[Subsection, ...]:
    gamma, tau = WORDS.say("symbol.gamma00"), WORDS.say("symbol.tau00_hat")
    items = (
        Markup("The mean of the true school means, {}, is estimated as <b>539.0</b>.").format(
            gamma
        ),
        Markup("True school means spread with a standard deviation of <b>72.3</b>: {}.").format(
            tau
        ),
        Markup("<b>97%</b> of the observed variation between school means is real."),
    )
    care = (Markup("Only 20 schools: the variance between schools is known roughly."),)
    return (
        Subsection("main-points", "Main points", (Points(items),)),
        Subsection("care", "Read with care", (Points(care),)),
    )


def _between() -> Section:
    body = "The intraclass correlation is the share of variance that lies between schools. "
    return Section(
        "between",
        "How much schools differ",
        (
            Paragraph(Markup("About half of the variation lies between schools."), "claim"),
            Paragraph(Markup(body * 4)),
            figure("split"),
            Subsection(
                "distribution",
                "The distribution of true school means",
                (Paragraph(Markup(body * 3)), figure("bell"), Paragraph(Markup("Small."), "note")),
            ),
        ),
    )


def _code(label: str) -> tuple[Code, ...]:
    text = f'scores <- read.csv("{label or "scores.csv"}")\nsummary(m1) # {"x" * 150}'
    return (
        Code("in-r", "r", "R", text),
        Code("in-stata", "stata", "Stata", "mixed y || school:", folded=True),
    )


def _provenance(label: str) -> Table:
    rows = (
        ("Data file", label or "timss2019_us_g8.csv"),
        ("sha256", "619dcd663132" * 5),
        ("Estimator", "REML"),
    )
    return Table(
        key="provenance",
        title=Markup("How this report was made"),
        columns=(Column(Markup("Item")), Column(Markup("Value"), "code")),
        rows=tuple(Row((Cell(Markup(a)), Cell(Markup.escape(b)))) for a, b in rows),
    )


@dataclass(frozen=True)
class Sample:
    """What the tests of pages and PDFs draw from."""

    make: Callable[..., Report] = sample
    figures: Mapping[str, str] = field(default_factory=lambda: FIGURES)
    templates: Path = TEMPLATES
    words: Catalogue = WORDS
    hostile: str = HOSTILE


@pytest.fixture(scope="session")
def pages() -> Sample:
    """A made-up report of every kind of block, and what is needed to draw it."""
    return Sample()
