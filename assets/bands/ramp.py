"""The ramp: how the tenure bins of the skill model become a curve over days and multipliers per stage.

Belongs here: interpolation between bins and averages over stages. Does not belong here: estimating the bins (`skill.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assets.bands.config import RAMP_EDGES
from assets.bands.skill import BINS, LEVEL, OMEGA, RHO, STAGE_OF_BIN, Fit

if TYPE_CHECKING:
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Ints

_MIDDLES = np.array([(a + b - 1) / 2 for a, b in zip((0, *RAMP_EDGES[:-1]), RAMP_EDGES, strict=True)])
_KNOTS = np.append(_MIDDLES, RAMP_EDGES[-1])


def curve_weights(tenure: Ints) -> Floats:
    """Return the weight of every ramp bin on days of tenure, (days, bins): linear between the middles of the bins."""
    eye = np.eye(BINS + 1)[:, :BINS]
    return np.stack([np.interp(tenure, _KNOTS, eye[:, k]) for k in range(BINS)], axis=1)


def hard_weights(tenure: Ints, complexity: Ints) -> Floats:
    """Return the weight of every term of hard work's ramp, (days, 6)."""
    stage = STAGE_OF_BIN[np.searchsorted(np.array(RAMP_EDGES), tenure, side="right")]
    place = stage * 2 + complexity - 1
    counts = (stage >= 0) & (complexity > 0)
    return np.where(counts[:, None], np.arange(6) == place[:, None], 0.0)


def log_ramp(fit: Fit, tenure: Ints, complexity: Ints) -> Floats:
    """Return the log share of full speed on days of tenure; 0 for seniors."""
    rho, omega = fit.unknowns[RHO:OMEGA], fit.unknowns[OMEGA:LEVEL]
    return np.asarray(curve_weights(tenure) @ rho + hard_weights(tenure, complexity) @ omega)


def stage_multiplier(fit: Fit, stage: int, complexity: int, config: BandConfig) -> tuple[float, Floats]:
    """Return the log multiplier of a stage and its derivative by the unknowns of the role.

    The multiplier is the mean share of full speed over the days of the stage; the last stage is 1 by definition.
    """
    slope = np.zeros(fit.unknowns.size)
    if stage >= len(config.stages):
        return 0.0, slope
    first = 0 if stage == 0 else config.stages[stage - 1] + 1
    tenure = np.arange(first, config.stages[stage] + 1)
    level = np.full(tenure.size, complexity)
    share = np.exp(log_ramp(fit, tenure, level))
    weight = share / share.sum()
    slope[RHO:OMEGA] = weight @ curve_weights(tenure)
    slope[OMEGA:LEVEL] = weight @ hard_weights(tenure, level)
    return float(np.log(share.mean())), slope
