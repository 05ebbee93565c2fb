"""Make timss2019-usa-grade8.csv: simulated scores with a lecture's published statistics.

The lecture (see README.md) prints the means of 20 schools with 30 students
each, their variance, and the fit of the random-intercept model. For balanced
data that fit follows from the school means and the sum of squares within
schools alone. Both are met here; the scores are otherwise normal draws, so
each school's own spread varies as chance would have it.

    python data/lecture/make.py [FOLDER]     default: the folder of this script
"""

import math
import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

FILE_NAME = "timss2019-usa-grade8.csv"
SEED = 2019  # a draw whose spreads within schools differ no more than chance allows (p = .21)

# fmt: off
PUBLISHED_MEANS = {
    5007: 593.42, 5010: 611.54, 5022: 593.80, 5036: 481.27, 5059: 556.81,
    5066: 535.31, 5067: 555.26, 5080: 619.64, 5101: 395.52, 5110: 623.74,
    5112: 370.68, 5133: 467.30, 5139: 587.14, 5144: 508.29, 5151: 515.44,
    5164: 620.04, 5205: 524.77, 5236: 503.73, 5237: 498.66, 5277: 617.22,
}
# fmt: on
STUDENTS_PER_SCHOOL = 30
RESIDUAL_SD = 70.666  # pooled within schools, as published

# The printed means are rounded: their variance is 5,393.29, the published one
# 5,393.40. Stretched by this factor they still round to the printed values.
STRETCH = 1.00001

DECIMALS = 5  # as in TIMSS's own files
UNIT = 10**-DECIMALS

Scores = npt.NDArray[np.float64]
Units = npt.NDArray[np.int64]


def normal_draws(count: int, seed: int) -> Scores:
    """Standard normal deviates, the same under every version of NumPy.

    The raw stream of PCG64 is fixed for ever, Generator.normal's is not; hence
    the inverse distribution function of uniforms with 53 bits.
    """
    raw = np.random.PCG64(seed).random_raw(count)
    standard = NormalDist()
    return np.array([standard.inv_cdf(((int(bits) >> 11) + 0.5) / 2**53) for bits in raw])


def target_means() -> Scores:
    """The school means to be met, in the order of PUBLISHED_MEANS."""
    printed = np.array(list(PUBLISHED_MEANS.values()))
    overall = printed.mean()
    return np.asarray(overall + STRETCH * (printed - overall))


def target_sum_of_squares() -> float:
    """The sum of squares within schools to be met: 580 x 70.666^2."""
    schools = len(PUBLISHED_MEANS)
    return float((schools * STUDENTS_PER_SCHOOL - schools) * RESIDUAL_SD**2)


def residuals() -> Scores:
    """Schools x students: draws centred in each school, scaled by one factor for all."""
    schools = len(PUBLISHED_MEANS)
    drawn = normal_draws(schools * STUDENTS_PER_SCHOOL, SEED).reshape(schools, -1)
    centred = drawn - drawn.mean(axis=1, keepdims=True)
    return np.asarray(centred * math.sqrt(target_sum_of_squares() / np.sum(centred**2)))


def in_units(scores: Scores, means: Scores) -> Units:
    """Scores as whole multiples of UNIT whose school means are as near `means` as can be.

    What rounding costs a school's total, a few units, goes to its first student.
    """
    units: Units = np.rint(scores / UNIT).astype(np.int64)
    totals = np.rint(means * STUDENTS_PER_SCHOOL / UNIT).astype(np.int64)
    units[:, 0] += totals - units.sum(axis=1)
    return units


def close_sum_of_squares(units: Units, target: float) -> Units:
    """Undo what rounding cost the sum of squares within schools, school totals kept.

    One unit passes from a student to a schoolmate, the pair that helps most,
    until no pair helps.
    """
    closed = units.copy()
    while True:
        scores = closed * UNIT
        deviations = scores - scores.mean(axis=1, keepdims=True)
        lacking = target - float(np.sum(deviations**2))
        # Passing a unit from k to i changes the sum of squares by this much.
        change = 2 * UNIT * (scores[:, :, None] - scores[:, None, :]) + 2 * UNIT**2
        left = np.abs(lacking - change)
        school, i, k = np.unravel_index(np.argmin(left), left.shape)
        if left[school, i, k] >= abs(lacking) or i == k:
            return closed
        closed[school, i] += 1
        closed[school, k] -= 1


def lines(units: Units) -> list[str]:
    """The file, line by line; a student's id is the school's, class 01 and a number."""
    rows = ["idschool,idstud,bsmmatxx"]
    for school, scores in zip(PUBLISHED_MEANS, units, strict=True):
        for number, score in enumerate(scores, start=1):
            rows.append(f"{school},{school}01{number:02d},{score * UNIT:.{DECIMALS}f}")
    return rows


def main(folder: Path) -> Path:
    """Write the file into `folder`; returns its path."""
    means = target_means()
    rounded = in_units(means[:, None] + residuals(), means)
    path = folder / FILE_NAME
    text = "\n".join(lines(close_sum_of_squares(rounded, target_sum_of_squares()))) + "\n"
    path.write_bytes(text.encode("utf-8"))
    return path


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
