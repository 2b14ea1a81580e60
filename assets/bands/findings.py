"""What the steps of a calibration found, as frames for people: exclusions, calendar, outages, friction, ramp, breaks, earlier breaks, quality, roles.

Belongs here: the shape of the diagnostics. Does not belong here: computing what they show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.bands.frame import COMPLEXITIES
from assets.bands.quantile import four_digits
from assets.bands.ramp import stage_multiplier
from assets.bands.rows import METRICS, REASONS, USED, summed
from assets.bands.tables import in_cells

if TYPE_CHECKING:
    from assets.bands.calibrate import Fitted
    from assets.bands.config import BandConfig
    from assets.bands.skill import Fit

_EPOCH = date(1970, 1, 1)
_Z = 1.6448536269514722


@dataclass(frozen=True)
class Diagnostics:
    """Frames that show what the steps found.

    `exclusions`: role, complexity, reason, rows, workers; every row of the input falls under one reason or 'used'.
    `calendar`: kind (weekday, season, tilt), key (role or complexity), period (1 = Monday or January), factor, known.
    `outages`: system_id, date, factor; proposals for the friction log.
    `friction`: system_id, share of the usual pace that went on in logged friction, low, high, counted (0 where it is not proven). `ramp`: role, complexity, stage, multiplier, low, high.
    `breaks`: role, date, change (share), score, rescaled, young, again.
    `earlier`: role, date, change (share), score; steps of history that were taken out of it.
    `quality`: role, metric, failures, expected, limit (multiple of the expected failures), proven.
    `roles`: role, contributors, workers, bridges (contributors who work two complexities), spread (log standard deviation of skill),
    months (of a senior's level between blocks of four weeks), low, medium, high (shares of hours in the window).
    `shared`: name, value; what all roles have in common.
    """

    exclusions: pl.DataFrame
    calendar: pl.DataFrame
    outages: pl.DataFrame
    friction: pl.DataFrame
    ramp: pl.DataFrame
    breaks: pl.DataFrame
    earlier: pl.DataFrame
    quality: pl.DataFrame
    roles: pl.DataFrame
    shared: pl.DataFrame


def diagnostics(fitted: Fitted, left: pl.DataFrame, config: BandConfig) -> Diagnostics:
    """Return the frames; `left` are the rows that were left out before the steps."""
    return Diagnostics(
        exclusions=_exclusions(fitted, left),
        calendar=_calendar(fitted),
        outages=_outages(fitted),
        friction=_friction(fitted),
        ramp=_ramp(fitted, config),
        breaks=_breaks(fitted),
        earlier=_earlier(fitted),
        quality=_quality(fitted),
        roles=_roles(fitted, config),
        shared=_shared(fitted),
    )


def _day(day: int) -> date:
    return _EPOCH + timedelta(days=day)


def _exclusions(fitted: Fitted, left: pl.DataFrame) -> pl.DataFrame:
    rows = fitted.rows
    people = np.array([worker for _, worker in rows.people], dtype=object)
    inside = pl.DataFrame(
        {
            "role": pl.Series(np.array(rows.roles, dtype=object)[rows.role].tolist(), dtype=pl.String),
            "complexity": pl.Series(
                np.array(COMPLEXITIES, dtype=object)[rows.complexity].tolist(), dtype=pl.String
            ),
            "worker_id": pl.Series(people[rows.person].tolist(), dtype=pl.String),
            "reason": pl.Series(rows.reason, dtype=pl.Int8),
        }
    )
    return (
        pl.concat([inside, left])
        .group_by("role", "complexity", "reason")
        .agg(rows=pl.len().cast(pl.Int64), workers=pl.col("worker_id").n_unique().cast(pl.Int64))
        .with_columns(
            reason=pl.col("reason").replace_strict(dict(enumerate(REASONS)), return_dtype=pl.String)
        )
        .sort("role", "complexity", "reason")
    )


def _calendar(fitted: Fitted) -> pl.DataFrame:
    made = fitted.calendar
    rows: list[tuple[str, str, int, float, bool]] = []
    for r, role in enumerate(fitted.rows.roles):
        rows += [("weekday", role, d + 1, four_digits(made.weekday[r, d]), True) for d in range(7)]
        rows += [
            ("season", role, m + 1, four_digits(made.season[r, m]), bool(made.known[r])) for m in range(12)
        ]
    for c, tier in enumerate(COMPLEXITIES):
        rows += [
            ("tilt", tier, m + 1, four_digits(made.tilt[c, m]), bool(made.known.any())) for m in range(12)
        ]
    schema = {
        "kind": pl.String,
        "key": pl.String,
        "period": pl.Int64,
        "factor": pl.Float64,
        "known": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _outages(fitted: Fitted) -> pl.DataFrame:
    rows = [(fitted.rows.systems[s], _day(day), four_digits(f)) for s, day, f in fitted.calendar.outages]
    schema = {"system_id": pl.String, "date": pl.Date, "factor": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _friction(fitted: Fitted) -> pl.DataFrame:
    """Return what went on in logged friction per system, with its 90 % interval; systems of which nothing can be said are left out."""
    rows = [
        (
            fitted.rows.systems[leak.system],
            *(four_digits(min(max(leak.share + z * leak.error, 0.0), 1.0)) for z in (0, -_Z, _Z)),
            four_digits(leak.counted),
        )
        for leak in fitted.leaks
    ]
    schema = {"system_id": pl.String, **dict.fromkeys(("share", "low", "high", "counted"), pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _ramp(fitted: Fitted, config: BandConfig) -> pl.DataFrame:
    rows = [
        (role, tier, name, *_multiplier(fit, stage, c, config))
        for role, fit in zip(fitted.rows.roles, fitted.skill.fits, strict=True)
        if fit is not None
        for c, tier in enumerate(COMPLEXITIES)
        for stage, name in enumerate(config.stage_names())
    ]
    numbers = dict.fromkeys(("multiplier", "low", "high"), pl.Float64)
    schema = {"role": pl.String, "complexity": pl.String, "stage": pl.String, **numbers}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _multiplier(fit: Fit, stage: int, complexity: int, config: BandConfig) -> tuple[float, float, float]:
    """Return the share of full speed in a stage with its 90 % interval, by the error of the ramp's unknowns."""
    share, slope = stage_multiplier(fit, stage, complexity, config)
    half = _Z * float(np.sqrt(max(float(slope @ fit.covariance @ slope), 0.0)))
    low, high = np.exp(share - half), np.exp(share + half)
    return four_digits(float(np.exp(share))), four_digits(float(low)), four_digits(float(high))


def _breaks(fitted: Fitted) -> pl.DataFrame:
    rows = [
        (
            fitted.rows.roles[b.role], _day(b.day), four_digits(float(np.expm1(b.size))), four_digits(b.score),
            b.rescaled, b.young, b.again,
        )
        for b in fitted.breaks
    ]  # fmt: skip
    schema = {
        "role": pl.String, "date": pl.Date, "change": pl.Float64, "score": pl.Float64, "rescaled": pl.Boolean,
        "young": pl.Boolean, "again": pl.Boolean,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _earlier(fitted: Fitted) -> pl.DataFrame:
    rows = [
        (fitted.rows.roles[b.role], _day(b.day), four_digits(float(np.expm1(b.size))), four_digits(b.score))
        for b in fitted.earlier
    ]
    schema = {"role": pl.String, "date": pl.Date, "change": pl.Float64, "score": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _quality(fitted: Fitted) -> pl.DataFrame:
    gate, role = fitted.gate, fitted.rows.person_role
    rows = []
    for m, metric in enumerate(METRICS):
        failures = summed(role, gate.failures[:, m], len(fitted.rows.roles))
        expected = summed(role, gate.expected[:, m], len(fitted.rows.roles))
        for r, name in enumerate(fitted.rows.roles):
            proven = bool(gate.proven[r, m])
            limit = four_digits(gate.limit[r, m]) if proven else None
            rows.append((name, metric, four_digits(failures[r]), four_digits(expected[r]), limit, proven))
    schema = {
        "role": pl.String, "metric": pl.String, "failures": pl.Float64, "expected": pl.Float64, "limit": pl.Float64,
        "proven": pl.Boolean,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").sort("role", "metric")


def _roles(fitted: Fitted, config: BandConfig) -> pl.DataFrame:
    rows, role = fitted.rows, fitted.rows.person_role
    inside = rows.inside & (rows.reason == USED)
    records = [
        (
            name, int((fitted.contributes & (role == r)).sum()), int((fitted.seen & (role == r)).sum()),
            in_cells(fitted, r, config)[1], four_digits(float(np.sqrt(fitted.skill.spread[r]))), four_digits(float(np.sqrt(fitted.block[r]))),
            *(four_digits(float(x)) for x in _mix(rows.hours[inside & (rows.role == r)], rows.complexity[inside & (rows.role == r)])),
        )
        for r, name in enumerate(rows.roles)
    ]  # fmt: skip
    schema = {
        "role": pl.String, "contributors": pl.Int64, "workers": pl.Int64, "bridges": pl.Int64, "spread": pl.Float64, "months": pl.Float64,
        "low": pl.Float64, "medium": pl.Float64, "high": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(records, schema=schema, orient="row")


def _mix(hours: np.ndarray, complexity: np.ndarray) -> np.ndarray:
    total = summed(complexity, hours, 3)
    return total / total.sum() if total.sum() > 0 else total


def _shared(fitted: Fitted) -> pl.DataFrame:
    skill = fitted.skill
    pairs = [
        ("spread of skill", float(np.sqrt(skill.firm_spread))),
        ("spread per complexity", float(np.sqrt(skill.own))),
        *((f"slope {tier}", float(s)) for tier, s in zip(COMPLEXITIES, skill.slopes, strict=True)),
    ]
    return pl.DataFrame(
        [(name, four_digits(value)) for name, value in pairs],
        schema={"name": pl.String, "value": pl.Float64},
        orient="row",
    )
