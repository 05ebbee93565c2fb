"""What a comparison's report is written from: numbers, words, names."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from multilevel.figures.captions import FigureText
from multilevel.figures.comparison_data import icc_format, name_of
from multilevel.publication.publisher import NOBODY, Publisher
from multilevel.records.comparison import MEAN, Comparison, Difference, Statistic
from multilevel.records.results import Results
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.quoting import one_line

LONGEST_NAME = 60


@dataclass(frozen=True)
class Pages:
    """What a report of a comparison is written from.

    Attributes
    ----------
    results
        Of the datasets that were read, the first of which lends its words and decimals.
    figure_texts
        Captions by figure.
    publisher
        Who publishes it.
    most_named
        Names that a sentence lists.
    """

    comparison: Comparison
    results: Sequence[Results]
    words: Catalogue
    figure_texts: Mapping[str, FigureText]
    publisher: Publisher = NOBODY
    most_named: int = 12

    @property
    def produced(self) -> str | None:
        """When it was released, else the latest date of its datasets."""
        if self.publisher.released:
            return self.publisher.released
        days = [result.provenance.produced for result in self.results if result.provenance.produced]
        return max(days) if days else None

    @property
    def score(self) -> numbers.ScoreFormat:
        """The format of scores."""
        return score_format(self.comparison, self.results)

    @property
    def icc(self) -> numbers.ShareFormat:
        """The format of ICCs."""
        return icc_format(self.comparison.datasets)

    @property
    def alpha(self) -> float:
        """The level of the tests, such as 0.05."""
        return round(1.0 - self.comparison.confidence, 10)

    def differences(self, statistic: Statistic) -> list[Difference]:
        """The differences in a statistic."""
        return [row for row in self.comparison.differences if row.statistic == statistic]

    def name(self, dataset_id: str) -> str:
        """A dataset's title, with its cycle where cycles are compared; the mean of all."""
        if dataset_id == MEAN:
            return self.say("comparison.mean_of_all")
        by_id = {dataset.id: dataset for dataset in self.comparison.datasets}
        dataset = by_id[dataset_id]
        parts = [name_of(dataset)]
        if self.comparison.by == "cycle" and dataset.cycle:
            parts.append(dataset.cycle)
        return one_line(" ".join(parts), LONGEST_NAME)

    def linked(self, dataset_id: str) -> Markup:
        """A dataset's name, with a link to its own report."""
        return Markup('<a href="../{}/report.html">{}</a>').format(
            quote(dataset_id, safe=""), self.name(dataset_id)
        )

    def listed(self, names: Sequence[str]) -> str:
        """The names in a list, of too many the first and how many more."""
        if len(names) > self.most_named:
            left = numbers.count(len(names) - self.most_named)
            names = [*names[: self.most_named], self.words.plain("comparison.more", n=left)]
        return ", ".join(names)

    def say(self, key: str, /, **values: object) -> Markup:
        """A sentence with the words of the first dataset's labels."""
        labels = self.results[0].labels if self.results else None
        own = {
            name: one_line(getattr(labels, name), LONGEST_NAME) if labels else name
            for name in ("outcome", "group", "groups", "member", "members")
        }
        capital = {name.capitalize(): text[:1].upper() + text[1:] for name, text in own.items()}
        return self.words.say(key, **(own | capital | values))


def score_format(comparison: Comparison, results: Sequence[Results]) -> numbers.ScoreFormat:
    """The format of scores that suits the most certain mean, unless they are rounded further."""
    errors = [result.se_mean for result in comparison.datasets if result.se_mean]
    units = [u for result in results if result.publication and (u := result.publication.score_unit)]
    return numbers.ScoreFormat.of(
        math.sqrt(comparison.average_total_variance or 1.0),
        min(errors, default=None),
        min(units, default=None),
    )
