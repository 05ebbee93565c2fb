"""Rows of totals and means among those of members, by what they are called and hold."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from multilevel.ingest import vocabulary
from multilevel.ingest.checks.material import Records
from multilevel.records.findings import Finding, caution

Floats = NDArray[np.float64]

# Nothing else is called so; the row alone, without its numbers, says enough.
_TOTAL = re.compile(
    "(?:sub)?tot(?:al|als)?|totale|subtotale|(?:sub)?totaal|totalt|gesamt|insgesamt|gesamtsumme|"
    "zwischensumme|summe|durchschnitt|mittelwert|delsumma|medelvarde|genomsnitt|gjennomsnitt|"
    "gemiddelde?|keskiarvo|yhteensa|razem|ogołem|celkem|soucet|prumer|osszesen|toplam|jumlah|"
    "итого|всего|среднее|συνολο|المجموع|סהכ"
)
# Groups may be called so; the numbers must say the same.
_OR_NAME = re.compile(
    "sum|mean|average|avg|overall|all|media|promedio|moyenne|ensemble|somme|soma|suma|srednia|"
    "snitt|gesamtheit|alle|tous|todos|tutti|atlag|ortalama|rata"
)
# Of writing without blanks.
_UNSPACED = ("合计", "总计", "小计", "合計", "総計", "小計", "總計", "平均", "합계", "소계", "평균")
_WHOLE_CELLS = re.compile(
    r"(?:all|total|overall|average|mean|state|district|school|whole)"
    r"(?: (?:all|total|students?|pupils?|average|mean|schools?|grades?|groups?|population))*|"
    r"alle (?:schuler|schueler)\w*|tous les eleves|todos(?: los (?:alumnos|estudiantes))?|"
    r"tutti(?: gli studenti)?|всего|итого|合计|合計|합계"
)
_MOST_SHOWN = 3
_SHARE, _FEWEST = 0.8, 3  # of blocks that end with their own mean or sum
_BY_CHANCE = 0.3
_ENDS = ("last", "first")
_DIGITS = 12  # that are surely right in a double
_LOOKED_AT = 1_000
_MOST_KINDS, _MOST_BLOCKS = 1_000, 500


def check(records: Records) -> Iterator[Finding]:
    """A caution on rows that hold the mean or sum of others, or say that they do."""
    ids = tuple(_total_ids(records))
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


def _total_ids(records: Records) -> Iterator[str]:
    """Groups of one row that are called totals, or that may be called so and hold one."""
    known = records.analysed
    codes, scores = records.group_codes[known], records.scores[known, 0]
    sizes = np.bincount(codes, minlength=len(records.group_ids))
    if not (sizes > 1).any():
        return
    first = np.full(len(sizes), -1)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    step = _step(scores)
    for place, name in enumerate(records.group_ids):
        called = _called(name) if sizes[place] == 1 else ""
        if not called:
            continue
        at = int(first[place])
        beside = _summed(codes, scores, at, sizes)
        if called == "total" or _is_total(scores[at], beside, step):
            yield name


def _summed(
    codes: NDArray[np.int64], scores: Floats, at: int, sizes: NDArray[np.int64]
) -> Iterator[Floats]:
    """What the row at a place may be the total of: the block before or after it, or all."""
    for beside in (at - 1, at + 1):
        if 0 <= beside < len(codes):
            yield scores[codes == codes[beside]]
    yield scores[sizes[codes] > 1]


def _total_cells(records: Records, column: str) -> Finding | None:
    """Cells such as "All students", of which a group has one or two beside its other rows."""
    if records.n_texts(column) > _MOST_KINDS:
        return None
    codes, used = records.codes(column)
    texts = records.texts(column)
    total = np.array([bool(_WHOLE_CELLS.fullmatch(_plain(text))) for text in texts], dtype=bool)
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
    kept = np.isin(codes, blocks)
    order = np.argsort(codes[kept], kind="stable")
    step = _step(scores)
    middle, *outer = (
        float(np.mean(_total_there(scores[kept][order], sizes[blocks], place, step)))
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


def _is_total(value: float, summed: Iterable[Floats], step: float) -> bool:
    """Whether a value is the mean or the sum of several different others."""
    return any(
        len(one) > 1
        and np.ptp(one) > 0
        and min(abs(one.mean() - value), abs(one.sum() - value)) <= step
        for one in summed
    )


def _step(scores: Floats) -> float:
    """Half of the last decimal that scores are written with, and as much as doubles lose."""
    written = (Decimal(f"{one:.{_DIGITS - 1}e}").normalize() for one in scores[:_LOOKED_AT])
    finest = min((one.as_tuple().exponent for one in written if one), default=0)
    return 0.5 * 10.0 ** int(finest) * (1.0 + 1e-6)


def _called(name: str) -> str:
    """Whether an id begins or ends with a word for a "total", or with one that "may be"; or ""."""
    text = _plain(name)
    if any(text.startswith(one) or text.endswith(one) for one in _UNSPACED):
        return "total"
    parts = text.split()
    for pattern, verdict in ((_TOTAL, "total"), (_OR_NAME, "may be")):
        if any(pattern.fullmatch(part) for part in (*parts[:1], *parts[-1:])):
            return verdict
    return ""


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.replace("\u05f4", "").replace('"', ""))
    kept = "".join(c for c in letters if not unicodedata.combining(c)).casefold()
    return " ".join(re.split(r"[\W_]+", unicodedata.normalize("NFC", kept))).strip()
