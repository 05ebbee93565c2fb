"""Students for the benchmarks, and the exact answer to what tau00 is in them."""

import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MEAN, TAU00, SIGMA2 = 500.0, 900.0, 8100.0
# Scores are multiples of 1/16: their sums and sums of squares are exact integers.
STEPS = 16
DIGITS = 50


@dataclass(frozen=True)
class Simulated:
    """Students under the model: school 0..J-1 and sixteenths of a score point, shape (N,)."""

    group: NDArray[np.int32]
    sixteenths: NDArray[np.int64]

    @property
    def score(self) -> NDArray[np.float64]:
        """The scores, exactly."""
        return self.sixteenths / STEPS


def simulate(n: int, schools: int, seed: int = 1) -> Simulated:
    """`n` students in `schools` schools of unequal size, each of two students at least."""
    random = np.random.default_rng([seed, n, schools])
    share = random.gamma(4.0, size=schools)
    extra = random.choice(schools, n - 2 * schools, p=share / share.sum())
    group = np.sort(np.concatenate([np.repeat(np.arange(schools), 2), extra])).astype(np.int32)
    effect = math.sqrt(TAU00) * random.normal(size=schools)
    score = MEAN + effect[group] + math.sqrt(SIGMA2) * random.normal(size=n)
    return Simulated(group, np.round(score * STEPS).astype(np.int64))


def write_csv(students: Simulated, path: Path) -> None:
    """school,score with a header line."""
    with path.open("w", newline="", encoding="ascii") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("school", "score"))
        ids = (f"S{j:06d}" for j in students.group.tolist())
        table.writerows(zip(ids, students.score.tolist(), strict=True))


def exact_tau00(students: Simulated) -> Decimal:
    """The REML estimate of tau00 in 50-digit arithmetic, from exact sums.

    The root in q = tau00/sigma2 of the profiled restricted likelihood's derivative,

        W - sum(w_j^2)/W - (N-1) sum(w_j^2 (m_j-mu)^2) / (SSW + sum(w_j (m_j-mu)^2))

    with w_j = n_j/(1+n_j q), W = sum(w_j), mu = sum(w_j m_j)/W, bracketed from the simulated q,
    halved to a dozen digits and then found by the secant method. It shares no code with the engine.

    Raises
    ------
    ArithmeticError
        When the estimate is zero, or the secant method doesn't settle.
    """
    with localcontext(prec=DIGITS + 10):
        classes, ssw, n = _classes(students)

        def slope(q: Decimal) -> Decimal:
            return _derivative(q, classes, ssw, n)[0]

        q = _secant(slope, *_bracket(slope, Decimal(TAU00) / Decimal(SIGMA2)))
        return q * _derivative(q, classes, ssw, n)[1] / STEPS**2


def _bracket(slope: Callable[[Decimal], Decimal], start: Decimal) -> tuple[Decimal, Decimal]:
    low = high = start
    while slope(low) > 0:
        low /= 2
        if low < start / 2**40:
            raise ArithmeticError("the estimate of tau00 is zero")
    while slope(high) < 0:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return low, high


def _secant(slope: Callable[[Decimal], Decimal], before: Decimal, now: Decimal) -> Decimal:
    for _ in range(20):
        if abs(now - before) <= abs(now) * Decimal(10) ** -DIGITS:
            return now
        rise = slope(now) - slope(before)
        before, now = now, now - slope(now) * (now - before) / rise
    raise ArithmeticError("the secant method does not settle")


# n_j, number of such schools, sum of their means, sum of the squared means.
_Class = tuple[Decimal, Decimal, Decimal, Decimal]


def _classes(students: Simulated) -> tuple[list[_Class], Decimal, Decimal]:
    """Schools by size, the sum of squares within schools, and N; in sixteenths, centred."""
    centre = round(MEAN * STEPS)
    starts = np.flatnonzero(np.diff(students.group, prepend=-1))
    centred = students.sixteenths - centre
    sizes = np.diff(np.append(starts, len(centred))).tolist()
    sums = np.add.reduceat(centred, starts).tolist()
    total: dict[int, list[Decimal]] = {}
    between = Decimal(0)
    for size, value in zip(sizes, sums, strict=True):
        mean = Decimal(value) / size
        count, first, second = total.get(size, [Decimal(0)] * 3)
        total[size] = [count + 1, first + mean, second + mean * mean]
        between += mean * value
    squares = Decimal(sum(int(part) for part in _squares(centred)))
    classes = [(Decimal(size), *parts) for size, parts in total.items()]
    return classes, squares - between, Decimal(len(centred))


def _squares(values: NDArray[np.int64]) -> Iterator[int]:
    for start in range(0, len(values), 1_000_000):
        chunk = values[start : start + 1_000_000]
        yield int(np.dot(chunk, chunk))


def _derivative(
    q: Decimal, classes: list[_Class], ssw: Decimal, n: Decimal
) -> tuple[Decimal, Decimal]:
    """The derivative of the profiled deviance at q, and sigma2 there."""
    weights = [size / (1 + size * q) for size, *_ in classes]
    total = sum(
        (w * count for w, (_, count, _, _) in zip(weights, classes, strict=True)), Decimal()
    )
    mu = sum((w * first for w, (_, _, first, _) in zip(weights, classes, strict=True)), Decimal())
    mu /= total
    squares = [second - 2 * mu * first + count * mu * mu for _, count, first, second in classes]
    rss = ssw + sum((w * s for w, s in zip(weights, squares, strict=True)), Decimal())
    slope = sum((w * w * s for w, s in zip(weights, squares, strict=True)), Decimal())
    weights2 = sum((w * w * c for w, (_, c, _, _) in zip(weights, classes, strict=True)), Decimal())
    return total - weights2 / total - (n - 1) * slope / rss, rss / (n - 1)
