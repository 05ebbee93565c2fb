"""What leaving out one school does, by one Newton step: O(1) a school, many datasets at once."""

import numpy as np

from multilevel.fit.information import precision
from multilevel.fit.sufficient import Floats, Integers


def one_step_changes(
    n: Integers, offset: Floats, ss: Floats, q: Floats, p: int
) -> tuple[Floats, Floats]:
    """Approximate changes of gamma00 and ICC in their standard errors, each shape (M, J).

    The sums of the score are those of all schools less the school's own terms, at the
    estimated q; the school's score over the slope of all is the step in q (Snijders &
    Berkhof 2008, sec. 3.5).

    Parameters
    ----------
    n
        School sizes, shape (J,).
    offset, ss
        School means about any centre and sums of squares within schools, shape (M, J).
    q
        The estimate of each dataset, shape (M,).
    p
        1 for REML, 0 for ML.
    """
    w = n / (1.0 + np.multiply.outer(q, n))
    total = w.sum(axis=1, keepdims=True)
    deviation = offset - (w * offset).sum(axis=1, keepdims=True) / total
    w2 = w**2
    b1, b2 = w * deviation**2, w2 * deviation**2
    quadratic = (ss + b1).sum(axis=1, keepdims=True)
    pull, squares = (w2 * deviation).sum(axis=1, keepdims=True), b2.sum(axis=1, keepdims=True)
    rest, s2 = total - w, w2.sum(axis=1, keepdims=True) - w2
    shift = -w * deviation / rest
    quadratic_left = quadratic - ss - b1 * total / rest
    squares_left = squares - b2 - 2.0 * shift * (pull - w2 * deviation) + shift**2 * s2
    n_members = float(n.sum())
    df = n_members - n - p
    # Without the only school that varies within there is nothing left to divide by.
    tiny = np.finfo(np.float64).tiny
    score = rest - df * squares_left / np.maximum(quadratic_left, tiny) - p * s2 / rest
    slope = _slope(w, deviation, quadratic, n_members - p, p)
    before = q[:, None]
    moved = np.maximum(before - score / slope, 0.0)
    sizes, count = np.unique(n, return_counts=True)
    known = precision(sizes.astype(np.float64), count.astype(np.float64), q, n_members - len(n), p)
    unit = np.sqrt(quadratic / (n_members - p))
    gamma = shift / (unit * np.sqrt(known.gamma00)[:, None])
    icc = moved / (1.0 + moved) - before / (1.0 + before)
    return gamma, icc / known.of_icc(q)[:, None]


def _slope(w: Floats, deviation: Floats, quadratic: Floats, df: float, p: int) -> Floats:
    """Slope of the score in q, as expected where the observed one isn't positive, (M, 1)."""
    w2, w3 = w**2, w**3

    def sums(values: Floats) -> Floats:
        return np.asarray(values.sum(axis=1, keepdims=True))

    s1, s2, s3 = sums(w), sums(w2), sums(w3)
    b2, b3 = sums(w2 * deviation**2), sums(w3 * deviation**2)
    gain = b2 / quadratic
    b2_slope = -2.0 * b3 + 2.0 * sums(w2 * deviation) ** 2 / s1
    slope = -s2 - df * (b2_slope / quadratic + gain**2) + p * (2.0 * s3 * s1 - s2**2) / s1**2
    return np.where(slope > 0, slope, s2)
