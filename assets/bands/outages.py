"""Outages that nobody logged: days on which everybody on a system did much less than around that day.

Belongs here: finding them. Does not belong here: logged friction, which is taken out of the hours before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from assets.bands.rows import USED, ratio, summed

if TYPE_CHECKING:
    from assets.bands.calendar import Calendar
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Rows

_AROUND = 7
_DAY_VARIANCE = 0.04


def find_outages(
    rows: Rows, calendar: Calendar, config: BandConfig
) -> tuple[Floats, tuple[tuple[int, int, float], ...]]:
    """Return the outage factor of every row (1 on ordinary days) and the outages found: system, day, factor.

    A day counts when enough people worked, output per expected output is below `outage_drop` of the running median of fifteen
    worked days, and the dip is larger than `outage_z` times the ordinary scatter. A slow drift is season and stays.
    """
    clear = np.ones(rows.day.size)
    found: list[tuple[int, int, float]] = []
    # What the calendar expects on a clear day: the factor found before must not hide the outage.
    expected = np.divide(calendar.expected, calendar.clear)
    for system in range(len(rows.systems)):
        at = np.flatnonzero((rows.system == system) & (rows.reason == USED) & (expected > 0))
        if not at.size:
            continue
        days, place = np.unique(rows.day[at], return_inverse=True)
        # Rows weigh by their precision: a poster's many units must not drown an appeal writer's few.
        weight = expected[at] / (1 + _DAY_VARIANCE * expected[at])
        relative = ratio(
            summed(place, weight * rows.output[at] / expected[at], days.size),
            summed(place, weight, days.size),
        )
        people = np.bincount(np.unique(place * len(rows.people) + rows.person[at]) // len(rows.people))
        dip = np.log(np.maximum(relative, 1e-3))
        dip = dip - _running_median(dip)
        scatter = 1.4826 * float(np.median(np.abs(dip)))
        down = (
            (people >= config.outage_people)
            & (dip < np.log(config.outage_drop))
            & (dip < -config.outage_z * scatter)
        )
        clear[at] = np.where(down, np.exp(dip), 1.0)[place]
        found += [(system, int(days[i]), float(np.exp(dip[i]))) for i in np.flatnonzero(down)]
    return clear, tuple(found)


def _running_median(values: Floats) -> Floats:
    """Return the median of the fifteen days around each; fewer at the ends."""
    padded = np.pad(values, _AROUND, constant_values=np.nan)
    return np.asarray(np.nanmedian(sliding_window_view(padded, 2 * _AROUND + 1), axis=1))
