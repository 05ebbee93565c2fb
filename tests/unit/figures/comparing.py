"""Comparisons and distributions to draw, from simulated students."""

from dataclasses import replace

import numpy as np
from tests.unit.summarise.comparison.making import member

from multilevel.figures.text import Voice
from multilevel.records.comparison import Comparison
from multilevel.summarise.comparison.compare import compare
from multilevel.summarise.distribution.section import Scores, distribution
from multilevel.summarise.distribution.students import ModelParameters
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.numbers import ScoreFormat

BENCHMARKS = {"Low": 400.0, "Intermediate": 475.0, "High": 550.0, "Advanced": 625.0}
LEVELS = {f"Level {k} <b>$x$": 300.0 + 50 * k for k in range(1, 7)}
WORDS = {
    "outcome": "mathematics score",
    "group": "school",
    "groups": "schools",
    "member": "student",
    "members": "students",
}
HOSTILE = {
    "outcome": "$\\frac{1}{0}$ <b>score</b> " + "long " * 12,
    "group": "\u05e7\u05d1\u05d5\u05e6\u05d4",
    "groups": "🏫 schools $x$ {0} {group}",
    "member": "<script>alert('x')</script>",
    "members": "élèves " * 8,
}


def described(
    mean=500.0, tau00=2000.0, sigma2=5600.0, benchmarks=BENCHMARKS, schools=24, scale=1.0
):
    """The distribution of simulated students."""
    random = np.random.default_rng(int(mean))
    group = np.repeat(np.arange(schools), 12)
    score = mean + np.sqrt(tau00) * random.normal(size=schools)[group]
    score = scale * (score + np.sqrt(sigma2) * random.normal(size=len(group)))
    cuts = {name: scale * cut for name, cut in benchmarks.items()}
    model = [ModelParameters(scale * mean, scale**2 * tau00, scale**2 * sigma2)]
    return distribution(Scores(score[:, None], group), cuts, model)


def comparison(titles, cycles=(None,), benchmarks=BENCHMARKS, by="groups", scale=1.0) -> Comparison:
    """Countries by cycles; means and variances go up."""
    members = []
    for i, title in enumerate(titles):
        for k, cycle in enumerate(cycles):
            mean, tau00, sigma2 = (
                440.0 + 160 * i / len(titles) + 6 * k,
                600.0 + 40 * i + 50 * k,
                5000.0,
            )
            spread = described(mean, tau00, sigma2, benchmarks, scale=scale)
            one = member(
                f"m{i}-{k}", spread.mean.value, spread.mean.se, scale**2 * tau00, scale**2 * sigma2,
                title=title, cycle=cycle, country=title if cycle else None, df=23.0,
            )  # fmt: skip
            members.append(replace(one, distribution=spread))
    return compare(members, id="c", title="C", by=by)


def voice(area: str, words: Catalogue, hostile: bool = False, scale: float = 1.0) -> Voice:
    labels = HOSTILE if hostile else WORDS
    both = {**labels, **{k.capitalize(): v[0].upper() + v[1:] for k, v in labels.items()}}
    return Voice(words, area, both, ScoreFormat.of(90.0 * scale, 4.0 * scale))
