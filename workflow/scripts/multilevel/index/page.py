"""The index: all datasets in one table that sorts and searches, and those without a report."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from multilevel.index.comparisons import Compared
from multilevel.index.drawings import (
    OWN_REACH,
    axis,
    bell_symbol,
    distributions,
    ends_of_scale,
    interval,
)
from multilevel.index.groups import Group, grouped
from multilevel.index.rows import IndexRow
from multilevel.publication.imprint import imprint, screen_styles, titled
from multilevel.publication.publisher import NOBODY, Publisher
from multilevel.report.assets import environment, page_assets
from multilevel.report.html import FigureTheme, inline_svg, shared_styles
from multilevel.report.tools import Link, Tools
from multilevel.wording import findings, numbers
from multilevel.wording.catalogue import Catalogue

CSV, WORKBOOK = "datasets.csv", "results.xlsx"
NOTHING = Markup()
PLAIN = FigureTheme()
# Columns in order; a list of several scales can't be sorted by those of OF_ONE_SCALE.
COLUMNS = (
    "dataset",
    "groups",
    "members",
    "mean",
    "spread",
    "sd",
    "icc",
    "interval",
    "reliability",
    "checks",
)
OF_ONE_SCALE = frozenset({"mean", "spread", "sd"})


@dataclass(frozen=True)
class Head:
    """A column's heading; `scale` when it can be compared on one scale only."""

    name: str
    title: str
    scale: bool


@dataclass(frozen=True)
class Shown:
    """A table cell: its text, and what it sorts by when the text doesn't do."""

    text: Markup
    sort: float | str | None = None


@dataclass(frozen=True)
class Line:
    """A row of the table; `html` is a relative address, as are those of `printed` by format.

    `prefix` is the part of the title that stands in the group's title already.
    """

    prefix: str
    title: str
    subtitle: str
    html: str
    printed: Mapping[str, str]
    cells: tuple[Shown, ...]
    flags: str
    row: IndexRow


@dataclass(frozen=True)
class Lines:
    """A group of the table; its axes say what the drawings of two columns reach from and to."""

    title: str
    note: Markup
    means_axis: Markup
    icc_axis: Markup
    one_scale: bool
    lines: tuple[Line, ...]


def render_index(
    rows: Sequence[IndexRow],
    templates: Path,
    words: Catalogue,
    *,
    produced: str,
    since: Markup = NOTHING,
    compared: Sequence[Compared] = (),
    publisher: Publisher = NOBODY,
    theme: FigureTheme = PLAIN,
) -> str:
    """index.html.

    Parameters
    ----------
    rows
        In the order in which they shall stand; the reader may sort them.
    produced
        The date, as printed; may be "".
    since
        What changed since former releases; may be "".
    compared
        Comparisons of the datasets.
    publisher
        Who publishes the reports.
    theme
        Colours of the comparisons' figures.
    """
    fitted = [row for row in rows if row.status == "ok"]
    refused = [row for row in rows if row.status == "refused"]
    failed = [row for row in rows if row.status == "failed"]
    heads = _heads(fitted, words)
    sheet, leading = _with_figures(compared, theme)
    styles = _card_labels(heads) + sheet + screen_styles(publisher)
    groups = tuple(_lines(group, words) for group in grouped(fitted))
    return (
        environment(templates)
        .get_template("index.html.j2")
        .render(
            assets=page_assets(templates, theme.light, theme.dark, styles),
            imprint=imprint(publisher, words),
            words=words,
            language="en",
            heading=words.plain("index.title"),
            title=titled(words.plain("index.title"), publisher, words),
            subtitle=_subtitle(len(fitted), len(refused), len(failed), words, produced),
            claim=claim(fitted, words),
            since=since,
            compared=compared,
            leading=leading,
            tools=_tools(words),
            heads=heads,
            groups=groups,
            n_rows=len(rows),
            shared_graphics=bell_symbol(),
            refused=[_line(row, "", Markup(), words) for row in refused],
            failed=[_line(row, "", Markup(), words) for row in failed],
        )
    )


