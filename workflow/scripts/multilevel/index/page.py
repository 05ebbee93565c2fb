"""The index: all datasets in one table that sorts and searches, and the refused ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from multilevel import numbers
from multilevel.index.rows import IndexRow
from multilevel.report.assets import environment, page_assets
from multilevel.report.page import Link
from multilevel.words import Catalogue

CSV = "datasets.csv"
# The drawing of an interval: its width and height in CSS pixels, and room for the dot.
WIDTH, HEIGHT, MARGIN = 144, 20, 4


@dataclass(frozen=True)
class Shown:
    """A table cell: its text, and what it sorts by when the text doesn't do."""

    text: Markup
    sort: float | str | None = None


@dataclass(frozen=True)
class Line:
    """A row of the table; `html` and `pdf` are relative addresses."""

    title: str
    subtitle: str
    html: str
    pdf: str
    cells: tuple[Shown, ...]
    flags: str
    row: IndexRow


def render_index(
    rows: Sequence[IndexRow], templates: Path, words: Catalogue, *, produced: str
) -> str:
    """index.html.

    Parameters
    ----------
    rows
        In the order in which they shall stand; the reader may sort them.
    produced
        The date, as printed; may be "".
    """
    fitted = [row for row in rows if row.status == "ok"]
    refused = [row for row in rows if row.status == "refused"]
    failed = [row for row in rows if row.status == "failed"]
    return (
        environment(templates)
        .get_template("index.html.j2")
        .render(
            assets=page_assets(templates),
            words=words,
            language="en",
            title=words.plain("index.title"),
            subtitle=_subtitle(len(fitted), len(refused), len(failed), words, produced),
            claim=claim(fitted, words),
            links=(Link(words.plain("index.csv"), CSV),),
            heads=_heads(fitted, words),
            lines=[_line(row, words) for row in fitted],
            refused=[_line(row, words) for row in refused],
            failed=[_line(row, words) for row in failed],
        )
    )


def claim(rows: Sequence[IndexRow], words: Catalogue) -> Markup:
    """Which dataset has the largest ICC, and how sure that is; nothing for fewer than two."""
    if len(rows) < 2:
        return Markup()
    top = max(rows, key=_icc)
    tied = sum(_icc(row) == _icc(top) for row in rows)
    n = numbers.count(len(rows))
    if _icc(top) == 0:
        return words.say("index.claim_zero", n=n)
    if tied > 1:
        icc = numbers.share(top.icc)
        return words.say("index.claim_tie", n=n, n_tied=numbers.count(tied), icc=icc)
    said = words.say(
        "index.claim",
        n=n,
        title=top.title,
        groups=top.groups,
        percent=numbers.percent(top.icc),
        icc=numbers.share(top.icc),
        level=numbers.confidence_percent(top.confidence),
        low=numbers.share(top.ci_icc_low),
        high=numbers.share(top.ci_icc_high),
    )
    return said + " " + _certainty(top, rows, words)


def _certainty(top: IndexRow, rows: Sequence[IndexRow], words: Catalogue) -> Markup:
    lowest = top.ci_icc_low or 0.0
    overlapping = sum(row is not top and (row.ci_icc_high or 0.0) >= lowest for row in rows)
    if overlapping == 0:
        return words.say("index.claim_apart")
    if overlapping == 1:
        return words.say("index.claim_overlap_one")
    return words.say("index.claim_overlap", n_overlap=numbers.count(overlapping))


def _icc(row: IndexRow) -> float:
    return row.icc or 0.0


def _subtitle(
    n_fitted: int, n_refused: int, n_failed: int, words: Catalogue, produced: str
) -> Markup:
    amount = {0: "none", 1: "one"}
    reports = words.say(
        f"index.n_reports.{amount.get(n_fitted, 'many')}", n=numbers.count(n_fitted)
    )
    for kind, n in (("n_refused", n_refused), ("n_failed", n_failed)):
        if n:
            key = f"index.{kind}.{amount.get(n, 'many')}"
            reports += " · " + words.say(key, n=numbers.count(n))
    key = "index.subtitle" if produced else "index.subtitle_undated"
    return words.say(key, reports=reports, produced=produced)


def _heads(rows: Sequence[IndexRow], words: Catalogue) -> tuple[str, ...]:
    """Column headings; groups and members by their own word where all datasets share it."""

    def common(pick: Callable[[IndexRow], str], key: str) -> str:
        found = {pick(row) for row in rows}
        word = found.pop() if len(found) == 1 else ""
        return word[:1].upper() + word[1:] if word else words.plain(f"index.column.{key}")

    first = (
        words.plain("index.column.dataset"),
        common(lambda row: row.groups, "groups"),
        common(lambda row: row.members, "members"),
    )
    rest = ("mean", "se", "sd", "icc", "interval", "reliability", "checks", "pdf")
    return (*first, *(words.plain(f"index.column.{key}") for key in rest))


def _line(row: IndexRow, words: Catalogue) -> Line:
    folder = quote(row.id, safe="")
    return Line(
        title=row.title or row.id,
        subtitle=row.subtitle,
        html=f"{folder}/report.html",
        pdf=f"{folder}/report.pdf",
        cells=_cells(row, words) if row.status == "ok" else (),
        flags=_flags(row, words),
        row=row,
    )


def _cells(row: IndexRow, words: Catalogue) -> tuple[Shown, ...]:
    score = numbers.ScoreFormat.from_sd(row.sd_total)
    return (
        Shown(Markup.escape(numbers.count(row.n_groups or 0))),
        Shown(Markup.escape(numbers.count(row.n_members or 0))),
        Shown(Markup.escape(score.headline(row.gamma00))),
        Shown(Markup.escape(score.headline(row.se_gamma00))),
        Shown(Markup.escape(score.headline(row.sd_tau00))),
        Shown(Markup.escape(numbers.share(row.icc)), row.icc),
        Shown(_drawing(row, words), row.icc),
        Shown(Markup.escape(numbers.share(row.reliability)), row.reliability),
    )


def _drawing(row: IndexRow, words: Catalogue) -> Markup:
    """The ICC and its interval on a line from 0 to 1."""

    def x(share: float | None) -> str:
        return f"{MARGIN + (share or 0.0) * (WIDTH - 2 * MARGIN):.1f}"

    alt = words.plain(
        "index.interval_alt",
        icc=numbers.share(row.icc),
        level=numbers.confidence_percent(row.confidence),
        low=numbers.share(row.ci_icc_low),
        high=numbers.share(row.ci_icc_high),
    )
    return Markup(
        '<svg class="range" viewBox="0 0 {width} {height}" role="img" aria-label="{alt}">'
        '<path class="axis" d="M{left} {y}H{right}"/>'
        '<path class="span" d="M{low} {y}H{high}"/>'
        '<circle class="dot" cx="{icc}" cy="{y}" r="4"/></svg>'
    ).format(
        width=WIDTH,
        height=HEIGHT,
        y=HEIGHT // 2,
        alt=alt,
        left=x(0.0),
        right=x(1.0),
        low=x(row.ci_icc_low),
        high=x(row.ci_icc_high),
        icc=x(row.icc),
    )


def _flags(row: IndexRow, words: Catalogue) -> str:
    """The flags in words; one that the catalogue doesn't know by its name."""
    names = row.flags.split()
    keys = [f"index.flag.{name}" for name in names]
    said = [
        words.plain(key) if key in words else name for key, name in zip(keys, names, strict=True)
    ]
    return ", ".join(said)
