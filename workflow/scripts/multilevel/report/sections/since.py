"""What changed since the dataset's last release, and why."""

from collections.abc import Callable

from markupsafe import Markup

from multilevel.records.sections import Interval
from multilevel.releases.history import Release
from multilevel.report.blocks import Points, Subsection
from multilevel.report.context import Context
from multilevel.report.rules import exact_interval
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
    """The ICC that leads, if the release before led with the same one; else the unweighted one."""
    weighted = "yes" if c.leading.weighted else "no"
    leading, was = c.leading.icc, before.leading_icc
    if was is None or before.leading_weighted != weighted:
        name = "unweighted" if c.results.weighted is not None else "plain"
        return _change(c, f"icc.{name}", c.icc.show, (before.icc, c.between.icc), c.ci_icc)
    name = "weighted" if c.leading.weighted else "plain"
    ends = exact_interval(leading)
    return _change(c, f"icc.{name}", c.leading_icc.show, (was, leading.value), ends)


def _mean(c: Context, before: Release) -> Markup:
    """The mean that leads, if the release before led with the same one; else gamma00."""
    leader, was = c.leading.mean, before.leading_mean
    show = c.score.headline
    if was is None or before.leading_mean_quantity != leader.quantity:
        name = "unweighted" if c.results.weighted is not None else "gamma00"
        pair = (before.gamma00, c.model.gamma00)
        return _change(c, f"mean.{name}", show, pair, c.model.ci_gamma00)
    return _change(c, f"mean.{leader.quantity}", show, (was, leader.value), leader.interval)


def _change(
    c: Context,
    name: str,
    show: Callable[[float], str],
    values: tuple[float, float],
    ends: Interval | None,
) -> Markup:
    """What it was and is; with an interval, whether the former value lies inside.

    That says nothing of whether the change is more than chance, which is said too.
    """
    was, now = values
    what, shown = c.plain(f"since.name.{name}"), show(now)
    if show(was) == shown:
        return c.say("since.same", what=what, now=shown)
    said = c.say("since.changed", what=what, now=shown, before=show(was))
    if ends is None:
        return said
    inside = ends[0] <= was <= ends[1]
    span = c.span((show(ends[0]), show(ends[1])))
    place = c.say("since.inside" if inside else "since.outside", interval=span)
    return Markup(" ").join((said, place, *(() if inside else (c.say("since.not_a_test"),))))