def _tools(words: Catalogue) -> Tools:
    files = {"index.csv": CSV, "index.workbook": WORKBOOK}
    return Tools(links=tuple(Link(words.plain(key), file) for key, file in files.items()))


@dataclass(frozen=True)
class Leading:
    """A comparison's figure as the page has it."""

    title: Markup
    subtitle: Markup
    how_to_read: Markup
    image: Markup
    narrow: Markup


def _with_figures(
    compared: Sequence[Compared], theme: FigureTheme
) -> tuple[str, tuple[tuple[Compared, Leading], ...]]:
    """The style sheet of the figures, as the page forbids style attributes; the figures."""
    figures = [
        (comparison, comparison.figure) for comparison in compared if comparison.figure is not None
    ]
    drawn = [
        str(inline_svg(svg, figure.text.alt, theme))
        for _, figure in figures
        for svg in (figure.wide, figure.narrow)
    ]
    sheet, classed = shared_styles(drawn)
    places = iter(classed)
    leading, explained = [], {""}
    for comparison, figure in figures:
        text = figure.text
        # Figures of one kind are read alike, so that only the first explains it.
        read = "" if text.how_to_read in explained else text.how_to_read
        explained.add(read)
        words = (Markup(text.title), Markup(text.subtitle), Markup(read))
        leading.append((comparison, Leading(*words, Markup(next(places)), Markup(next(places)))))
    return f"{sheet}\n", tuple(leading)


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
        icc = _share(top).show(top.leading_icc)
        return words.say("index.claim_tie", n=n, n_tied=numbers.count(tied), icc=icc)
    if not _has_interval(top):
        icc = _share(top).show(top.leading_icc)
        return words.say("index.claim_alone", n=n, title=top.title, groups=top.groups, icc=icc)
    sentence = words.say(
        "index.claim",
        n=n,
        title=top.title,
        groups=top.groups,
        percent=_share(top).percent(top.leading_icc),
        icc=_share(top).show(top.leading_icc),
        level=numbers.confidence_percent(top.confidence),
        low=_share(top).show(top.leading_icc_low),
        high=_share(top).show(top.leading_icc_high),
    )
    return sentence + " " + _certainty(top, rows, words)


def _certainty(top: IndexRow, rows: Sequence[IndexRow], words: Catalogue) -> Markup:
    lowest = top.leading_icc_low or 0.0
    overlapping = sum(row is not top and _highest(row) >= lowest for row in rows)
    if overlapping == 0:
        return words.say("index.claim_apart")
    if overlapping == 1:
        return words.say("index.claim_overlap_one")
    return words.say("index.claim_overlap", n_overlap=numbers.count(overlapping))


def _share(row: IndexRow) -> numbers.ShareFormat:
    """The format of a dataset's ICC."""
    return numbers.ShareFormat.of(row.leading_icc, row.leading_icc_low, row.leading_icc_high)


def _icc(row: IndexRow) -> float:
    return row.leading_icc or 0.0


def _has_interval(row: IndexRow) -> bool:
    """Whether there is an interval of some length: where means are too alike both ends are 0."""
    return row.leading_icc_low is not None and row.leading_icc_low != row.leading_icc_high


def _highest(row: IndexRow) -> float:
    """The upper end of the ICC's interval; 1 without an interval."""
    return row.leading_icc_high or 0.0 if _has_interval(row) else 1.0


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


def _heads(rows: Sequence[IndexRow], words: Catalogue) -> tuple[Head, ...]:
    """Column headings; groups and members by their own word where all datasets share it."""

    def common(name: str, pick: Callable[[IndexRow], str]) -> str:
        names = {pick(row) for row in rows}
        word = names.pop() if len(names) == 1 else ""
        return word[:1].upper() + word[1:] if word else words.plain(f"index.column.{name}")

    own = {"groups": lambda row: row.groups, "members": lambda row: row.members}
    return tuple(
        Head(
            name,
            common(name, own[name]) if name in own else words.plain(f"index.column.{name}"),
            name in OF_ONE_SCALE,
        )
        for name in COLUMNS
    )


