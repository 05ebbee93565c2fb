"""The pages in Debian's Chromium. In continuous integration (CI set) its absence is a failure."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.helpers.building import Built, build, shipped
from tests.unit.index.conftest import make as line
from tests.unit.report.conftest import HOSTILE, TEMPLATES, WORDS, Sample

from multilevel.index.page import render_index
from multilevel.index.rows import IndexRow
from multilevel.records.results import InputFile, Labels, Provenance, Reason, Results
from multilevel.report.embedded import embedded_json
from multilevel.report.html import render_html
from multilevel.report.refused import render_refused_html
from multilevel.report.tools import standard_tools

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
)
MANY_SCHOOLS, MANY_DATASETS = 450, 1_000


def missing(program: str) -> None:
    """Skip without a program; fail in continuous integration."""
    message = f"{program} is not installed"
    if os.environ.get("CI"):
        pytest.fail(f"{message}: .ci/run installs it on Debian")
    pytest.skip(message)


@dataclass
class Opened:
    """A page, and what it said and asked for since it was opened."""

    page: Page
    said: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests of a worker."""
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a file; by keyword the settings of a browser context, and a fragment."""
    contexts = []

    def opened(file: Path, width: int = 1280, fragment: str = "", **settings: Any) -> Opened:
        settings = {"viewport": {"width": width, "height": 900}, **settings}
        context = browser.new_context(**settings)
        contexts.append(context)
        found = Opened(context.new_page())
        found.page.on("console", lambda message: found.said.append(message.text))
        found.page.on("pageerror", lambda error: found.said.append(str(error)))
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.goto(file.as_uri() + fragment)
        return found

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The shipped dataset of 20 schools, built by all stages."""
    return build(shipped("timss2019-usa-grade8"), tmp_path_factory.mktemp("lecture"))


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, lecture: Built) -> Mapping[str, Path]:
    """Files by name: pages of every kind."""
    folder = tmp_path_factory.mktemp("pages")
    texts = {
        "sample": report_page(),
        "long": report_page(n_schools=MANY_SCHOOLS),
        "hostile": report_page(n_schools=3, title=HOSTILE),
        "refused": refused_page("Grade 9"),
        "hostile-refused": refused_page(HOSTILE),
        "index": index_page(datasets()),
        "hostile-index": index_page(hostile_datasets()),
        "long-index": index_page([line(j, 0.0009 * j) for j in range(MANY_DATASETS)]),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {
        "report": lecture.folder / "report.html",
        **{name: folder / f"{name}.html" for name in texts},
    }


def report_page(**made: Any) -> str:
    """A made-up report of every kind of block."""
    sample = Sample()
    report = replace(sample.make(**made), citation="A report. SHA-256 abc.")
    tools = standard_tools(WORDS, [embedded_json("results.json", b"{}")], "schools")
    return render_html(report, sample.figures, TEMPLATES, WORDS, tools)


def refused_page(title: str) -> str:
    """The page of a refused dataset whose every text is `title`."""
    labels = {name.name: title for name in fields(Labels)}
    set_here = {
        "schema_version": "1.0",
        "id": "refused",
        "status": "refused",
        "reason": Reason(code="one_group", message=f"{title} has one school.", remedy=title),
        "labels": Labels(**labels),
        "provenance": Provenance(
            input=InputFile(path=title, sha256=None, bytes=None),
            produced="2026-02-01",
            rows_read=None,
            software={"multilevel-reports": "0"},
            config={"outcome": title, "group": title},
            notes=(title,),
            self_test=None,
        ),
    }
    # A refused dataset has none of the other sections.
    results = Results(**{**dict.fromkeys(one.name for one in fields(Results)), **set_here})
    tools = standard_tools(WORDS, [embedded_json("results.json", b"{}")])
    return render_refused_html(results, TEMPLATES, WORDS, produced="1 February 2026", tools=tools)


def datasets() -> list[IndexRow]:
    """Two measures of four countries, two single datasets, one refused."""
    rows = []
    for k, measure in enumerate(("mathematics", "science")):
        for j, country in enumerate(("Norway", "Chile", "Japan", "Italy")):
            row = line(10 * k + j, 0.1 + 0.1 * ((3 * j + k) % 4), title=f"Study: {country}")
            rows.append(
                replace(
                    row,
                    entry="study",
                    outcome=measure,
                    measure=f"{measure} score",
                    scale=f"study: {measure}",
                    gamma00=500.0 + 20 * ((2 * j + k) % 4),
                    leading_mean=500.0 + 20 * ((2 * j + k) % 4),
                )
            )
    rows += [replace(line(90 + j, 0.35), entry=f"e{j}", flags="few_groups") for j in range(2)]
    return [*rows, refused_row("A refused one")]


def hostile_datasets() -> list[IndexRow]:
    """Every text as bad as can be."""
    bad = {"title": HOSTILE, "subtitle": HOSTILE, "groups": HOSTILE, "members": HOSTILE}
    rows = [
        replace(line(j), **bad, entry=HOSTILE, measure=HOSTILE, scale=HOSTILE) for j in range(2)
    ]
    return [*rows, refused_row(HOSTILE)]


def refused_row(text: str) -> IndexRow:
    return IndexRow(
        id="refused",
        status="refused",
        reason_code="one_group",
        reason=text,
        remedy=text,
        title=text,
    )


def index_page(rows: list[IndexRow]) -> str:
    return render_index(rows, TEMPLATES, WORDS, produced="23 November 2026")
