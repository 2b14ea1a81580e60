"""What each worker reached per complexity and per day, and how the worker's quality compares with the floor, metric by metric.

Belongs here: the parts behind a worker's index and quality, with the calendar, the ramp and the gate of the same calibration.
Does not belong here: the index over all work (`attain.py`), the gate itself (`gate.py`), and whether a band counts
(`sql/bands/floor_attainment.sql`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import gammainc, gammaincinv, ndtr

from assets.bands.attain import at_own_tenure
from assets.bands.frame import COMPLEXITIES
from assets.bands.quantile import four_digits
from assets.bands.rows import METRICS, groups, ratio, summed

if TYPE_CHECKING:
    from assets.bands.calibrate import Fitted
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Ints

TIERS_SCHEMA: dict[str, pl.DataType] = {
    "role": pl.String(),
    "worker_id": pl.String(),
    "complexity": pl.String(),
    "hours": pl.Float64(),
    "attained": pl.Float64(),
    "attained_low": pl.Float64(),
    "attained_high": pl.Float64(),
    "probability": pl.Float64(),
    "state": pl.String(),
}
QUALITY_SCHEMA: dict[str, pl.DataType] = {
    "role": pl.String(),
    "worker_id": pl.String(),
    "metric": pl.String(),
    "failures": pl.Float64(),
    "expected": pl.Float64(),
    "multiple": pl.Float64(),
    "multiple_low": pl.Float64(),
    "multiple_high": pl.Float64(),
    "largest": pl.Float64(),
    "probability": pl.Float64(),
    "verdict": pl.String(),
}
DAYS_SCHEMA: dict[str, pl.DataType] = {
    "role": pl.String(),
    "worker_id": pl.String(),
    "work_date": pl.Date(),
    "hours": pl.Float64(),
    "asked": pl.Float64(),
    "output": pl.Float64(),
}
_EPOCH = date(1970, 1, 1)
_LOW, _HIGH = 0.05, 0.95
_Z = 1.6448536269514722


def attained_tiers(fitted: Fitted, bands: Floats, config: BandConfig) -> pl.DataFrame:
    """Return what was reached per role, worker and complexity, with a 90 % interval; the columns of TIERS_SCHEMA.

    `bands` as for `attain.attainment`. The error is that of the whole index, from the hours of this complexity alone.
    """
    rows = fitted.rows
    at, asked = _asked(fitted, bands)
    cell, size = rows.person[at] * 3 + rows.complexity[at], len(rows.people) * 3
    demand, output = summed(cell, asked, size), summed(cell, fitted.output[at], size)
    hours = summed(cell, rows.hours[at], size)
    days = np.bincount(cell[groups(cell, rows.day[at])[1]], minlength=size) if at.size else np.zeros(size)
    weight = ratio(rows.output[at], rows.units[at])
    expected = summed(cell, fitted.calendar.expected[at] / weight, size)
    block = np.repeat(fitted.block[rows.person_role], 3)
    error = np.sqrt(ratio(np.ones(size), expected, np.inf) + block * 20 / np.maximum(days, 1))
    records = []
    for place in np.flatnonzero(demand > 0):
        role, worker = rows.people[place // 3]
        told = hours[place] >= config.min_cell_hours and error[place] <= config.judge_se and output[place] > 0
        index = float(np.log(output[place] / demand[place])) if told else np.nan
        records.append(
            {
                "role": role,
                "worker_id": worker,
                "complexity": COMPLEXITIES[place % 3],
                "hours": four_digits(float(hours[place])),
                "attained": four_digits(float(np.exp(index))) if told else None,
                "attained_low": four_digits(float(np.exp(index - _Z * error[place]))) if told else None,
                "attained_high": four_digits(float(np.exp(index + _Z * error[place]))) if told else None,
                "probability": four_digits(float(ndtr(index / error[place]))) if told else None,
                "state": "measured" if told else "not yet enough data",
            }
        )
    return pl.DataFrame(records, schema=TIERS_SCHEMA)


def attained_quality(fitted: Fitted, config: BandConfig) -> pl.DataFrame:
    """Return failures against what the same work lets expect, per role, worker and metric; the columns of QUALITY_SCHEMA.

    The multiple is the mean of the gate's posterior Gamma(k + O, k + E), with its 90 % interval. The verdict is the gate's, per
    metric: met, not proven, failed, or no data, where the role's metric or the worker has too few checks to accuse anybody.
    """
    gate, rows = fitted.gate, fitted.rows
    records = []
    for code in np.flatnonzero(fitted.seen):
        role, worker = rows.people[code]
        r = rows.person_role[code]
        for m, metric in enumerate(METRICS):
            failures, expected = gate.failures[code, m], gate.expected[code, m]
            judged = bool(gate.proven[r, m]) and expected > 0
            shape, rate = gate.shape[r, m] + failures, gate.shape[r, m] + expected
            limit = min(float(gate.limit[r, m]), 1e6)
            chance = float(gammainc(shape, rate * limit)) if judged else None
            records.append(
                {
                    "role": role,
                    "worker_id": worker,
                    "metric": metric,
                    "failures": four_digits(float(failures)),
                    "expected": four_digits(float(expected)),
                    "multiple": four_digits(float(shape / rate)) if judged else None,
                    "multiple_low": four_digits(float(gammaincinv(shape, _LOW) / rate)) if judged else None,
                    "multiple_high": four_digits(float(gammaincinv(shape, _HIGH) / rate)) if judged else None,
                    "largest": four_digits(limit) if judged else None,
                    "probability": None if chance is None else four_digits(chance),
                    "verdict": _verdict(chance, config),
                }
            )
    return pl.DataFrame(records, schema=QUALITY_SCHEMA)


def attained_days(fitted: Fitted, bands: Floats) -> pl.DataFrame:
    """Return per role, worker and day the hours, what acceptable asks of them, and the output; the columns of DAYS_SCHEMA."""
    rows = fitted.rows
    at, asked = _asked(fitted, bands)
    day, first = groups(rows.person[at], rows.day[at])
    sums = {
        "hours": summed(day, rows.hours[at], first.size),
        "asked": summed(day, asked, first.size),
        "output": summed(day, fitted.output[at], first.size),
    }
    people = [rows.people[code] for code in rows.person[at][first]]
    return pl.DataFrame(
        {
            "role": [role for role, _ in people],
            "worker_id": [worker for _, worker in people],
            "work_date": [_EPOCH + timedelta(days=int(n)) for n in rows.day[at][first]],
            **{name: [four_digits(float(v)) for v in values] for name, values in sums.items()},
        },
        schema=DAYS_SCHEMA,
    ).sort("role", "worker_id", "work_date")


def _asked(fitted: Fitted, bands: Floats) -> tuple[Ints, Floats]:
    """Return the rows of the window for which there is a band, and what acceptable asks of each."""
    at, base = at_own_tenure(fitted, bands)
    return at, np.asarray(base * np.exp(bands[fitted.rows.role[at], fitted.rows.complexity[at], 0]))


def _verdict(chance: float | None, config: BandConfig) -> str:
    if chance is None:
        return "no data"
    if chance >= config.gate_pass:
        return "met"
    return "not proven" if chance >= config.gate_fail else "failed"
