"""Which columns may be covariates of members and of groups, in the file's order."""

from collections.abc import Callable, Sequence

from multilevel.ingest import vocabulary
from multilevel.ingest.candidates import Candidates, Seen
from multilevel.ingest.statistics.covariates import MOST_VALUES


def covariates(
    seen: Sequence[Seen],
    likely: Candidates,
    n_rows: int,
    of_groups: Callable[[str], bool],
    are_ids: Callable[[str], bool],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of what may say more of members, and of groups; none without a likely group.

    Parameters
    ----------
    likely
        What the columns may be otherwise.
    of_groups
        Whether a column has one value within each of the likeliest groups.
    are_ids
        Whether the whole numbers of a column are ids.
    """
    if not likely.groups:
        return (), ()
    taken = {
        *likely.outcomes[:1],
        *likely.values,
        *likely.groups[:1],
        *likely.groups_alike,
        *likely.weights,
        *likely.replicates,
        *likely.member_ids,
    }
    names = [
        one.name
        for one in seen
        if one.name not in taken
        and _may_be(one, n_rows)
        and not (one.kind == "whole number" and are_ids(one.name))
    ]
    return (
        tuple(name for name in names if not of_groups(name)),
        tuple(name for name in names if of_groups(name)),
    )


def _may_be(one: Seen, n_rows: int) -> bool:
    """Whether values vary and neither count, number nor name anything."""
    n_distinct, n_known = one.n_distinct or 0, n_rows - (one.n_missing or 0)
    if len(one.names) > 1 or not one.kind or n_distinct < 2:
        return False
    if vocabulary.is_plain_id(one.name) or vocabulary.level(one.name) is not None:
        return False
    # Fractions may all differ; whole numbers that do are ids.
    return one.kind == "number" or n_distinct <= (
        MOST_VALUES if one.kind == "text" else n_known / 2
    )
