"""What every section writes from: the results, the schools and the words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from markupsafe import Markup

from multilevel.configuration.choices import USUAL, Choices
from multilevel.figures.captions import FigureText
from multilevel.figures.data import GroupTable
from multilevel.publication.revision import NONE, Revision
from multilevel.records.findings import Finding
from multilevel.records.results import (
    Between,
    Checks,
    Comparisons,
    Data,
    GroupSummary,
    Interval,
    Intervals,
    Labels,
    Leader,
    Leading,
    Model,
    Naive,
    Results,
    Tests,
)
from multilevel.releases.history import Release, release_of
from multilevel.report.blocks import Equation, Figure, Paragraph
from multilevel.report.equations import equation
from multilevel.report.tabulating import LONGEST_CELL
from multilevel.wording import findings, numbers, verdicts
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.labels import as_noun
from multilevel.wording.quoting import one_line

T = TypeVar("T")
NOTHING = Markup()
LONGEST_ID = 100
# A share of members below this is no number of a hundred.
HARDLY_ANY = 0.005
# Figures that show single members, of plausible values the first.
OF_MEMBERS = frozenset({"within_schools", "two_levels", "normality"})


@dataclass(frozen=True)
class Context:
    """A dataset that was fitted, and how to talk about it.

    Attributes
    ----------
    results
        Results with status "ok".
    schools
        The rows of groups.csv.
    words
        The catalogue of sentences.
    figure_texts
        Captions by figure name.
    previous
        The release before this one; None for a first one.
    revision
        What its publisher says of the release before.
    chosen
        The sections that the report is to have.
    """

    results: Results
    schools: GroupTable
    words: Catalogue
    figure_texts: Mapping[str, FigureText]
    previous: Release | None = None
    revision: Revision = NONE
    chosen: Choices = USUAL

    @property
    def release(self) -> Release | None:
        """Today's state of the dataset, as history.csv has it."""
        return release_of(self.results)

    @property
    def labels(self) -> Labels:
        """The words for this dataset's things."""
        return legible(self.results.labels)

    @property
    def data(self) -> Data:
        """Counts."""
        return _present(self.results.data)

    @property
    def naive(self) -> Naive:
        """Raw summaries."""
        return _present(self.results.naive)

    @property
    def model(self) -> Model:
        """The fitted model."""
        return _present(self.results.model)

    @property
    def between(self) -> Between:
        """How much groups differ."""
        return _present(self.results.between)

    @property
    def intervals(self) -> Intervals:
        """Further intervals."""
        return _present(self.results.intervals)

    @property
    def tests(self) -> Tests:
        """Tests."""
        return _present(self.results.tests)

    @property
    def checks(self) -> Checks:
        """Assumption checks."""
        return _present(self.results.checks)

    @property
    def groups(self) -> GroupSummary:
        """How the groups stand to gamma00."""
        return _present(self.results.groups)

    @property
    def comparisons(self) -> Comparisons:
        """How far groups can be compared."""
        return _present(self.results.comparisons)

    @property
    def contested(self) -> bool:
        """The likelihood says 0, the exact test says no: with very unequal sizes both can be."""
        return verdicts.contested(self.results)

    @property
    def safe(self) -> bool:
        """Whether disclosure control has rounded the numbers."""
        said = self.results.publication
        return said is not None and said.disclosure == "safe"

    @property
    def as_programs_print(self) -> bool:
        """Whether programs print these numbers: not rounded ones, nor pooled ones."""
        return not self.safe and self.results.plausible_values is None

    @property
    def alpha(self) -> str:
        """5%"""
        return numbers.confidence_percent(round(1.0 - self.model.confidence, 10))

    @property
    def score(self) -> numbers.ScoreFormat:
        """Formats this dataset's scores."""
        said = self.results.publication
        unit = said.score_unit if said else None
        return numbers.ScoreFormat.of(self.naive.sd_total, self.standard_error, unit)

    @property
    def standard_error(self) -> float:
        """The standard error that test and interval of gamma00 use."""
        return self.model.se_gamma00 if self.model.se is None else self.model.se

    @property
    def leading(self) -> Leading:
        """The estimates and intervals that lead, weighted or not."""
        return verdicts.leading(self.results)

    @property
    def leading_icc(self) -> numbers.ShareFormat:
        """Formats the intraclass correlation that leads."""
        leader = self.leading.icc
        return numbers.ShareFormat.of(leader.value, *(leader.interval or (None, None)))

    def leader(self, name: str) -> Leader | None:
        """The unweighted estimate of `icc`, `tau00`, `sigma2` or `reliability` that leads.

        None where the weighted ones lead: those stand beside.
        """
        leading = self.results.leading
        if leading is None or leading.weighted:
            return None
        leader: Leader = getattr(leading, name)
        return leader

    def _interval(self, name: str, usual: Interval) -> Interval:
        leader = self.leader(name)
        return usual if leader is None or leader.interval is None else leader.interval

    @property
    def ci_icc(self) -> Interval:
        """The interval of the unweighted ICC that leads."""
        return self._interval("icc", self.between.ci_icc)

    @property
    def ci_reliability(self) -> Interval:
        """The interval of the unweighted reliability that leads."""
        return self._interval("reliability", self.between.ci_reliability)

    @property
    def ci_tau00(self) -> Interval:
        """The interval of the unweighted tau00 that leads."""
        return self._interval("tau00", self.profile_tau00)

    @property
    def profile_tau00(self) -> Interval:
        """The profile interval of tau00, from end to end of its pieces."""
        return self.intervals.ci_tau00_profile_hull or self.intervals.ci_tau00_profile

    @property
    def ci_sigma2(self) -> Interval:
        """The interval of the unweighted sigma2 that leads."""
        return self._interval("sigma2", self.intervals.ci_sigma2_exact)

    @property
    def ci_difference_2sd(self) -> Interval:
        """That of 2 sqrt(tau00), from `ci_tau00`."""
        low, high = self.ci_tau00
        return 2.0 * low**0.5, 2.0 * high**0.5

    def robust(self, name: str) -> bool:
        """Whether the interval that leads is the jackknife's over schools."""
        leader = self.leader(name)
        return leader is not None and leader.method == "robust"

    @property
    def icc(self) -> numbers.ShareFormat:
        """Formats intraclass correlations."""
        return numbers.ShareFormat.of(self.between.icc, *self.ci_icc)

    @property
    def reliability(self) -> numbers.ShareFormat:
        """Formats reliabilities."""
        return numbers.ShareFormat.of(self.between.reliability, *self.ci_reliability)

    @property
    def confidence(self) -> str:
        """95%"""
        return numbers.confidence_percent(self.model.confidence)

    def say(self, key: str, /, **values: object) -> Markup:
        """A sentence; labels, symbols and the confidence level fill themselves in."""
        return self.words.say(key, **(self._everywhere | values))

    def plain(self, key: str, /, **values: object) -> str:
        """The same without markup."""
        return self.words.plain(key, **(self._everywhere | values))

    def sentences(self, found: Iterable[Finding]) -> tuple[Markup, ...]:
        """The sentences of findings, numbers as this dataset's are written."""
        formats: dict[str, findings.Format] = {
            "score": self.score.headline,
            "scores": lambda ends: self.interval((ends[0], ends[1])),
            "variance": self.score.variance,
            "share": self.icc.show,
            "share_finer": self.icc.finer.show,
            "shares": lambda shares: ", ".join(map(self.icc.show, shares)),
        }
        return findings.sentences(found, self._everywhere, formats, self.words)

    def paragraph(self, key: str, /, role: str = "body", **values: object) -> Paragraph:
        """A paragraph of one sentence or several."""
        return Paragraph(self.say(key, **values), role)

    def equation(self, name: str, /, label: Markup = NOTHING, **numbers: str) -> Equation:
        """A displayed equation of the catalogue; see `equations.equation`."""
        return equation(self.words, name, label, **numbers)

    def symbol(self, name: str) -> Markup:
        """A symbol of the model as it stands inside a sentence, such as gamma00."""
        return self.words.say(f"symbol.{name}")

    def headings(self, area: str, **kinds: str) -> tuple[tuple[Markup, str], ...]:
        """Table columns by name with their kinds; their titles are ``area.name``."""
        return tuple((self.say(f"{area}.{name}"), kind) for name, kind in kinds.items())

    def figure(self, name: str) -> Figure:
        """The figure of that name with its caption, which the figures stage has escaped."""
        text = self.figure_texts[name]
        values = self.results.plausible_values
        note = NOTHING
        if values is not None and name in OF_MEMBERS:
            first = values.per_value[0].column
            note = Markup(" ") + self.say("survey.values.first_short", column=first)
        return Figure(
            key=name,
            title=Markup(text.title),
            subtitle=Markup(text.subtitle),
            how_to_read=Markup(text.how_to_read) + note,
            alt=text.alt,
        )

    def of_hundred(self, share: float) -> Markup:
        """How many of a hundred members: about 37 of 100, hardly any, nearly all."""
        if HARDLY_ANY <= share <= 1.0 - HARDLY_ANY:
            return self.say("of_hundred.some", n=min(max(round(100 * share), 1), 99))
        return self.say("of_hundred.few" if share < HARDLY_ANY else "of_hundred.most")

    def group_id(self, text: str) -> str:
        """A group's id as a table shows it; groups.csv has it whole."""
        return one_line(text, LONGEST_ID)

    def named_group(self, text: str) -> str:
        """A group by its id: school 5110, but Clinic F5 or Escuela Norte by itself."""
        shown = self.group_id(text)
        return shown if any(map(str.isalpha, shown)) else f"{self.labels.group} {shown}"

    def term(self, name: str, text: object) -> Markup:
        """`text` as a link to the reading help of the statistic `name`, where there is any.

        Raises
        ------
        KeyError
            When the glossary has no such statistic: a bug.
        """
        if f"glossary.{name}.term" not in self.words:
            raise KeyError(name)
        if not self.chosen.has("glossary"):
            return Markup.escape(text)
        return Markup('<a class="term" href="#{}">{}</a>').format(anchor(name), text)

    def members(self, n: int) -> str:
        """1 student, 1,234 students"""
        word = self.labels.member if n == 1 else self.labels.members
        return self.plain("counted", n=numbers.count(n), things=word)

    def counted_groups(self, n: int) -> str:
        """1 school, 20 schools"""
        word = self.labels.group if n == 1 else self.labels.groups
        return self.plain("counted", n=numbers.count(n), things=word)

    def whole_interval(self, ends: tuple[float, float]) -> str:
        """505 to 573, as page one has it"""
        low, high = (self.score.whole(end) for end in ends)
        return self.span((low, high))

    def interval(self, interval: tuple[float, float]) -> str:
        """504.6 to 573.3"""
        return self.span(self.score.interval(interval))

    def span(self, ends: tuple[str, str]) -> str:
        """0.37 to 0.70"""
        return self.plain("interval", low=ends[0], high=ends[1])

    @cached_property
    def _everywhere(self) -> dict[str, object]:
        """Values that every sentence may name: labels, symbols, the level of confidence."""
        labels = self.labels
        words = {
            "outcome": labels.outcome,
            "group": labels.group,
            "groups": labels.groups,
            "member": labels.member,
            "members": labels.members,
        }
        capitals = {key.capitalize(): text[:1].upper() + text[1:] for key, text in words.items()}
        symbols = {
            f"s_{key.partition('.')[2]}": self.words.say(key)
            for key in self.words.keys_of("symbol")
        }
        pooled = self.results.plausible_values is not None
        single = "exact.robust" if self.robust("icc") else "exact.single"
        exact = self.words.plain("exact.pooled" if pooled else single)
        checks = self.words.plain("checks.referred") if self.chosen.has("checks") else ""
        # What single groups do stands among the checks, where it isn't withheld.
        influence = checks if self.results.influence is not None else ""
        more = {"level": self.confidence, "exact": exact, "checks": checks, "influence": influence}
        return {**words, **capitals, **symbols, **more}


def legible(labels: Labels) -> Labels:
    """The labels on one line each, without what would turn the text around them.

    What is measured becomes a noun where its label is a question or a sentence.
    """
    return replace(
        labels,
        title=one_line(labels.title, LONGEST_CELL),
        subtitle=one_line(labels.subtitle, LONGEST_CELL),
        outcome=as_noun(one_line(labels.outcome, LONGEST_CELL)),
        group=one_line(labels.group, LONGEST_CELL),
        groups=one_line(labels.groups, LONGEST_CELL),
        member=one_line(labels.member, LONGEST_CELL),
        members=one_line(labels.members, LONGEST_CELL),
    )


def anchor(name: str) -> str:
    """Where the reading help of a statistic stands."""
    return f"term-{name.replace('_', '-')}"


def _present(part: T | None) -> T:
    if part is None:
        raise ValueError("only a fitted dataset has a report in sections")
    return part
