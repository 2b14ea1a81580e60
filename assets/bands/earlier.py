"""Changes of level in history: a new tool of last spring must not pass for this year's season.

The season is learnt from one year, in which a lasting change of level looks like months that run faster. Roles share most of their season, so a
step of one role against all others within a few weeks is no season.
Belongs here: finding such steps and taking them out of history. Does not belong here: changes inside the window (`regime.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assets.bands.regime import Break, best_split, relative_output
from assets.bands.rows import USED, groups, ratio, summed

if TYPE_CHECKING:
    from assets.bands.calendar import Calendar
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Ints, Rows

_NEAR = 30
"""Worked days on each side of a step: few enough that what roles feel differently of the season hardly moves."""
_LEAST_OTHERS = 3
_LEAST_STEP = 0.075
"""Log size below which a step may be a role's own share of a strong season: roles differ by up to 7 % within these days."""


def find_earlier(rows: Rows, calendar: Calendar, config: BandConfig) -> tuple[Break, ...]:
    """Return the steps of single roles in history, at most one per role: the clearest.

    A role is held against the median of all others on the same day, so at least three others are needed.
    """
    swing, days = _swings(rows, calendar)
    found = []
    for role in np.flatnonzero(calendar.known).tolist():
        others = np.delete(swing, role, axis=0)
        able = np.isfinite(swing[role]) & (np.isfinite(others).sum(axis=0) >= _LEAST_OTHERS)
        if not able.any():
            continue
        apart = swing[role, able] - np.nanmedian(others[:, able], axis=0)
        # Only the days near it count: over a year the season is no noise around two levels.
        step = best_split(apart, config.break_days, _NEAR)
        if step is not None and abs(step[1]) > config.break_rescale and abs(step[2]) > _LEAST_STEP:
            at, score, size = step
            found.append(Break(role, int(days[able][at]), size, score, True, False, False))
    return tuple(found)


def without_earlier(rows: Rows, earlier: tuple[Break, ...]) -> Floats:
    """Return the output of every row with history at the level after the step of its role."""
    output = rows.output.copy()
    for step in earlier:
        before = ~rows.inside & (rows.role == step.role) & (rows.day < step.day)
        output[before] *= np.exp(step.size)
    return output


def _swings(rows: Rows, calendar: Calendar) -> tuple[Floats, Ints]:
    """Return per role and worked day of history the log of output over what everybody's level of that history lets expect, and the days.

    The role's own season is left in: it has swallowed part of the step.
    """
    at = np.flatnonzero(~rows.inside & (rows.reason == USED) & (calendar.base > 0))
    days, place = np.unique(rows.day[at], return_inverse=True)
    base = calendar.base[at] / calendar.season[rows.role[at], rows.month[at]]
    level, first = groups(rows.person[at], rows.complexity[at], rows.bin[at])
    size = first.size
    usual = ratio(summed(level, rows.output[at], size), summed(level, base, size), 0.0)
    expected = base * usual[level]
    some = expected > 0
    cell = (rows.role[at] * days.size + place)[some]
    swing = relative_output(rows.output[at][some], expected[some], cell, len(rows.roles) * days.size)
    return np.log(swing).reshape(len(rows.roles), days.size), days
