"""Bad weeks that a whole role shares: how much less sure they make the level of a measure.

Estimates of `ratio_fit.py` rest on rows that vary by themselves, or with a person. A backlog or a system that is down makes everybody
late at once: then many rows say no more than a few weeks do.
Belongs here: that part of the variance. Does not belong here: the estimates (`ratio_fit.py`) and bands (`ratio_bands.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from assets.bands.rows import groups, ratio, summed

if TYPE_CHECKING:
    from assets.bands.ratio_fit import RatioFit, RatioRows
    from assets.bands.rows import Flags

_WEEK_DAYS = 7


def with_shared_weeks(fit: RatioFit, rows: RatioRows, counts: Flags) -> RatioFit:
    """Return the fit with what the workers' common weeks add to the variance of its log rates.

    Sums over everybody per week, squared, less what rows that vary by themselves would make of them: the variance of a ratio from
    clusters (Liang and Zeger, 1986), with weeks as clusters.
    """
    at = np.flatnonzero(counts[rows.worker])
    if not at.size:
        return fit
    usual = np.nan_to_num(rows.exposure[at] * fit.rates[rows.complexity[at]] * fit.ramp[rows.stage[at]])
    expected = usual * ratio(fit.found, fit.expected)[rows.worker[at]]
    week, _ = groups((rows.day[at] - rows.day.min()) // _WEEK_DAYS)
    weeks, total = int(week.max()) + 1, float(expected.sum())
    if weeks < 2 or total <= 0:
        return fit
    missed = summed(week, rows.found[at] - expected, weeks)
    variance = float(np.sum(missed**2)) / total**2 * weeks / (weeks - 1)
    return replace(fit, error=fit.error + max(variance - fit.phi / total, 0.0))
