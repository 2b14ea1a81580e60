"""Work that went on in minutes logged as friction: how much of the usual pace, per system, from the days with many such minutes against those with few.

Belongs here: the estimate, and what it makes of the hours of a row. Does not belong here: outages that nobody logged (`outages.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assets.bands.rows import USED, groups, ratio, summed

if TYPE_CHECKING:
    from assets.bands.calendar import Calendar
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Ints, Rows

_DAY_VARIANCE = 0.04
_HALVINGS = 40
_NOTHING = 1e-6


@dataclass(frozen=True)
class Leak:
    """What went on in the logged friction of a system.

    `share` of the usual pace, 0 to 1, and its standard `error`; `counted`: the share at which logged minutes count as worked, 0 where
    more than 0 is not proven.
    """

    system: int
    share: float
    error: float
    counted: float


def find_leaks(rows: Rows, calendar: Calendar, config: BandConfig) -> tuple[Leak, ...]:
    """Return the share of every system whose friction was logged in enough weeks, for enough people.

    A row lets expect `(hours + share x lost) x calendar x level`, and the level of a worker on a complexity is the same on days with many and
    with few logged minutes. Days that are lost whole are left out on both sides of the comparison, as everywhere.
    """
    found = []
    able = (rows.reason == USED) & (calendar.expected > 0)
    for system in range(len(rows.systems)):
        at = np.flatnonzero(able & (rows.system == system))
        hit = at[rows.lost[at] > 0]
        weeks, people = np.unique(_week(rows, hit)).size, np.unique(rows.person[hit]).size
        if weeks < config.leak_weeks or people < config.leak_people:
            continue
        share, error = _share(rows, calendar, at)
        if not np.isfinite(error):
            continue
        error *= float(np.sqrt(weeks / (weeks - 1)))
        proven = share > max(config.leak_z * error, config.leak_least)
        found.append(Leak(system, share, error, share if proven else 0.0))
    return tuple(found)


def worked(rows: Rows, leaks: tuple[Leak, ...]) -> Floats:
    """Return the hours of every row in which work went on: those free of friction, and the share of the others."""
    counted = np.zeros(len(rows.systems) + 1)
    for leak in leaks:
        counted[leak.system] = leak.counted
    # Rows without a system have the code -1, the last place.
    return np.asarray(rows.hours + counted[rows.system] * rows.lost)


def _week(rows: Rows, at: Ints) -> Ints:
    return (rows.day[at] + 3) // 7


def _share(rows: Rows, calendar: Calendar, at: Ints) -> tuple[float, float]:
    """Solve the estimating equation of one system; its error is that of sums of whole weeks, since good and bad days follow each other.

    Every row's surplus over what it lets expect is weighed by the share of its hours that was lost, and by its precision.
    Levels follow the share, so that people who lose much on all days say nothing.
    """
    level, _ = groups(rows.person[at], rows.complexity[at], rows.bin[at], rows.inside[at].astype(np.int64))
    size = int(level.max()) + 1
    factor = calendar.base[at] / rows.worked[at]
    free, lost, output = rows.hours[at] * factor, rows.lost[at] * factor, rows.output[at]
    weight = rows.lost[at] / (rows.hours[at] + rows.lost[at]) / (1 + _DAY_VARIANCE * calendar.expected[at])
    all_output, all_free, all_lost = (summed(level, x, size) for x in (output, free, lost))
    weighed, weighed_free, weighed_lost = (summed(level, weight * x, size) for x in (output, free, lost))

    def surplus(share: float) -> float:
        pace = ratio(all_output, all_free + share * all_lost, 0.0)
        return float((weighed - pace * (weighed_free + share * weighed_lost)).sum())

    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if surplus(middle) > 0 else (low, middle)
    share = (low + high) / 2
    exposure = all_free + share * all_lost
    pace = ratio(all_output, exposure, 0.0)
    pull = ratio(weighed_free + share * weighed_lost, exposure, 0.0)
    _, week = np.unique(_week(rows, at), return_inverse=True)
    influence = (weight - pull[level]) * (output - pace[level] * (free + share * lost))
    weekly = summed(week, influence, int(week.max()) + 1)
    slope = float((pace * (weighed_lost - pull * all_lost)).sum())
    # Who loses the same share of every day says nothing, and what is left of the sums then is rounding.
    if slope <= _NOTHING * float((pace * weighed_lost).sum()):
        return 0.0, np.inf
    return share, float(np.sqrt((weekly**2).sum())) / slope
