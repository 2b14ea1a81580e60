"""From skills to quantiles: the histogram of true skills, neither too wide nor too narrow.

Raw estimates scatter more than true skills, shrunken ones less (Louis 1984, Shen and Louis 1998); the mixture of the
posteriors, brought to the estimated total variance, scatters as true skills do. It is partly pooled with the shape that all roles share.
Belongs here: that distribution and its quantiles. Does not belong here: skills (`skill.py`), intervals (`interval.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats

_GRID = np.linspace(-4.5, 4.5, 361)


@dataclass(frozen=True)
class Crowd:
    """The contributors of a role: `skill`, its `error` variance, quality `weight`; arrays over them."""

    skill: Floats
    error: Floats
    weight: Floats

    @property
    def n_eff(self) -> float:
        """Return how many equally weighted contributors the weights amount to."""
        squares = float(np.sum(self.weight**2))
        return float(self.weight.sum()) ** 2 / squares if squares > 0 else 0.0


@dataclass(frozen=True)
class Shared:
    """What roles share.

    Variance of skill in the firm, variance per complexity, slopes (3,), standardised quantiles of the pooled shape, and
    the number of people behind them.
    """

    spread: float
    own: float
    slopes: Floats
    shape: Floats
    people: float


def total_variance(
    crowd: Crowd, weights: Floats, spread: float, config: BandConfig
) -> tuple[Floats, Floats, Floats]:
    """Return mean, mixture variance and shrunk total variance of skill for every set of weights, (sets,)."""
    total = weights.sum(axis=1)
    mean = weights @ crowd.skill / total
    mixture = weights @ (crowd.skill**2 + crowd.error) / total - mean**2
    n = crowd.n_eff
    unbiased = mixture * n / max(n - 1, 1)
    return mean, mixture, (n * unbiased + config.skill_prior * spread) / (n + config.skill_prior)


def pooled_shape(crowds: list[Crowd], spread: float, own: float, config: BandConfig) -> Floats:
    """Return the standardised quantiles of the shape of all roles together, drawn towards the normal when they are few."""
    normal = ndtri(np.array(config.quantiles))
    parts, weights = [], []
    for crowd in crowds:
        if crowd.n_eff < 2:
            continue
        mean, mixture, total = total_variance(crowd, crowd.weight[None, :], spread, config)
        centre, width = _kernels(
            crowd, float(mean[0]), float(np.sqrt(total[0] / mixture[0])), 1.0, float(total[0]), own
        )
        parts.append(ndtr((_GRID[None, :] - centre[:, None]) / width[:, None]))
        weights.append(crowd.weight)
    if not parts:
        return np.asarray(normal)
    weight = np.concatenate(weights)
    cdf = weight @ np.concatenate(parts) / weight.sum()
    people = float(weight.sum())
    trust = people / (people + config.shape_prior)
    return np.asarray(trust * _invert(cdf[None, :], config)[0] + (1 - trust) * normal)


def offsets(crowd: Crowd, weights: Floats, shared: Shared, config: BandConfig) -> Floats:
    """Return the log quantiles relative to the role's level per complexity, (sets, 3, levels), for sets of weights (sets, n).

    One set is the estimate; resampled sets are the bootstrap; sets without one worker show who moves the band.
    """
    now = crowd.weight[None, :]
    (mean,), (mixture,), (total,) = total_variance(crowd, now, shared.spread, config)
    means, mixtures, totals = total_variance(crowd, weights, shared.spread, config)
    stretch, stretches = np.sqrt(total / mixture), np.sqrt(totals / mixtures)
    trust = crowd.n_eff / (crowd.n_eff + config.kernel_prior)
    out = np.empty((weights.shape[0], 3, len(config.quantiles)))
    for c, slope in enumerate(shared.slopes):
        sd = np.sqrt(slope**2 * total + shared.own)
        centre, width = _kernels(crowd, float(mean), float(stretch), float(slope), float(total), shared.own)
        cdf = (
            weights @ ndtr((_GRID[None, :] - centre[:, None]) / width[:, None]) / weights.sum(axis=1)[:, None]
        )
        middle = (slope * (means - mean) / sd)[:, None]
        # Shape and spread come from the stretched mixture, the place from the mean, which is not stretched.
        kernel = middle + (_invert(cdf, config) - middle * stretch) * (stretches / stretch)[:, None]
        prior = middle + shared.shape[None, :] * (np.sqrt(slope**2 * totals + shared.own) / sd)[:, None]
        out[:, c] = slope * mean + sd * (trust * kernel + (1 - trust) * prior)
    return out


def _kernels(  # noqa: PLR0913, PLR0917
    crowd: Crowd, mean: float, stretch: float, slope: float, total: float, own: float
) -> tuple[Floats, Floats]:
    """Return centre and width of every worker's kernel in units of the distribution's standard deviation."""
    sd = np.sqrt(slope**2 * total + own)
    centre = slope * stretch * (crowd.skill - mean) / sd
    width = np.sqrt((slope * stretch) ** 2 * crowd.error + own) / sd
    return centre, np.maximum(width, 0.02)


def _invert(cdf: Floats, config: BandConfig) -> Floats:
    """Return the quantiles of rising functions on the grid, (sets, levels)."""
    out = np.empty((cdf.shape[0], len(config.quantiles)))
    rows = np.arange(cdf.shape[0])
    for k, p in enumerate(config.quantiles):
        above = np.clip((cdf < p).sum(axis=1), 1, _GRID.size - 1)
        low, high = cdf[rows, above - 1], cdf[rows, above]
        share = np.clip((p - low) / np.maximum(high - low, 1e-12), 0.0, 1.0)
        out[:, k] = _GRID[above - 1] + share * (_GRID[above] - _GRID[above - 1])
    return out
