"""Datasets without a report, as they may be shown."""

from dataclasses import replace

from multilevel.errors import DataRefused
from multilevel.publication.shown import shown_provenance
from multilevel.records.findings import Finding
from multilevel.records.results import Reason, Results
from multilevel.wording import findings
from multilevel.wording.catalogue import Catalogue

# Reasons that quote no cell of the data, but for some of their cases.
TELLING = frozenset(
    {"unreadable_file", "missing_column", "empty", "one_group", "no_replication",
     "zero_within_variance", "too_small_to_publish"}
)  # fmt: skip
QUOTING = frozenset(
    {"unreadable_file.damaged_value", "unreadable_file.bad_text", "unreadable_file.other_encoding",
     "missing_column.nothing_in_common"}
)  # fmt: skip
# The names of a file's columns, which in a file without names are its first row, by cases.
NAMING = frozenset(
    f"missing_column.{case}" for case in ("absent", "no_fit", "no_scores", "no_schools")
)
NAMES = ("names", "near", "sets", "ids")


def shown_refusal(results: Results, words: Catalogue) -> Results:
    """A refused dataset with its reason, unless that quotes the data; never with a number of it."""
    reason = results.reason
    kept = tuple(
        _without_names(one)
        for one in results.findings
        if one.level == "refusal"
        and one.code not in QUOTING
        and one.code.partition(".")[0] in TELLING
    )
    if kept:
        reason = findings.reason(kept[0])
    elif reason is not None:
        reason = Reason(
            code=reason.code,
            message=words.plain("publication.refused.message"),
            remedy=words.plain("publication.refused.remedy"),
        )
    return _refused(results, reason, kept)


def _without_names(finding: Finding) -> Finding:
    if finding.code not in NAMING:
        return finding
    kept = {name: value for name, value in finding.values.items() if name not in NAMES}
    return replace(finding, values=kept)


def too_small(results: Results, min_members: int) -> Results:
    """A dataset of which fewer than two groups could be shown."""
    labels = results.labels
    refusal = DataRefused(
        "too_small_to_publish",
        groups=labels.groups,
        members=labels.members,
        min_members=min_members,
    ).finding
    return _refused(results, findings.reason(refusal), (refusal,))


def _refused(results: Results, reason: Reason | None, kept: tuple[Finding, ...]) -> Results:
    return Results(
        schema_version=results.schema_version,
        id=results.id,
        status="refused",
        reason=reason,
        labels=results.labels,
        provenance=shown_provenance(results.provenance),
        findings=kept,
    )
