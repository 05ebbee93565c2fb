"""Which columns may be scores, groups, weights, replicates and ids, the likeliest first."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from multilevel.ingest import vocabulary
from multilevel.ingest.readers.table import Use

_PLAUSIBLE = (5, 10)  # how many plausible values studies give
_REPLICATES = 20  # fewer columns aren't replicate weights
_FEWEST_SCORES = 15
_OF_ROWS = 4  # rows for each of them, in short files
_APART = 10  # times as wide as there are different numbers: no numbers of groups

_GROUP = re.compile(r"school|schule|sch|class|klasse|group|gruppe|clinic|teacher|unit|site", re.I)
# Not idade (age), IDEB (a score) or idioma (language).
_ID = re.compile(r"(^|_)id(?!ad|eb|io|ea|en)|id$|code$|nr$|no$", re.I)
_MEMBER = re.compile(r"stud|pupil|child|member|person|row", re.I)
_WEIGHT = re.compile(
    r"w(ei)?gh?t|wt($|\d|_)|^wt|(^|_)w($|_)|^w_|wgtfac|wgtadj|gewicht|poids|^peso|pond(er|$)", re.I
)
_REPLICATE = re.compile(r"jk.*(zone|rep)|(zone|rep)$|strat|psu", re.I)
_SCORE = re.compile(
    r"score|math|read|scie|achiev|points|test|^y$|outcome|leistung|punkte|percent|^gpa|^g\d+$|"
    r"grade$|mark|note|puntaje|nota|^sat|^act$|^iq|"
    r"(^|_)pass(ed|_|$)|correct|solved|right$|success|proficien|mastered|bestanden|richtig|geloest|"
    r"ergebnis|resultat|result|reussi|acquis|aprova|aproba|acerto|acierto|promoss|superat|geslaagd|"
    r"behaald|godkan|godkjen|bestatt|zdal|zalicz|合格|正解|及格|sdan|сдал|решен",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A column, or a family of columns that differ only in a number.

    Attributes
    ----------
    name
        The name, or the pattern that stands for the family.
    names
        The columns.
    label
        The first one's description in the file.
    kind
        "number", "whole number" or "text"; "" where its values weren't looked at.
    n_distinct, n_missing
        Of the first one.
    low, high
        Of all of them; of numbers only.
    codes
        What its file declares missing, with labels.
    meanings
        What its file says that its values mean, the first few.
    labelled
        Whether its file says what its values mean.
    measure
        Its level of measurement where the file tells: nominal, ordinal or scale.
    use
        What the file says that it is used as.
    """

    name: str
    names: tuple[str, ...]
    label: str = ""
    kind: str = ""
    n_distinct: int | None = None
    n_missing: int | None = None
    low: float | None = None
    high: float | None = None
    codes: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()
    labelled: bool = False
    measure: str = ""
    use: Use | None = None


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Names or patterns of columns by what they may be, the likeliest first.

    Attributes
    ----------
    member_ids
        Of ids of members.
    values
        Those of the outcomes that look like plausible values.
    alike, groups_alike
        The outcomes and groups of which nothing tells which is meant; one where one is likeliest.
    """

    outcomes: tuple[str, ...]
    groups: tuple[str, ...]
    weights: tuple[str, ...]
    replicates: tuple[str, ...]
    member_ids: tuple[str, ...]
    values: tuple[str, ...]
    alike: tuple[str, ...]
    groups_alike: tuple[str, ...]


def candidates(seen: Sequence[Seen], n_rows: int) -> Candidates:
    """What the columns of a file of `n_rows` rows may be."""
    replicates = [one for one in seen if _may_be_replicates(one)]
    rest = [one for one in seen if one not in replicates]
    weights = [one for one in rest if _may_be_weights(one)]
    rest = [one for one in rest if one not in weights]
    outcomes = sorted((one for one in rest if _may_be_scores(one, n_rows)), key=_unlikely_scores)
    outcomes = outcomes or [one for one in rest if _is_yes_or_no(one)]
    groups = sorted((one for one in rest if _may_be_groups(one, n_rows)), key=_unlikely_groups)
    # Answers to questions repeat as ids of groups do; where names tell ids, they are no candidates.
    groups = [one for one in groups if _named_as_group(one)] or groups
    groups = [one for one in groups if not _measured(one)] or groups
    return Candidates(
        outcomes=_names(outcomes),
        groups=_names(groups),
        weights=_names(weights),
        replicates=_names(replicates),
        member_ids=_names([one for one in seen if _numbers_members(one)]),
        values=_names([one for one in outcomes if plausible(one)]),
        alike=_names(_alike(outcomes, _unlikely_scores)),
        groups_alike=_names(_alike(groups, lambda one: _unlikely_groups(one)[:-1])),
    )


def is_weight(name: str) -> bool:
    """Whether a name is that of a weight."""
    return bool(_WEIGHT.search(name))


def plausible(one: Seen) -> bool:
    """Whether a family may be plausible values."""
    return len(one.names) in _PLAUSIBLE and (
        "plausible" in one.label.lower() or one.kind == "number"
    )


def together(one: Seen) -> bool:
    """Whether a family is of interest as a whole only: plausible values, replicates, questions."""
    if is_weight(one.name) or re.match(r"pv\d", one.names[0], re.I):
        return True
    few_values = (one.n_distinct or 0) < _FEWEST_SCORES - 5 and len(one.names) in _PLAUSIBLE
    return plausible(one) or len(one.names) >= _REPLICATES or few_values or not one.kind


def _alike(found: Sequence[Seen], rank: Callable[[Seen], object]) -> list[Seen]:
    """The first, and those that are as likely."""
    return [one for one in found if rank(one) == rank(found[0])]


def _names(found: Sequence[Seen]) -> tuple[str, ...]:
    return tuple(one.name for one in found)


def _may_be_weights(one: Seen) -> bool:
    return one.kind != "text" and (one.use == "weight" or bool(_WEIGHT.search(one.name)))


def _numbers_members(one: Seen) -> bool:
    return one.use == "member" or vocabulary.is_member_id(one.name)


def _may_be_replicates(one: Seen) -> bool:
    if len(one.names) >= _REPLICATES:
        return bool(_WEIGHT.search(one.name) or _REPLICATE.search(one.name))
    return len(one.names) == 1 and bool(_REPLICATE.search(one.name)) and one.kind != "number"


def _may_be_scores(one: Seen, n_rows: int) -> bool:
    fewest = 2 if _named_as_score(one) else min(_FEWEST_SCORES, n_rows / _OF_ROWS)
    if one.kind not in ("number", "whole number") or (one.n_distinct or 0) < max(2, fewest):
        return False
    if len(one.names) > 1:
        return plausible(one)
    if one.use is not None:
        return one.use == "outcome"
    if one.measure == "nominal" or _is_something_else(one.name):
        return False
    numbered = one.kind == "whole number" and one.n_distinct == n_rows - (one.n_missing or 0)
    dense = numbered and (one.high or 0) - (one.low or 0) < 2 * n_rows
    return not _ID.search(one.name) and not (dense and not _SCORE.search(one.name))


def _is_yes_or_no(one: Seen) -> bool:
    """Whether a column may say whether a test was passed, where none holds scores."""
    two = one.kind == "whole number" and (one.low, one.high, one.n_distinct) == (0.0, 1.0, 2)
    return two and not vocabulary.is_other(one.name) and not _is_something_else(one.name)


def _is_something_else(name: str) -> bool:
    return (
        vocabulary.is_member_id(name)
        or vocabulary.is_plain_id(name)
        or vocabulary.is_count(name)
        or vocabulary.level(name) is not None
    )


def _named_as_score(one: Seen) -> bool:
    return bool(_SCORE.search(one.name)) and not one.labelled


def _unlikely_scores(one: Seen) -> tuple[bool, ...]:
    return (
        one.use != "outcome",
        not plausible(one),
        one.labelled,
        vocabulary.is_other(one.name),
        not _SCORE.search(one.name + " " + one.label),
        (one.n_distinct or 0) < _FEWEST_SCORES - 5,
        one.kind != "number",
    )


def _may_be_groups(one: Seen, n_rows: int) -> bool:
    known = n_rows - (one.n_missing or 0)
    return (
        len(one.names) == 1
        and one.kind in ("text", "whole number")
        and 2 <= (one.n_distinct or 0) <= known / 2
        and not _SCORE.fullmatch(one.name)
        and not _numbers_members(one)
    )


def _named_as_group(one: Seen) -> bool:
    if one.use is not None:
        return one.use == "group"
    named = (
        _GROUP.search(one.name)
        or vocabulary.level(one.name) is not None
        or (_ID.search(one.name) and not _MEMBER.search(one.name))
    )
    return bool(named) and not one.labelled


def _unlikely_groups(one: Seen) -> tuple[bool | int, ...]:
    return (
        one.use != "group",
        _measured(one),
        one.labelled and one.measure != "nominal",
        vocabulary.level(one.name) != vocabulary.SCHOOL
        and not re.search(r"school|schule|sch", one.name, re.I),
        not _GROUP.search(one.name + " " + one.label),
        bool(_MEMBER.search(one.name)),
        not _ID.search(one.name),
        -(one.n_distinct or 0),
    )


def _measured(one: Seen) -> bool:
    """Whether the numbers of a column that isn't named as a group's are measurements."""
    if _named_as_group(one) or one.low is None or one.high is None:
        return False
    return one.measure == "scale" or one.high - one.low > _APART * (one.n_distinct or 1)
