"""Sentences to quote, and how to cite a report."""

import re

from markupsafe import Markup

from multilevel.publication.publisher import NOBODY, Publisher
from multilevel.records.results import Leader, Results
from multilevel.report import rules
from multilevel.report.blocks import Quote
from multilevel.report.context import Context
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.dates import long_date

# What TeX takes for a command.
_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX |= {sign: "\\" + sign for sign in "{}$&%#_"}


def quotes(c: Context) -> tuple[Quote, ...]:
    """The findings in a sentence, in plain words and in the form of the APA."""
    return (
        Quote("plain", c.plain("quote.label.plain"), _plain(c)),
        Quote("apa", c.plain("quote.label.apa"), _apa(c)),
    )


def _plain(c: Context) -> Markup:
    leader, icc = c.leading.mean, c.leading.icc
    mean = c.say(
        f"quote.mean.{leader.quantity}{'' if leader.interval else '_alone'}",
        mean=c.score.headline(leader.value),
        interval=c.interval(leader.interval) if leader.interval else "",
    )
    ends = rules.exact_interval(icc)
    low, high = (c.leading_icc.percent(end) for end in ends or (0.0, 0.0))
    verdict = rules.verdict(c)
    alone = "_alone" if ends is None and verdict == "none" else ""
    differ = c.say(
        f"quote.differ.{verdict}{alone}",
        share=c.leading_icc.percent(icc.value),
        low=low,
        high=high,
    )
    size = {"n_members": c.members(c.data.n_members), "n_groups": _groups(c)}
    return c.say("quote.plain", title=c.labels.title, mean=mean, differ=differ, **size)


def _apa(c: Context) -> Markup:
    """The model with its estimates, and the mean that leads where that is another one."""
    f, leading = c.score, c.leading
    parts = (
        c.say("quote.apa.estimate.gamma00", value=_mean(c, _of_model(c))),
        c.say("quote.apa.estimate.tau00", value=f.variance(leading.tau00.value)),
        c.say("quote.apa.estimate.sigma2", value=f.variance(leading.sigma2.value)),
        _icc_in_apa(c),
    )
    values = c.results.plausible_values
    pooled = "" if values is None else c.plain("quote.apa.values", m=numbers.count(values.m))
    said = [
        c.say(
            f"quote.apa.{'weighted' if leading.weighted else 'plain'}",
            method=c.plain(f"method.{c.model.method}"),
            n_members=numbers.count(c.data.n_members),
            n_groups=numbers.count(c.data.n_groups),
            pooled=pooled,
            estimates=Markup(", ").join(parts),
        )
    ]
    if leading.mean.quantity != "gamma00":
        said.append(c.say(f"quote.apa.{leading.mean.quantity}", mean=_mean(c, leading.mean)))
    return Markup(" ").join(said)


def _of_model(c: Context) -> Leader:
    """gamma00, which need not be the mean of groups that leads."""
    found = c.leading.group_mean
    if found.quantity == "gamma00":
        return found
    model = c.model
    se, ends = c.standard_error, model.ci_gamma00
    return Leader(quantity="gamma00", value=model.gamma00, se=se, interval=ends)


def _mean(c: Context, leader: Leader) -> Markup:
    """A mean, and its standard error and interval where it has them."""
    f = c.score
    said = Markup.escape(f.headline(leader.value))
    if leader.se is None or leader.interval is None:
        return said
    low, high = f.interval(leader.interval)
    return said + c.say("quote.apa.precision", se=f.headline(leader.se), low=low, high=high)


def _groups(c: Context) -> str:
    return c.counted_groups(c.data.n_groups)


def _icc_in_apa(c: Context) -> Markup:
    """Without the 0 before the point, as of all that cannot exceed 1."""
    icc, show = c.leading.icc, c.leading_icc.show
    if rules.verdict(c) in ("too_alike", "contested"):
        return c.say("quote.apa.icc_untold")
    ends = rules.exact_interval(icc)
    if ends is None:
        return c.say("quote.apa.icc_alone", value=_without_zero(show(icc.value)))
    low, high = (_without_zero(show(end)) for end in ends)
    return c.say("quote.apa.icc", value=_without_zero(show(icc.value)), low=low, high=high)


def _without_zero(text: str) -> str:
    """0.51 -> .51, <0.01 -> <.01"""
    return re.sub(r"^([<>]?)0\.", r"\1.", text)


def citation(results: Results, words: Catalogue) -> str:
    """How to cite the report: title, program, date and the data by its hash."""
    provenance = results.provenance
    day = "" if provenance.produced is None else long_date(provenance.produced, words)
    return words.plain(
        "citation.dated" if day else "citation.undated",
        title=_title(results, words),
        date=day,
        version=provenance.software["multilevel-reports"],
        sha256=provenance.input.sha256 or "",
    )


def bibtex(results: Results, words: Catalogue, publisher: Publisher = NOBODY) -> str:
    """The same for BibTeX."""
    provenance = results.provenance
    fields = {
        "title": _title(results, words),
        "author": publisher.publisher or words.plain("page.generator"),
        "year": (provenance.produced or "")[:4],
        "note": words.plain(
            "citation.note_draft" if publisher.draft else "citation.note",
            version=provenance.software["multilevel-reports"],
            sha256=provenance.input.sha256 or "",
        ),
    }
    lines = [f"  {name} = {{{{{_tex(text)}}}}}" for name, text in fields.items() if text]
    key = re.sub(r"[^A-Za-z0-9-]+", "-", results.id).strip("-") or "report"
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"


def _title(results: Results, words: Catalogue) -> str:
    labels = results.labels
    return words.plain(
        "citation.title" if labels.subtitle else "citation.title_alone",
        title=labels.title.rstrip("."),
        subtitle=labels.subtitle.rstrip("."),
    )


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in " ".join(text.split()))
