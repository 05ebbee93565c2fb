"""The documentation as a site: built strictly, whole, and without the network."""

import re
import shutil
import subprocess
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = pytest.mark.xdist_group("docs")

ROOT = Path(__file__).resolve().parents[2]
# What a browser fetches by itself, in contrast to what a reader may follow.
FETCHED = {(tag, "src") for tag in ("img", "script", "iframe", "source")} | {("link", "href")}


class Page(HTMLParser):
    """Links, what is fetched, and places that links may lead to."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.places: set[str] = {""}
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.append(value)
                if (tag, name) in FETCHED:
                    self.fetched.append(value)
            elif name == "id" and value:
                self.places.add(value)


page = cache(Page)


def build(folder: Path, repository: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    command = [str(repository / "tools" / "docs.sh"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_link_leads_to_a_page_and_a_place_on_it(site: Path) -> None:
    wrong, checked = [], 0
    for file in site.rglob("*.html"):
        for link in page(file).links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            checked += 1
            if not target.is_file() or (
                target.suffix == ".html" and unquote(parts.fragment) not in page(target).places
            ):
                wrong.append(f"{file.relative_to(site)}: {link}")
    assert not wrong
    assert checked > 500


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert not [url for file in pages for url in page(file).fetched if urlsplit(url).netloc]
    styles = "".join(file.read_text(encoding="utf-8") for file in site.rglob("*.css"))
    assert styles
    assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)\"']+", styles)


def test_a_link_to_nowhere_breaks_the_build(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for name in ("docs", "tools", "workflow/scripts/multilevel"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("_build", "__py*"))
    (copy / ".venv").symlink_to(ROOT / ".venv")
    (copy / "docs" / "index.md").write_text("# Start\n\n## A\n\n- [A](a.md)\n")
    for file in (copy / "docs").rglob("*.md"):
        if file.name != "index.md":
            file.unlink()
    (copy / "docs" / "a.md").write_text("# A\n\n[B](a.md#b), [C](c.md)\n")
    done = build(tmp_path / "site", copy)
    assert done.returncode != 0
    assert "local id not found" in done.stderr
    assert "not found: 'c.md'" in done.stderr
