"""What each worker reached, with the probability that it is no accident.

Belongs here: the index of a worker against bands, judged by the daily ramp and the cleaning of the calibration, its probability and state.
Does not belong here: ranks, of which there are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import ndtr

from assets.bands.quantile import four_digits
from assets.bands.ramp import log_ramp
from assets.bands.rows import USED, ratio, summed

if TYPE_CHECKING:
    from assets.bands.calibrate import Fitted
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Ints

LEVELS = ("acceptable", "strong", "exceptional")
SCHEMA: dict[str, pl.DataType] = {
    "role": pl.String(),
    "worker_id": pl.String(),
    "hours": pl.Float64(),
    "index": pl.Float64(),
    "probability": pl.Float64(),
    "reached": pl.String(),
    "quality": pl.String(),
    "status": pl.String(),
}
_FEW, _NO_BAND, _MEASURED = "not yet enough data", "no band", "measured"


def attainment(fitted: Fitted, bands: Floats, config: BandConfig) -> pl.DataFrame:
    """Return role, worker_id, hours, index, probability, reached, quality, status; one row per role and worker of the window.

    `bands` (roles, complexities, levels) are log bands of seniors, NaN where there is none. The index is output over
    what the acceptable band asks of the same hours at the worker's own tenure on each day; the probability is that of
    having reached acceptable. `reached` is the highest level whose index is at least 1, by output alone; `quality` is passed, not proven
    or failed, or unknown where the role has no quality data.
    """
    rows, people = fitted.rows, len(fitted.rows.people)
    asked, output, hours, days, expected = _sums(fitted, bands)
    index = ratio(np.repeat(output[:, None], len(LEVELS), axis=1), asked, np.nan)
    # Counting noise and the worker's own good and bad months.
    error = np.sqrt(
        ratio(np.ones(people), expected, np.inf) + fitted.block[rows.person_role] * 20 / np.maximum(days, 1)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = ndtr(np.log(index[:, 0]) / error)
    records = []
    for code, (role, worker) in enumerate(rows.people):
        if not fitted.seen[code]:
            continue
        state = _MEASURED
        if fitted.hours[code] >= config.min_hours and not asked[code, 0]:
            state = _NO_BAND
        elif hours[code] < config.min_hours or error[code] > config.judge_se:
            state = _FEW
        told = state == _MEASURED
        reached = [level for level, value in zip(LEVELS, index[code], strict=True) if value >= 1]
        records.append(
            {
                "role": role,
                "worker_id": worker,
                "hours": four_digits(fitted.hours[code]),
                "index": four_digits(index[code, 0]) if told else None,
                "probability": four_digits(chance[code]) if told else None,
                "reached": (reached[-1] if reached else "below acceptable") if told else None,
                "quality": _quality(fitted, code, config),
                "status": state,
            }
        )
    return pl.DataFrame(records, schema=SCHEMA)


def at_own_tenure(fitted: Fitted, bands: Floats) -> tuple[Ints, Floats]:
    """Return the rows of the window for which there is a band, and their hours times calendar and share of full speed."""
    rows = fitted.rows
    at = np.flatnonzero(
        rows.inside & (rows.reason == USED) & np.isfinite(bands[rows.role, rows.complexity, 0])
    )
    ramp = np.zeros(at.size)
    for role, fit in enumerate(fitted.skill.fits):
        mine = rows.role[at] == role
        if fit is not None and mine.any():
            ramp[mine] = log_ramp(fit, rows.tenure[at][mine], rows.complexity[at][mine])
    return at, np.asarray(fitted.calendar.base[at] * np.exp(ramp))


def _sums(fitted: Fitted, bands: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return per person: output asked per level, output, hours, days, and units expected, where there is a band."""
    rows, people = fitted.rows, len(fitted.rows.people)
    at, base = at_own_tenure(fitted, bands)
    of, person = bands[rows.role, rows.complexity], rows.person[at]
    asked = np.stack([summed(person, base * np.exp(of[at, k]), people) for k in range(len(LEVELS))], axis=1)
    seen = person * 100_000 + rows.day[at]
    days = np.bincount(np.unique(seen) // 100_000, minlength=people).astype(np.float64)
    weight = ratio(rows.output[at], rows.units[at])
    expected = summed(person, fitted.calendar.expected[at] / weight, people)
    return (
        asked,
        summed(person, fitted.output[at], people),
        summed(person, rows.hours[at], people),
        days,
        expected,
    )


def _quality(fitted: Fitted, code: int, config: BandConfig) -> str:
    if not fitted.gate.proven[fitted.rows.person_role[code]].any():
        return "unknown"
    chance = fitted.gate.probability[code]
    if chance >= config.gate_pass:
        return "passed"
    return "not proven" if chance >= config.gate_fail else "failed"
