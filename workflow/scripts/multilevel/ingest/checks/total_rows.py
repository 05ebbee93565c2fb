"""Rows of totals and means among those of members, by what they are called and hold.

A row alone of its group whose numbers are the mean or the sum of the rows beside it, or of all, is
one where that is hardly chance: how often a row hits a mean by chance is known from how finely
scores are written and how widely they spread.
"""

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from multilevel.ingest import vocabulary
from multilevel.ingest.checks.material import Records
from multilevel.records.findings import Finding, caution

Floats = NDArray[np.float64]

_WHOLE_CELLS = re.compile(
    r"(?:all|total|overall|average|mean|state|district|school|whole)"
    r"(?: (?:all|total|students?|pupils?|average|mean|schools?|grades?|groups?|population))*|"
    r"alle (?:schuler|schueler)\w*|tous les eleves|todos(?: los (?:alumnos|estudiantes))?|"
    r"tutti(?: gli studenti)?|всего|итого|合计|合計|합계"
)
_MOST_SHOWN = 3
_SHARE, _FEWEST = 0.8, 3  # of blocks that end with their own mean or sum
_BY_CHANCE = 0.3
_STATISTICS = ("mean", "sum")
_BY_CHANCE_AT_MOST = 0.01
_PEAK = 0.5  # of a density in standard deviations; the normal one's is 0.4
# How much rarer members are where a row ends the file, lacks what all others have, or is named
# as totals may be: by a word for them, or as the block beside it with a further word.
_AT_END, _BLANK, _NAMED = 0.2, 0.1, 0.01
_SLIPS = 0.02
_LOSS = 1.0 + 1e-6  # of doubles
_ENDS = ("last", "first")
_DIGITS = 12  # that are surely right in a double
_LOOKED_AT = 1_000
_MOST_KINDS, _MOST_BLOCKS = 1_000, 500


def check(records: Records) -> Iterator[Finding]:
    """A caution on rows that hold the mean or sum of others, or say that they do."""
    blocks = Blocks(records.group_codes[records.analysed])
    ids: tuple[str, ...] = ()
    if blocks.any_block and len(blocks.lone):
        called, held = _called_totals(records, blocks), _by_numbers(records, blocks)
        ids = tuple(dict.fromkeys((*called, *held)))
    if ids:
        more = max(len(ids) - _MOST_SHOWN, 0)
        yield caution(
            "total_rows",
            records.group,
            case="ids",
            ids=list(ids[:_MOST_SHOWN]),
            n=len(ids),
            more=more,
        )
        return
    for column in records.others:
        finding = _total_cells(records, column)
        if finding is not None:
            yield finding
            return
    place = _place_in_blocks(records)
    if place is not None:
        yield caution("total_rows", records.group, case=place, ids=[], n=0, more=0)


def _called_totals(records: Records, blocks: "Blocks") -> Iterator[str]:
    """Groups of rows that stand alone and are called totals, where others have several rows."""
    for number in blocks.lone_groups.tolist():
        if vocabulary.is_total(records.group_ids[number]):
            yield records.group_ids[number]


def _by_numbers(records: Records, blocks: "Blocks") -> Iterator[str]:
    """Groups of rows that stand alone and hold means or sums more often than chance would."""
    known = records.analysed
    if len(blocks.lone) > _MOST_KINDS:
        return
    scores = records.scores[known, 0]
    pairs = [(target, statistic) for target in blocks.targets for statistic in _STATISTICS]
    further: Mapping[str, Floats] | None = None
    for target, statistic in pairs:
        hits, chance = blocks.hits(scores, target, statistic)
        if not hits.any():
            continue
        # Nothing more is read unless a row hits a mean.
        further = records.further() if further is None else further
        by_chance = _poisson_tail(chance, int(np.count_nonzero(hits)))
        by_chance *= blocks.unlike_members(records, hits, target)
        by_chance *= _by_further(further, known, blocks, hits, target, statistic)
        if by_chance < _BY_CHANCE_AT_MOST / len(pairs):
            yield from (records.group_ids[one] for one in blocks.codes[blocks.lone[hits]])


def _by_further(
    further: Mapping[str, Floats],
    known: NDArray[np.bool_],
    blocks: "Blocks",
    hits: NDArray[np.bool_],
    target: str,
    statistic: str,
) -> float:
    """How likely by chance as many of the further columns of numbers hit theirs there too."""
    chances, n = [], 0
    for numbers in further.values():
        there, chance = blocks.hits(numbers[known], target, statistic)
        chances.append(chance / max(len(blocks.lone), 1))
        n += bool(there[hits].all())
    return _poisson_tail(sum(chances), n) if n else 1.0