def _card_labels(heads: Sequence[Head]) -> str:
    """On a phone a row is a card, and each number is named by its column."""
    rules = (
        f'.datasets td:nth-child({position})::before {{ content: "{_css_text(head.title)}"; }}'
        for position, head in enumerate(heads, start=1)
        if position > 1
    )
    return "@media (max-width: 44rem) {\n" + "\n".join(rules) + "\n}"


def _css_text(text: str) -> str:
    """Any text inside a quoted CSS string: all but letters, digits and spaces by number."""
    return re.sub(r"[^\w ]", lambda match: f"\\{ord(match.group()):x} ", text)


def _lines(group: Group, words: Catalogue) -> Lines:
    one_scale = "one_scale" if group.one_scale else "own_scales"
    amount = "one" if len(group.rows) == 1 else "many"
    low, high = _ends(group, words)
    n = numbers.count(len(group.rows))
    return Lines(
        title=group.title or words.plain("index.group.single"),
        note=words.say(f"index.group.{one_scale}.{amount}", n=n, low=low, high=high),
        means_axis=axis(low, high),
        icc_axis=axis("0", "1"),
        one_scale=group.one_scale,
        lines=tuple(
            _line(row, group.prefix, curve, words)
            for row, curve in zip(group.rows, distributions(group), strict=True)
        ),
    )


def _ends(group: Group, words: Catalogue) -> tuple[str, str]:
    """The ends of the axis on which true means are drawn, in words."""
    if not group.one_scale:
        reach = numbers.as_typed(OWN_REACH)
        return words.plain("index.axis.below", n=reach), words.plain("index.axis.above", n=reach)
    first = group.rows[0]
    score = numbers.ScoreFormat.of(first.sd_total, first.se_gamma00)
    low, high = (score.whole(end) for end in ends_of_scale(group))
    return low, high


def _line(row: IndexRow, prefix: str, curve: Markup, words: Catalogue) -> Line:
    folder = quote(row.id, safe="")
    title = row.title or row.id
    return Line(
        prefix=prefix,
        title=title.removeprefix(prefix),
        subtitle=row.subtitle,
        html=f"{folder}/report.html",
        printed={kind: f"{folder}/report.{kind}" for kind in row.printed},
        cells=_cells(row, curve, words) if row.status == "ok" else (),
        flags=_flags(row, words),
        row=row,
    )


def _cells(row: IndexRow, curve: Markup, words: Catalogue) -> tuple[Shown, ...]:
    score = numbers.ScoreFormat.of(row.sd_total, row.se_gamma00)
    mean = words.say(
        "index.mean" if row.leading_mean_se is not None else "index.mean_alone",
        mean=score.headline(row.leading_mean),
        se=score.headline(row.leading_mean_se),
    )
    sd, reliability = row.curve_sd, row.shown_reliability
    return (
        Shown(Markup.escape(numbers.count(row.n_groups or 0))),
        Shown(Markup.escape(numbers.count(row.n_members or 0))),
        Shown(mean, row.leading_mean),
        Shown(curve, row.curve_mean),
        Shown(Markup.escape(score.headline(sd)), sd),
        Shown(Markup.escape(_share(row).show(row.leading_icc)), row.leading_icc),
        _interval(row, words),
        Shown(Markup.escape(numbers.share(reliability)), reliability),
    )


def _interval(row: IndexRow, words: Catalogue) -> Shown:
    if not _has_interval(row):
        return Shown(words.say("index.no_interval"), None)
    icc = _share(row)
    low, high = icc.show(row.leading_icc_low), icc.show(row.leading_icc_high)
    return Shown(interval(row) + words.say("index.ends", low=low, high=high), row.leading_icc_low)


def _flags(row: IndexRow, words: Catalogue) -> str:
    """The labels of a dataset's flags, separated by commas."""
    return ", ".join(findings.label(code, words) for code in row.flags.split())
