"""The one definition of a quantile in this project, its bootstrap interval, and the rounding of what is published.

Belongs here: arithmetic on arrays of numbers. Does not belong here: roles, workers, suppression.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def quantiles(values: Floats, probabilities: Sequence[float]) -> Floats:
    """Return the quantiles along the last axis by linear interpolation between order statistics (type 7).

    `values` has shape (..., n) with n >= 1; the result has shape (..., len(probabilities)).
    Raises ValueError when there are no values, when one is not finite, or when a probability is outside [0, 1].
    """
    if values.shape[-1] == 0:
        raise ValueError("a quantile needs at least one value")
    if not np.isfinite(values).all():
        raise ValueError("a quantile needs finite values")
    p = np.asarray(probabilities, dtype=np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("a probability must lie inside [0, 1]")
    ordered = np.sort(values, axis=-1)
    place = p * (ordered.shape[-1] - 1)
    below = np.floor(place).astype(np.int64)
    lower, upper = ordered[..., below], ordered[..., np.ceil(place).astype(np.int64)]
    # The minimum keeps a rounding error from lifting a quantile above the order statistic it leans on.
    return np.asarray(np.minimum(lower + (place - below) * (upper - lower), upper), dtype=np.float64)


def bootstrap_interval(
    values: Floats, probabilities: Sequence[float], *, resamples: int, seed: Sequence[int], level: float = 0.9
) -> tuple[Floats, Floats]:
    """Return lower and upper limits of each quantile, from resampling the values with replacement.

    `values` has shape (n,), one per unit of inference; both results have the length of `probabilities`.
    The limits always enclose the quantile of `values` itself. The same seed gives the same limits.
    """
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(seed))))
    drawn = generator.integers(0, values.size, size=(resamples, values.size))
    replicates = quantiles(values[drawn], probabilities)
    tail = (1 - level) / 2
    limits = quantiles(replicates.T, (tail, 1 - tail))
    point = quantiles(values, probabilities)
    # A chance run of resamples may miss the point; an interval that does would be refused at publication.
    return np.minimum(limits[:, 0], point), np.maximum(limits[:, 1], point)


def four_digits(value: float) -> float:
    """Return the value rounded to four significant digits, as it is published."""
    return float(f"{value:.4g}")
