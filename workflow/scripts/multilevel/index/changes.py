"""What changed since each dataset's last release, for the index."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from multilevel.records.results import Results, decode
from multilevel.releases.history import Previous, Release, release_of
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.dates import long_date

Pair = tuple[Release, Release]


def former_releases(results: Sequence[Results], stages: Path) -> dict[str, Pair]:
    """The release before today's and today's, by id of the datasets that have both.

    `stages` holds a folder for each dataset, with its previous.json.
    """
    pairs = {}
    for result in results:
        now = release_of(result)
        before = decode((stages / result.id / "previous.json").read_bytes(), Previous).release
        if now is not None and before is not None:
            pairs[result.id] = (before, now)
    return pairs


def sentence(pair: Pair, words: Catalogue) -> str:
    """A sentence such as ICC 0.24, was 0.22 on 3 May 2026: the data changed."""
    before, now = pair
    parts = "_".join(now.differs_in(before))
    was, icc = map(numbers.share, iccs(pair))
    what = words.plain(f"index.since.what.{parts}")
    if icc == was:
        return words.plain("index.since.same", icc=icc, what=what)
    dated = before.date and before.date != now.date
    return words.plain(
        "index.since.icc_on" if dated else "index.since.icc",
        icc=icc,
        before=was,
        date=long_date(before.date, words) if dated else "",
        what=what,
    )


def summary(former: Mapping[str, Pair], titles: Mapping[str, str], words: Catalogue) -> Markup:
    """Say how many datasets have an earlier release, and whose ICC moved most; may be ""."""
    if not former:
        return Markup()
    amount = "one" if len(former) == 1 else "many"
    amounts = words.say(f"index.since.{amount}", n=numbers.count(len(former)))
    moved = max(former, key=lambda id: abs(iccs(former[id])[1] - iccs(former[id])[0]))
    was, icc = map(numbers.share, iccs(former[moved]))
    if was == icc:
        return amounts + " " + words.say("index.since.steady")
    most = words.say("index.since.most", title=titles[moved], icc=icc, before=was)
    return amounts + " " + most


def iccs(pair: Pair) -> tuple[float, float]:
    """The ICC before and now: the leading ICC where both releases lead with the same kind."""
    before, now = pair
    if (
        before.leading_icc is None
        or now.leading_icc is None
        or before.leading_weighted != now.leading_weighted
    ):
        return before.icc, now.icc
    return before.leading_icc, now.leading_icc
