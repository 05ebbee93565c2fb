"""Datasets without a report, as they may be shown."""

from dataclasses import replace

from multilevel.errors import DataRefused
from multilevel.publication.shown import without_paths
from multilevel.records.results import Reason, Results
from multilevel.wording import findings
from multilevel.wording.catalogue import Catalogue

# Reasons that quote no cell of the data.
TELLING = frozenset(
    {"unreadable_file", "missing_column", "empty", "one_group", "no_replication",
     "zero_within_variance", "too_small_to_publish"}
)  # fmt: skip


def shown_refusal(results: Results, words: Catalogue) -> Results:
    """A refused dataset with its reason, unless that quotes the data."""
    reason = results.reason
    if reason is not None and reason.code not in TELLING:
        reason = Reason(
            code=reason.code,
            message=words.plain("publication.refused.message"),
            remedy=words.plain("publication.refused.remedy"),
        )
    origin = replace(results.provenance, suspects=(), unlike=(), notes=())
    kept = tuple(
        one
        for one in results.findings
        if one.level == "refusal" and one.code.partition(".")[0] in TELLING
    )
    return replace(results, reason=reason, provenance=without_paths(origin), findings=kept)


def too_small(results: Results, min_members: int) -> Results:
    """A dataset of which fewer than two groups could be shown."""
    labels = results.labels
    refusal = DataRefused(
        "too_small_to_publish",
        groups=labels.groups,
        members=labels.members,
        min_members=min_members,
    ).finding
    origin = replace(results.provenance, suspects=(), unlike=(), notes=())
    return Results(
        schema_version=results.schema_version,
        id=results.id,
        status="refused",
        reason=findings.reason(refusal),
        labels=labels,
        provenance=without_paths(origin),
        findings=(refusal,),
    )