class Blocks:
    """Rows by how they stand: in blocks of their group, or alone between those of others.

    Attributes
    ----------
    codes
        The number of each row's group, shape (R,).
    lone
        The rows of groups whose rows all stand alone, no more of them than there are blocks.
    lone_groups
        The numbers of these groups.
    """

    def __init__(self, codes: NDArray[np.int64]) -> None:
        self.codes = codes
        starts = np.flatnonzero(np.diff(codes, prepend=-1) != 0)
        lengths = np.diff(starts, append=len(codes))
        self._starts, self._lengths = starts, lengths
        longest = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.int64)
        np.maximum.at(longest, codes[starts], lengths)
        sizes = np.bincount(codes, minlength=len(longest))
        n_blocks = int(np.count_nonzero(lengths > 1))
        alone = (longest == 1) & ((sizes == 1) | (sizes <= n_blocks + 1))
        self.lone_groups = np.flatnonzero(alone)
        self._others = ~alone[codes]
        self.lone = np.flatnonzero(~self._others)
        self.any_block = bool(np.count_nonzero(sizes[~alone] > 1))

    @property
    def targets(self) -> tuple[str, ...]:
        """Of what lone rows may hold the mean: the block before or after, or all other rows."""
        found = [one for one in ("before", "after") if (self._beside(one) >= 0).any()]
        return (*found, "all")

    def _beside(self, target: str) -> NDArray[np.int64]:
        """For each lone row the run before or after it, -1 for none of several rows."""
        run = np.searchsorted(self._starts, self.lone, side="right") - 1
        run += -1 if target == "before" else 1
        inside = (run >= 0) & (run < len(self._starts))
        return np.where(inside & (self._lengths[np.clip(run, 0, len(self._lengths) - 1)] > 1),
                        run, -1)  # fmt: skip

    def hits(self, numbers: Floats, target: str, statistic: str) -> tuple[NDArray[np.bool_], float]:
        """Which lone rows hold the mean or sum of their target, and how many would by chance."""
        values = numbers[self.lone]
        others = numbers[self._others & np.isfinite(numbers)]
        nothing = np.zeros(len(values), dtype=bool), 0.0
        if len(others) < _FEWEST or np.ptp(others) == 0:
            return nothing
        if target == "all":
            aims = np.full(len(values), getattr(others, statistic)())
        else:
            aims = self._aims(numbers, self._beside(target), statistic)
        asked = np.isfinite(aims) & np.isfinite(values)
        if not asked.any():
            return nothing
        steps = np.maximum(_steps(values, others), np.abs(aims) * 1e-12)
        hits = asked & (np.abs(values - aims) <= steps)
        chance = 2.0 * steps[asked] * _PEAK / others.std()
        if statistic == "sum":  # far from all scores
            reach = max(float(np.abs(aims[asked]).max()), float(np.ptp(others)))
            chance = 2.0 * steps[asked] / reach
        few = zip(aims[asked][:_LOOKED_AT], steps[asked], strict=False)
        near = max(float(np.mean(np.abs(others - aim) <= step)) for aim, step in few)
        return hits, float(np.minimum(np.maximum(chance, near), 1.0).sum())

    def _aims(self, numbers: Floats, runs: NDArray[np.int64], statistic: str) -> Floats:
        """The mean or sum of each of the runs, NaN where none or where all its numbers agree."""
        there = np.isfinite(numbers)
        sums = np.add.reduceat(np.where(there, numbers, 0.0), self._starts)
        counts = np.add.reduceat(there.astype(np.float64), self._starts)
        low = np.minimum.reduceat(np.where(there, numbers, np.inf), self._starts)
        high = np.maximum.reduceat(np.where(there, numbers, -np.inf), self._starts)
        found = sums if statistic == "sum" else sums / np.maximum(counts, 1.0)
        found = np.where((counts > 1) & (high > low), found, np.nan)
        return np.where(runs >= 0, found[runs], np.nan)

    def unlike_members(self, records: Records, hits: NDArray[np.bool_], target: str) -> float:
        """How much less likely it is, from 1 down, that the rows there are of members."""
        rows = self.lone[hits]
        factor = 1.0
        at_end = len(rows) == 1 == len(self.lone) and rows[0] in (0, len(self.codes) - 1)
        if at_end and self._lengths[self._lengths > 1].min() >= _FEWEST:
            factor *= _AT_END
        if any(self._only_there_blank(records, name, rows) for name in records.others):
            factor *= _BLANK
        if all(vocabulary.may_be_total(records.group_ids[one]) for one in self.codes[rows]):
            factor *= _NAMED
        if target != "all":
            beside = self.codes[self._starts[self._beside(target)[hits]]]
            names = records.group_ids
            pairs = zip(self.codes[rows].tolist(), beside.tolist(), strict=True)
            if all(_says_more(names[own], names[of]) for own, of in pairs):
                factor *= _NAMED
        return factor

    def _only_there_blank(self, records: Records, column: str, rows: NDArray[np.int64]) -> bool:
        indices = records.others[column].indices
        blank = np.asarray(indices.is_null().to_numpy(zero_copy_only=False))[records.analysed]
        return bool(blank[rows].all() and np.mean(blank[self._others]) <= _SLIPS)


