"""What the variance between schools means for students: shares in schools low and high."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from multilevel.fit.sufficient import Floats


@dataclass(frozen=True)
class ModelParameters:
    """gamma00, tau00 and sigma2 of one plausible value."""

    gamma00: float
    tau00: float
    sigma2: float


def shares_at_or_above(values: Sequence[ModelParameters], cuts: Floats) -> Floats:
    """Shares of students at or above each cut in schools 1 SD below, at and 1 SD above average.

    1 - Phi((c - gamma00 - k sqrt(tau00))/sqrt(sigma2)) for k = -1, 0, 1 in a school whose true
    mean is gamma00 + k sqrt(tau00), the students of which are normal with variance sigma2;
    averaged over plausible values.

    Parameters
    ----------
    values
        One for each plausible value, sigma2 > 0.
    cuts
        Scores, shape (C,).

    Returns
    -------
    Shape (C, 3).
    """
    steps = np.array([-1.0, 0.0, 1.0])
    shares = [
        special.ndtr((v.gamma00 - cuts[:, None] + steps * np.sqrt(v.tau00)) / np.sqrt(v.sigma2))
        for v in values
    ]
    return np.asarray(np.mean(shares, axis=0))


def shares_above_mean(values: Sequence[ModelParameters]) -> Floats:
    """Shares of students above gamma00 in the same three schools, shape (3,).

    Phi(k sqrt(tau00/sigma2)) for k = -1, 0, 1: each plausible value about its own gamma00.

    Examples
    --------
    The lecture's variances: about one in six, one half, five in six.

    >>> lecture = ModelParameters(gamma00=539.0, tau00=5227.0, sigma2=5000.0)
    >>> shares_above_mean([lecture]).round(2).tolist()
    [0.15, 0.5, 0.85]
    """
    each = [shares_at_or_above([value], np.array([value.gamma00]))[0] for value in values]
    return np.asarray(np.mean(each, axis=0))
