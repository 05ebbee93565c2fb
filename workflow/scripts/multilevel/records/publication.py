"""The section of results.json that says what was withheld, and for whom the numbers are."""

from dataclasses import dataclass
from typing import Annotated, Literal

from multilevel.records.sections import doc

WithheldPart = Literal["companion", "influence"]


@dataclass(frozen=True, kw_only=True)
class Publication:
    """Disclosure control: what was withheld and how precisely the rest is shown."""

    disclosure: Annotated[
        Literal["safe", "off"],
        doc("safe: may be handed out; off: everything is shown, for internal use."),
    ]
    min_members: Annotated[int, doc("Schools of fewer students are not shown singly.")]
    names: Annotated[Literal["shown", "coded"], doc("Whether codes stand for the schools' names.")]
    n_small: Annotated[int, doc("Schools of fewer than min_members students.")]
    n_alike: Annotated[
        int, doc("Schools of min_members students or more whose students scored nearly the same.")
    ] = 0
    n_withheld: Annotated[
        int, doc("Schools not shown singly: the small ones, and others that would give them away.")
    ] = 0
    n_members_withheld: Annotated[int, doc("Their students, to the nearest 5.")] = 0
    mean_withheld: Annotated[
        float | None, doc("Mean of their students; null where it would tell too much.")
    ] = None
    parts_withheld: Annotated[
        tuple[WithheldPart, ...],
        doc("Sections of results.json that aren't shown though they were made."),
    ] = ()
    n_not_updated: Annotated[
        int, doc("Schools shown as last published, as too few of their students changed.")
    ] = 0
    as_before: Annotated[
        bool,
        doc("Whether all numbers are those last published, as too few students changed since."),
    ] = False
    settings_wait: Annotated[
        bool, doc("Whether settings of the analysis that changed since don't count yet, for that.")
    ] = False
    score_unit: Annotated[
        float | None, doc("Scores of schools are rounded to it; null for off.")
    ] = None
    mean_unit: Annotated[
        float | None, doc("Means of all schools are rounded to it; null for off.")
    ] = None
    moved_unit: Annotated[
        float | None,
        doc(
            "In all estimates the means of withheld schools count rounded to multiples of about "
            "this; null where none is withheld."
        ),
    ] = None
    range_within_scores: Annotated[
        bool | None,
        doc("Whether leading.group_minus_1sd and group_plus_1sd lie within the scores."),
    ] = None
    reliability_below: Annotated[
        float | None,
        doc("Reliability with min_members students: those of small schools lie below it."),
    ] = None
