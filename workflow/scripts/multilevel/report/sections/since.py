"""What changed since the dataset's last release, and why."""

from markupsafe import Markup

from multilevel.releases.history import Release
from multilevel.report.blocks import Points, Subsection
from multilevel.report.context import Context
from multilevel.wording import numbers
from multilevel.wording.dates import long_date


def since_last_release(c: Context) -> Subsection | None:
    """What changed, and the headline numbers beside their former values; None for a first one."""
    before, now = c.previous, c.release
    if before is None or now is None:
        return None
    return Subsection("since", c.plain("since.title"), (Points(_changes(c, before, now)),))


def revisions(c: Context) -> Subsection | None:
    """The same of a release made on purpose: why, and where the former report is kept."""
    before, now, said = c.previous, c.release, c.revision
    if before is None or now is None or not said.line:
        return None
    why = (c.say("publisher.revision.reason", reason=said.reason),) if said.reason else ()
    points = (*why, *_changes(c, before, now))
    place = {"address": said.former, "folder": said.kept}
    linked, printed = (
        (c.say(f"publisher.revision.{key}", **place),) if said.kept else ()
        for key in ("kept", "kept_printed")
    )
    return Subsection(
        "revisions",
        c.plain("publisher.revision.title"),
        (Points((*points, *linked)),),
        (Points((*points, *printed)),),
    )


def _changes(c: Context, before: Release, now: Release) -> tuple[Markup, ...]:
    return _what(c, before, now), _icc(c, before), _mean(c, before)


def _what(c: Context, before: Release, now: Release) -> Markup:
    parts = "_".join(now.differs_in(before))
    dated = "data" in parts and before.date and before.date != now.date
    said = c.say(f"since.what.{parts}", before=before.version, now=now.version)
    if dated:
        said += " " + c.say("since.date", date=long_date(before.date, c.words))
    if before.n_members != now.n_members or before.n_groups != now.n_groups:
        said += " " + c.say(
            "since.size",
            n_members=numbers.count(now.n_members),
            n_members_before=numbers.count(before.n_members),
            n_groups=numbers.count(now.n_groups),
            n_groups_before=numbers.count(before.n_groups),
        )
    return said


def _icc(c: Context, before: Release) -> Markup:
    icc, was = c.icc.show(c.between.icc), c.icc.show(before.icc)
    if icc == was:
        return c.say("since.icc_same", icc=icc, unweighted=_unweighted(c))
    low, high = c.ci_icc
    inside = "inside" if low <= before.icc <= high else "outside"
    said = c.say("since.icc", icc=icc, before=was, unweighted=_unweighted(c))
    place = c.say(f"since.icc_{inside}", low=c.icc.show(low), high=c.icc.show(high))
    return Markup(" ").join((said, place, *_not_a_test(c, inside)))


def _mean(c: Context, before: Release) -> Markup:
    mean, was = (c.score.headline(value) for value in (c.model.gamma00, before.gamma00))
    if mean == was:
        return c.say("since.mean_same", mean=mean, unweighted=_unweighted(c))
    low, high = c.model.ci_gamma00
    inside = "inside" if low <= before.gamma00 <= high else "outside"
    said = c.say("since.mean", mean=mean, before=was, unweighted=_unweighted(c))
    place = c.say(f"since.mean_{inside}", interval=c.interval(c.model.ci_gamma00))
    return Markup(" ").join((said, place, *_not_a_test(c, inside)))


def _unweighted(c: Context) -> str:
    """History keeps what is known of every dataset, which is without weights."""
    return "" if c.results.weighted is None else c.plain("since.unweighted")


def _not_a_test(c: Context, inside: str) -> tuple[Markup, ...]:
    """A value outside of an interval is no test of the change."""
    return () if inside == "inside" else (c.say("since.not_a_test"),)
