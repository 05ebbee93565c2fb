"""Which columns of the files a companion's covariates are, or why there can be none."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from multilevel.configuration.datasets import CompanionColumns
from multilevel.errors import DataRefused
from multilevel.records.companion import RefusalCode, no_companion
from multilevel.records.findings import Finding
from multilevel.wording.families import families

# How many plausible values studies give; other numbered columns are questions or subtests.
NUMBERS_OF_VALUES = (5, 10)
# Of TIMSS, PIRLS and PISA; others' ids show by their values.
MEMBER_IDS = frozenset({"idstud", "cntstuid", "stidstd"})


def companion_columns(
    given: CompanionColumns,
    resolve: Callable[[str, str], str],
    outcomes: Sequence[str],
    groups: Sequence[str],
    member_ids: Sequence[str],
    names: Sequence[str],
) -> CompanionColumns | Finding:
    """The covariates by the files' own names, or why there is no companion.

    Parameters
    ----------
    resolve
        A column's own name from the one in the configuration and the key there; raises
        DataRefused where there is no such column.
    outcomes, groups
        The dataset's columns of scores and of groups' ids.
    member_ids
        Those that the configuration or the file says to hold ids of members.
    names
        All columns of the data file.
    """
    try:
        member, of_group, numbers, categories = (
            tuple(resolve(name, f"companion: {key}") for name in getattr(given, key))
            for key in ("member", "group", "numbers", "categories")
        )
    except DataRefused as refused:
        about = refused.finding
        absent = about.code == "missing_column.absent"
        case: RefusalCode = "absent" if absent else "ambiguous"
        return no_companion(case, *about.columns, near=about.values.get("near"))
    columns, kinds = (*member, *of_group), (*numbers, *categories)
    twice = tuple(dict.fromkeys(name for name in columns if columns.count(name) > 1))
    barred: tuple[tuple[RefusalCode, Sequence[str]], ...] = (
        ("named_twice", twice),
        ("outcome", (*outcomes, *_other_values(outcomes, names))),
        ("group_id", groups),
        ("member_id", (*member_ids, *(n for n in columns if n.casefold() in MEMBER_IDS))),
        ("no_covariate", tuple(name for name in kinds if name not in columns)),
        ("two_kinds", tuple(name for name in numbers if name in categories)),
    )
    for code, those in barred:
        unusable = tuple(dict.fromkeys(name for name in (*columns, *kinds) if name in those))
        if unusable:
            return no_companion(code, *unusable)
    return replace(given, member=member, group=of_group, numbers=numbers, categories=categories)


def _other_values(outcomes: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """The other plausible values of the score, by the names of numbered columns."""
    return tuple(
        name
        for family in families(names)
        if set(outcomes) & set(family.names)
        and (len(outcomes) > 1 or len(family.names) in NUMBERS_OF_VALUES)
        for name in family.names
    )
