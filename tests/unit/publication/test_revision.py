"""One line on what changed since the release before, and a link to it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.helpers.building import TEMPLATES

from multilevel.publication import approval
from multilevel.publication.publisher import NOBODY, Publisher
from multilevel.publication.revision import NONE, revision
from multilevel.releases.history import Previous, Release
from multilevel.wording.catalogue import Catalogue

WORDS = Catalogue.load(TEMPLATES / "text" / "en")
NOW = Release(
    id="a", date="2026-11-23", data="y", settings="s", version="1", n_members=1, n_groups=1,
    gamma00=1.0, se_gamma00=1.0, tau00=1.0, sigma2=1.0, icc=0.1, ci_icc_low=0.0, ci_icc_high=0.2,
    reliability=0.5,
)  # fmt: skip
BEFORE = replace(NOW, date="2026-05-03", data="x")
KEPT = "2026-05-04T02-30-00Z"


def test_a_first_release_and_one_nobody_released_on_purpose_say_nothing() -> None:
    assert revision(Publisher(reason="Late scores."), Previous(None), NOW, WORDS) == NONE
    assert revision(NOBODY, Previous(BEFORE), NOW, WORDS) == NONE
    assert revision(Publisher(reason="x"), Previous(BEFORE), None, WORDS) == NONE


def test_it_says_what_changed_why_and_where_the_former_one_is() -> None:
    why = Publisher(reason="<b>Late</b> scores.")
    said = revision(why, Previous(BEFORE, KEPT), NOW, WORDS)
    assert said.former == f"../_releases/{KEPT}/a/report.html"
    assert said.line == (
        "Since the release of 4 May 2026, the data changed. "
        "The publisher’s reason: &lt;b&gt;Late&lt;/b&gt; scores."
    )
    undated = revision(why, Previous(replace(BEFORE, date="", version="0")), NOW, WORDS)
    assert undated.line.startswith("Since the last release, the data and this program changed.")
    assert undated.former == ""


def test_the_link_leads_to_the_former_report_from_every_place(tmp_path: Path) -> None:
    waiting = tmp_path / approval.WAITING
    linked = tmp_path / "linked.html"
    for number, link in enumerate(("", f'<a href="../_releases/{KEPT}/a/report.html">x</a>')):
        folder = waiting / "a"
        folder.mkdir(parents=True, exist_ok=True)
        linked.write_text(link)
        linked.replace(folder / "report.html")
        for page in approval.PAGES:
            part = tmp_path / "part"
            part.write_text(f"id,status,title,n\na,ok,A,{number}\n")
            part.replace(waiting / page)
        moment = datetime(2026, 5, 4 + number, 2, 30, tzinfo=UTC)
        name = approval.release(tmp_path, moment)
    archived = tmp_path / approval.RELEASES / name / "a"
    for page in (tmp_path / "a" / "report.html", archived / "report.html"):
        address = page.read_text().split('"')[1]
        assert (page.parent / address).resolve().is_file(), address
        assert KEPT in address
