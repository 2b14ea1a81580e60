"""How sure a band is: resampled workers, error of the levels, and what season, breaks and missing history add.

Belongs here: standard errors on the log scale and the multiplier that turns them into 90 % limits.
Does not belong here: the bands themselves (`histogram.py`) and what limits allow (`adopt.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from assets.bands.histogram import Crowd, Shared, offsets
from assets.bands.skill import FIXED, GAMMA, Fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Ints

_LEVEL = 0.9


def resampled_error(crowd: Crowd, shared: Shared, seed: Sequence[int], config: BandConfig) -> Floats:
    """Return the standard deviation of the log quantiles over resamples of the contributors, (3, levels)."""
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(seed))))
    n = crowd.skill.size
    drawn = generator.integers(0, n, size=(config.bootstrap, n))
    place = (np.arange(config.bootstrap)[:, None] * n + drawn).ravel()
    counts = np.bincount(place, minlength=config.bootstrap * n).reshape(config.bootstrap, n)
    return np.asarray(offsets(crowd, counts * crowd.weight, shared, config).std(axis=0, ddof=1))


def influence(crowd: Crowd, shared: Shared, config: BandConfig) -> tuple[float, ...]:
    """Return per level the largest change of the log quantile, in any complexity, when one contributor is left out."""
    n = crowd.skill.size
    if n < 3:
        return (float("inf"),) * len(config.quantiles)
    without = offsets(crowd, crowd.weight * (1 - np.eye(n)), shared, config)
    change = np.abs(without - offsets(crowd, crowd.weight[None, :], shared, config))
    return tuple(change.max(axis=(0, 1)).tolist())


def level_variance(  # noqa: PLR0913, PLR0917
    fit: Fit, members: Ints, weight: Floats, complexity: int, slope: float, ramp: Floats
) -> float:
    """Return the error variance of level + mean skill + ramp, given the workers there are.

    `members` are places in `fit.people`; `ramp` is the derivative of the stage multiplier by the unknowns.
    """
    along = ramp.copy()
    along[GAMMA + complexity] += 1
    along[FIXED + members] += slope * weight / weight.sum()
    return float(along @ fit.covariance @ along)


def spread_variance(crowd: Crowd, shared: Shared, config: BandConfig) -> Floats:
    """Return what the borrowed spread adds to the variance of the log quantiles, (3, levels).

    A role's spread leans on the firm's by `skill_prior` people; roles differ from it by `spread_sd`, and its own error is that of a
    standard deviation from the firm's people. Resampling one role's workers cannot see either.
    """
    lean = config.skill_prior / (crowd.n_eff + config.skill_prior)
    relative = config.spread_sd**2 + 1 / (2 * max(shared.people, 1.0))
    sd = np.sqrt(shared.slopes**2 * shared.spread + shared.own)
    return np.asarray((lean * sd[:, None] * shared.shape[None, :]) ** 2 * relative)


def multiplier(n_eff: float) -> float:
    """Return how many standard errors a 90 % limit lies away: Student's t, widened for few contributors."""
    if n_eff <= 1.5:
        return float("inf")
    return float(stdtrit(n_eff - 1, 0.5 + _LEVEL / 2) * np.sqrt(n_eff / (n_eff - 1)))
