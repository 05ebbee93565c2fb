"""What a reader should know of a dataset, as values; `wording.findings` makes the sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from multilevel.records.sections import doc

Level = Literal["refusal", "caution", "note"]

RefusalCode = Literal[
    "one_group",
    "no_replication",
    "constant_outcome",
    "zero_within_variance",
    "unreadable_file",
    "missing_column",
    "not_numeric",
    "empty",
    "duplicate_key",
    "bad_weights",
    "too_small_to_publish",
]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A refusal, a caution or a note, from any stage."""

    code: Annotated[
        str,
        doc(
            "What was found. Of a refusal: reason.code, and after a point what it is about, as in "
            "unreadable_file.no_sheet."
        ),
    ]
    columns: Annotated[tuple[str, ...], doc("The columns concerned.")] = ()
    values: Annotated[Mapping[str, Any], doc("Numbers, texts and lists of them, by name.")] = field(
        default_factory=dict
    )
    level: Annotated[
        Level,
        doc(
            "refusal: there is no report; caution: read the numbers with care; note: what was "
            "found and done."
        ),
    ]


def caution(code: str, /, *columns: str, **values: Any) -> Finding:
    """A finding that bears on whether the numbers can be trusted."""
    return Finding(code=code, columns=columns, values=values, level="caution")


def cautions_among(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that bear on whether the numbers can be trusted, in their order."""
    return [finding for finding in findings if finding.level == "caution"]


def note(code: str, /, *columns: str, **values: Any) -> Finding:
    """A finding on what was noticed and done, which casts no doubt."""
    return Finding(code=code, columns=columns, values=values, level="note")
