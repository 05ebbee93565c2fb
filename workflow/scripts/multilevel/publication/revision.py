"""What a report says of the release before it: what changed, why, and where that is kept."""

from dataclasses import dataclass

from markupsafe import Markup

from multilevel.publication.publisher import Publisher
from multilevel.releases.history import Previous, Release
from multilevel.releases.ledger import RELEASES
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.dates import long_date

NOTHING = Markup()


@dataclass(frozen=True)
class Revision:
    """A line for page one, and what its publisher says; "" where there is nothing to say.

    Attributes
    ----------
    former
        The address of the former report.
    kept
        The folder in which it is kept, as the reader finds it.
    reason
        Why there is a new one.
    """

    line: Markup = NOTHING
    former: str = ""
    kept: str = ""
    reason: str = ""


NONE = Revision()


def revision(
    publisher: Publisher, previous: Previous, now: Release | None, words: Catalogue
) -> Revision:
    """Of a report that was released on purpose, or whose publisher gives a reason.

    Parameters
    ----------
    previous
        The release before, and where it is kept.
    now
        The report's own; None of a refused dataset.
    """
    before = previous.release
    if before is None or now is None or not (previous.kept or publisher.reason):
        return NONE
    parts = "_".join(now.differs_in(before))
    if not parts:
        return NONE
    # The folder's name begins with the day on which it was released.
    day = previous.kept[:10] or before.date
    line = words.say(
        "publisher.revision.dated" if day else "publisher.revision.undated",
        date=long_date(day, words) if day else "",
        what=words.plain(f"index.since.what.{parts}"),
    )
    if publisher.reason:
        line += " " + words.say("publisher.revision.reason", reason=publisher.reason)
    kept = previous.kept
    former = f"../{RELEASES}/{kept}/{now.id}/report.html" if kept else ""
    return Revision(line, former, kept and f"{RELEASES}/{kept}/{now.id}", publisher.reason)
