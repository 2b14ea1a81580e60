"""Changes of level inside the window: a new tool, a new process. Found per role, and taken out when they are certain.

Belongs here: the test for one break and what it allows. Does not belong here: season (`calendar.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assets.bands.rows import USED, ratio, summed

if TYPE_CHECKING:
    from assets.bands.calendar import Calendar
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Ints, Rows

_LEAST_AUTOCORRELATION, _MOST_AUTOCORRELATION = 0.0, 0.8
_DAY_VARIANCE = 0.04
_MEDIAN_EFFICIENCY = 1.2533


@dataclass(frozen=True)
class Break:
    """A change of level of a role.

    In order: the role, first day after it (days since 1970), log size, test statistic, whether earlier rows were
    rescaled, whether it is too young, and whether a second one follows.
    """

    role: int
    day: int
    size: float
    score: float
    rescaled: bool
    young: bool
    again: bool


def find_breaks(rows: Rows, calendar: Calendar, config: BandConfig) -> tuple[Break, ...]:
    """Return the breaks found, at most one per role, which say whether a second one was seen.

    Raises nothing: a role with too few days has no break.
    """
    found = []
    for role in range(len(rows.roles)):
        days, swing = daily_swing(rows, calendar, role)
        best = best_split(swing, config.break_days)
        if best is None or abs(best[1]) <= config.break_flag:
            continue
        at, score, size = best
        rest = [best_split(part, config.break_days) for part in (swing[:at], swing[at:])]
        again = any(other is not None and abs(other[1]) > config.break_rescale for other in rest)
        certain = abs(score) > config.break_rescale and abs(size) > config.break_least
        young = certain and int(days[-1] - days[at]) + 1 < config.break_young
        found.append(
            Break(
                role,
                int(days[at]),
                size,
                score,
                certain and bool(calendar.known[role]),
                young,
                certain and again,
            )
        )
    return tuple(found)


def daily_swing(rows: Rows, calendar: Calendar, role: int) -> tuple[Floats, Floats]:
    """Return the worked days of a role in the window and the log of output over expectation on each."""
    at = np.flatnonzero(rows.inside & (rows.role == role) & (rows.reason == USED) & (calendar.expected > 0))
    if not at.size:
        return np.empty(0), np.empty(0)
    days, place = np.unique(rows.day[at], return_inverse=True)
    relative = relative_output(rows.output[at], calendar.expected[at], place, days.size)
    return days.astype(np.float64), np.log(relative)


def relative_output(output: Floats, expected: Floats, group: Ints, size: int) -> Floats:
    """Return output over expectation per group, rows weighed by their precision, at least .001; NaN where there is no row."""
    weight = expected / (1 + _DAY_VARIANCE * expected)
    mean = ratio(summed(group, weight * output / expected, size), summed(group, weight, size), np.nan)
    return np.maximum(mean, 1e-3)


def best_split(swing: Floats, least: int, near: int | None = None) -> tuple[int, float, float] | None:
    """Return the split with the largest |T|: index of the first value after it, T, and the log change; None if too short.

    `least` days stand on each side of a split, and it sees at most `near` of them, all without. T compares medians before and
    after on the long-run standard deviation (from first differences, so that the break itself does not inflate it, widened for
    autocorrelated days).
    """
    n = swing.size
    splits = [
        (at, *_score(swing[max(at - (near or n), 0) : at], swing[at : at + (near or n)]))
        for at in range(least, n - least + 1)
    ]
    return max(splits, key=lambda split: abs(split[1]), default=None)


def _score(before: Floats, after: Floats) -> tuple[float, float]:
    """Return T and the log change from one stretch to the next."""
    levels = np.median(before), np.median(after)
    change = float(levels[1] - levels[0])
    spread = max(_long_run(np.concatenate([before - levels[0], after - levels[1]]), before.size), 1e-4)
    return change / (_MEDIAN_EFFICIENCY * spread * float(np.sqrt(1 / before.size + 1 / after.size))), change


def _long_run(residual: Floats, split: int) -> float:
    """Return the long-run standard deviation of residuals around two levels that meet at `split`."""
    steps = np.delete(np.diff(residual), split - 1)
    short = 1.4826 * float(np.median(np.abs(steps))) / np.sqrt(2)
    # The median absolute deviation sees no tails: a third of the ordinary deviation goes with it.
    overall: float = max(short, 1.4826 * float(np.median(np.abs(residual))))
    squares = float(np.sum(residual**2))
    r = float(np.sum(residual[1:] * residual[:-1])) / squares if squares > 0 else 0.0
    r = min(max(r, _LEAST_AUTOCORRELATION), _MOST_AUTOCORRELATION)
    return overall * float(np.sqrt((1 + r) / (1 - r)))


def rescale(rows: Rows, breaks: tuple[Break, ...]) -> Floats:
    """Return the output of every row at the level after the break of its role."""
    output = rows.output.copy()
    for found in breaks:
        if found.rescaled:
            before = rows.inside & (rows.role == found.role) & (rows.day < found.day)
            output[before] *= np.exp(found.size)
    return output
