"""What does not count and why: clocks left running, slipped digits, days unlike all others of the same worker.

Belongs here: rules that leave rows out, the same on both sides, each with its reason.
Does not belong here: rows outside the window (`rows.py`), outages of a system (`outages.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assets.bands.rows import CLOCK, ODD_DAY, TYPO, USED, groups, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Ints, Rows

_LEAST_EXPECTED = 5.0


def clocks(rows: Rows, config: BandConfig) -> NDArray[np.int8]:
    """Return the reasons with CLOCK on days with far more hours than the worker's own median day."""
    worker_day, first = groups(rows.person, rows.day)
    hours = summed(worker_day, rows.hours, first.size)
    usual = _median_per(rows.person[first], hours, len(rows.people))
    running = (hours > config.clock_factor * usual[rows.person[first]])[worker_day]
    return np.where(running & (rows.reason == USED), CLOCK, rows.reason).astype(np.int8)


def oddities(rows: Rows, start: NDArray[np.int8], expected: Floats, config: BandConfig) -> NDArray[np.int8]:
    """Return the reasons `start` with TYPO and ODD_DAY added, judged by the expected output of every row.

    A typo is `typo_z` standard deviations (Poisson and 20 % of the worker's own) and a factor `typo_ratio` away. A day
    is odd beyond `day_z` robust standard deviations of the role's worker-days, on the cube root of output over expectation: there a
    day's ups and downs are symmetric, whereas on the log scale the rule would take out bad days more often than good ones.
    """
    able = (start == USED) & (expected > 0)
    far = np.abs(rows.output - expected) > config.typo_z * np.sqrt(expected + (0.2 * expected) ** 2)
    fold = (rows.output + 0.5) / (expected + 0.5)
    typo = able & far & ((fold > config.typo_ratio) | (fold < 1 / config.typo_ratio))
    counted = able & ~typo
    worker_day, first = groups(rows.person, rows.day)
    output = summed(worker_day[counted], rows.output[counted], first.size)
    due = summed(worker_day[counted], expected[counted], first.size)
    enough = due >= _LEAST_EXPECTED
    swing = np.cbrt(output / np.maximum(due, 1e-9))
    role = rows.role[first]
    odd = np.zeros(first.size, dtype=np.bool_)
    for r in range(len(rows.roles)):
        mine = enough & (role == r)
        if mine.any():
            odd[mine] = _beyond(swing[mine], due[mine], config.day_z)
    reason = np.where(typo, TYPO, start)
    return np.where(counted & odd[worker_day], ODD_DAY, reason).astype(np.int8)


def _beyond(swing: Floats, due: Floats, z: float) -> NDArray[np.bool_]:
    """Say which swings are too far, given that few expected units swing more by themselves."""
    middle = np.median(swing)
    # A ratio's relative variance becomes a ninth of it on its cube root.
    counting = 1 / (9 * due)
    # The median of a squared normal is .455 of its variance.
    own = max(float(np.median((swing - middle) ** 2 / 0.455 - counting)), 0.0)
    return np.asarray(np.abs(swing - middle) > z * np.sqrt(own + counting))


def _median_per(group: Ints, values: Floats, size: int) -> Floats:
    order = np.lexsort((values, group))
    counts = np.bincount(group, minlength=size)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    ordered = values[order]
    last = max(values.size - 1, 0)
    low = ordered[np.minimum(starts + np.maximum(counts - 1, 0) // 2, last)]
    high = ordered[np.minimum(starts + counts // 2, last)]
    return np.where(counts > 0, (low + high) / 2, np.inf)