def _says_more(name: str, of: str) -> bool:
    """Whether a name is another one with more words, as in "School A gesamt"."""
    words, others = vocabulary.words(name).split(), vocabulary.words(of).split()
    return len(words) > len(others) > 0 and set(others) < set(words)


def _poisson_tail(expected: float, n: int) -> float:
    """How likely at least `n` rare events are where so many are expected."""
    term = total = math.exp(-expected)
    for k in range(1, n):
        term *= expected / k
        total += term
    # Where nearly all is in the tail's first terms the sum of the others has no digits left.
    first = math.exp(-expected + n * math.log(expected) - math.lgamma(n + 1)) if expected else 0.0
    return max(1.0 - total, first)


def _total_cells(records: Records, column: str) -> Finding | None:
    """Cells such as "All students", of which a group has one or two beside its other rows."""
    if records.n_texts(column) > _MOST_KINDS:
        return None
    codes, used = records.codes(column)
    texts = records.texts(column)
    total = np.array(
        [bool(_WHOLE_CELLS.fullmatch(vocabulary.plain(text))) for text in texts], dtype=bool
    )
    if not total.any():
        return None
    rows = used & total[codes]
    n, others = int(np.count_nonzero(rows)), int(np.count_nonzero(used & ~rows))
    few_each = n and len(np.unique(records.group_codes[rows])) >= 0.5 * n
    if not few_each or n > (others if vocabulary.is_kind(column) else 0.5 * others):
        return None
    return caution(
        "total_rows", column, case="cells", ids=[texts[int(codes[rows][0])]], n=n, more=0
    )


def _place_in_blocks(records: Records) -> str | None:
    """Whether the "last" or "first" row of each group holds the mean or sum of its others."""
    known = records.analysed
    codes, scores = records.group_codes[known], records.scores[known, 0]
    sizes = np.bincount(codes)
    blocks = np.flatnonzero(sizes > _FEWEST)[:_MOST_BLOCKS]
    if len(blocks) < _FEWEST:
        return None
    chosen = np.zeros(len(sizes), dtype=np.bool_)
    chosen[blocks] = True
    kept = np.flatnonzero(chosen[codes])
    kept = kept[np.argsort(codes[kept], kind="stable")]
    step = _step(scores)
    middle, *outer = (
        float(np.mean(_total_there(scores[kept], sizes[blocks], place, step)))
        for place in (1, -1, 0)
    )
    if middle <= _BY_CHANCE:
        return next(
            (name for name, share in zip(_ENDS, outer, strict=True) if share >= _SHARE), None
        )
    return None


def _total_there(
    scores: Floats, sizes: NDArray[np.int64], place: int, step: float
) -> NDArray[np.bool_]:
    """Of each block of scores, whether the one at a place is the mean or sum of its others."""
    starts = np.cumsum(sizes) - sizes
    at = starts + place % sizes
    values, others, summed = scores[at], scores.copy(), scores.copy()
    others[at] = scores[starts + (place + 1) % sizes]
    summed[at] = 0.0
    differ = np.maximum.reduceat(others, starts) > np.minimum.reduceat(others, starts)
    sums = np.add.reduceat(summed, starts)
    away = np.minimum(np.abs(sums / (sizes - 1) - values), np.abs(sums - values))
    return np.asarray(differ & (away <= step))


def _step(scores: Floats) -> float:
    """Half of the last decimal that scores are written with, and as much as doubles lose."""
    return 0.5 * 10.0 ** min(_exponents(scores[:_LOOKED_AT]), default=0) * _LOSS


def _steps(values: Floats, others: Floats) -> Floats:
    """As `_step` of each value, which may be written with less decimals than the others."""
    coarsest = max(0, min(_exponents(others[:_LOOKED_AT]), default=0))
    return np.array([0.5 * 10.0 ** min(one, coarsest) * _LOSS for one in _exponents(values)])


def _exponents(numbers: Floats) -> list[int]:
    """The place of each number's last digit."""
    written = (Decimal(f"{one:.{_DIGITS - 1}e}").normalize() for one in numbers)
    return [int(one.as_tuple().exponent) if one.is_finite() and one else 0 for one in written]
