"""The table in docs/validation/README.md: where each interval holds, and what is said elsewhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Row = dict[str, str]
Chosen = Callable[[Row], bool]

NOTE = "the note under the table of intervals, by rule"
WEIGHTED_NOTE = "the note under the weighted table, by rule"
FEW = "`few_groups`, by rule"


@dataclass(frozen=True)
class Kind:
    """Cells of the study that are told together.

    Attributes
    ----------
    what
        The kind of design.
    chosen
        Whether a row of coverage.csv is of that kind.
    said
        What a report says there; "" where there is nothing to say.
    flag
        The flag that warns, of which the shares are told.
    """

    what: str
    chosen: Chosen
    said: str = ""
    flag: str = ""


def _part(*names: str) -> Chosen:
    return lambda row: row["part"] in names


def _about(text: str) -> Chosen:
    return lambda row: text in row["what"]


def _up_to(most: int) -> Chosen:
    return lambda row: int(row["J"]) <= most


def _any(_: Row) -> bool:
    return True


_HEAVY = Kind("variance from schools that samples miss", _part("heavy tails"), NOTE)
_SIZED = Kind(
    "means that go with size, r = .5 and .9",
    lambda row: row["part"] == "sizes" and "r = 0 " not in row["what"],
    "from p < .01 on, with the mean of the school means in the lead; page one says that with fewer "
    "than 60 schools it can miss one",
    "informative_sizes",
)
_SPREAD = Kind(
    "spread that falls with size", _about("spread by size"), "with the direction",
    "spread_goes_with_size",
)  # fmt: skip
_ALIKE = Kind(
    "schools whose students are alike in smaller units, or compete", _part("members"),
    "the note under the table of checks, by rule",
)  # fmt: skip
_LOGNORMAL = Kind("lognormal effects", _about("lognormal effects"), NOTE, "normality_level2")
_PLAUSIBLE = Kind(
    "plausible values of a model without schools", _about("without schools"),
    "by rule", "conditioning_unknown",
)  # fmt: skip
_DUMMIES = Kind(
    "plausible values of a model with the schools", _part("plausible", "plausible, short test"),
    "by rule", "conditioning_unknown",
)  # fmt: skip
_WEIGHTS = Kind("samples with weights", _part("weights"), WEIGHTED_NOTE)
_DOMINANT = Kind(
    "few schools with most students",
    lambda row: _share(row, "dominant_group") == 1.0,
    "by rule, with the mean of the school means in the lead",
    "dominant_group",
)
_FOUR = Kind("3 or 4 schools", _up_to(4), FEW)
_VARIANCES = (
    _PLAUSIBLE,
    _DUMMIES,
    _WEIGHTS,
    _HEAVY,
    _SIZED,
    _SPREAD,
    _ALIKE,
    _LOGNORMAL,
    _FOUR,
    Kind("any other, from 6 schools on", _any, NOTE),
)
# By interval; a cell is of the first kind that it fits.
KINDS: dict[str, tuple[Kind, ...]] = {
    "mean": (
        _PLAUSIBLE,
        _DUMMIES,
        _WEIGHTS,
        _HEAVY,
        _SIZED,
        _LOGNORMAL,
        _DOMINANT,
        Kind("any other, fewer than 10 schools", _up_to(9), FEW),
        Kind("any other, from 10 schools on", _any),
    ),
    "ICC": _VARIANCES,
    "tau00": _VARIANCES,
    "sigma2": (
        _PLAUSIBLE,
        _DUMMIES,
        _WEIGHTS,
        Kind(
            "one school with all variation within schools",
            lambda row: row["sizes"] == "giant among singles",
            "by rule; the exact interval leads",
            "dominant_group",
        ),
        _FOUR,
        Kind("any other, from 6 schools on", _any, NOTE),
    ),
    "school means": (
        _SIZED,
        _SPREAD,
        _ALIKE,
        Kind("any other", _any, "what they cover for this design, where that is .02 below"),
    ),
}


def _share(row: Row, flag: str) -> float:
    """Of the samples of a cell that carry a flag."""
    shares = dict(text.rsplit(" ", 1) for text in row["every flag"].split("; ") if text)
    return float(shares.get(flag, 0))


def kinds(table: list[Row]) -> Iterator[tuple[str, Kind, list[Row]]]:
    """Each interval with its kinds of cells."""
    for name, known in KINDS.items():
        rest = [row for row in table if row[name]]
        for kind in known:
            yield name, kind, [row for row in rest if kind.chosen(row)]
            rest = [row for row in rest if not kind.chosen(row)]


def _ends(values: list[float]) -> str:
    low, high = (f"{end:.2f}" for end in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def digest(table: list[Row]) -> str:
    """A line for each kind of cells, by interval."""
    lines = ["| interval | designs | cells | holds in | what the report says |", "|" + "---|" * 5]
    last = ""
    for name, kind, rows in kinds(table):
        if not rows:
            continue
        said = kind.said
        if kind.flag:
            shares = _ends([_share(row, kind.flag) for row in rows])
            said = f"`{kind.flag}` in {shares} of samples; {said}"
        held = _ends([float(row[name]) for row in rows])
        shown = "" if name == last else name
        lines.append(f"| {shown} | {kind.what} | {len(rows)} | {held} | {said} |")
        last = name
    return "\n".join(lines)
