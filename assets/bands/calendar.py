"""The calendar: how fast everybody works on a weekday, in a month, on hard work in a month, and on a day of outage.

Belongs here: the factors, by iterative proportional scaling (the Poisson pseudo-maximum-likelihood estimate of a
multiplicative model), and days on which a system was down without a log entry.
Does not belong here: what single rows are left out (`cleaning.py`), changes of level (`regime.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assets.bands.rows import USED, groups, ratio, summed

if TYPE_CHECKING:
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Flags, Ints, Rows

_YEAR_SLACK = 10
_LEAST_DAYS_IN_MONTH = 8
_ROWS_PER_WORKER_MONTH = 50
_LEAST_APART = 0.004


@dataclass(frozen=True)
class Calendar:
    """The factors and what they let expect.

    `weekday` (roles, 7), `season` (roles, 12), `tilt` (complexities, 12), `known` (roles,): season from a
    full prior year. `clear` (rows,): the product of the outage factor alone; `base` (rows,): hours times all factors;
    `expected` (rows,): output that the worker's own level lets expect; `outages`: (system, day, factor).
    """

    weekday: Floats
    season: Floats
    tilt: Floats
    known: Flags
    clear: Floats
    base: Floats
    expected: Floats
    outages: tuple[tuple[int, int, float], ...]


def fit_calendar(rows: Rows, clear: Floats, config: BandConfig) -> Calendar:
    """Estimate weekday, season and tilt from the rows in use, given the outage factor of every row.

    Levels per worker, complexity, tenure bin and history or window stand beside the factors, so that skill, mix and ramp
    cannot leak into them. Season and tilt come from history alone: a change inside the window is not season.
    """
    used = rows.reason == USED
    known = season_known(rows, config)
    level, _ = groups(rows.person, rows.complexity, rows.bin, rows.inside.astype(np.int64))
    cell, first = groups(level[used], rows.month[used], rows.weekday[used])
    at = np.flatnonzero(used)[first]
    size = first.size
    table = _Table(
        level=level[at],
        role=rows.role[at],
        month=rows.month[at],
        weekday=rows.weekday[at],
        complexity=rows.complexity[at],
        # A role without a full year has no season: its rows say nothing about it.
        yearly=~rows.inside[at] & known[rows.role[at]],
        output=summed(cell, rows.output[used], size),
        hours=summed(cell, rows.worked[used] * clear[used], size),
        count=summed(cell, np.ones(int(used.sum())), size),
    )
    weekday, season, tilt, levels = _scale(
        table, len(rows.roles), int(level.max(initial=-1)) + 1, known, config
    )
    base = rows.worked * clear * weekday[rows.role, rows.weekday] * season[rows.role, rows.month]
    base *= tilt[rows.complexity, rows.month]
    return Calendar(weekday, season, tilt, known, clear, base, base * levels[level], ())


@dataclass(frozen=True)
class _Table:
    level: Ints
    role: Ints
    month: Ints
    weekday: Ints
    complexity: Ints
    yearly: Flags
    output: Floats
    hours: Floats
    count: Floats


def season_known(rows: Rows, config: BandConfig) -> Flags:
    """Say per role whether history covers a year: its first day a year before the window, work in all twelve months."""
    known = np.zeros(len(rows.roles), dtype=np.bool_)
    history = ~rows.inside & (rows.reason == USED)
    window_from = rows.day[rows.inside].min(initial=10**9)
    for role in range(known.size):
        mine = history & (rows.role == role)
        if not mine.any() or window_from - rows.day[mine].min() < config.history_days - _YEAR_SLACK:
            continue
        _, first = groups(rows.day[mine])
        known[role] = (np.bincount(rows.month[mine][first], minlength=12) >= _LEAST_DAYS_IN_MONTH).all()
    return known


def _scale(
    t: _Table, roles: int, levels: int, known: Flags, config: BandConfig
) -> tuple[Floats, Floats, Floats, Floats]:
    """Update every factor in turn so that expected and actual sums agree over its cells."""
    by_day, by_month, by_tilt = t.role * 7 + t.weekday, t.role * 12 + t.month, t.complexity * 12 + t.month
    weekday, season, tilt = np.ones(roles * 7), np.ones(roles * 12), np.ones(36)
    level = np.zeros(levels)
    yearly = t.yearly.astype(np.float64)
    seen = summed(by_tilt, t.count * yearly, 36)
    trust = seen / (seen + config.tilt_prior)
    weight = summed(by_tilt, t.hours * yearly, 36).reshape(3, 12)
    for _ in range(config.sweeps):
        mean = t.hours * weekday[by_day] * season[by_month] * tilt[by_tilt]
        level = ratio(summed(t.level, t.output, levels), summed(t.level, mean, levels), 0.0)
        mean *= level[t.level]
        weekday = weekday * ratio(summed(by_day, t.output, weekday.size), summed(by_day, mean, weekday.size))
        weekday = _weekdays_to_one(weekday.reshape(-1, 7)).ravel()
        mean = t.hours * weekday[by_day] * season[by_month] * tilt[by_tilt] * level[t.level] * yearly
        step = ratio(summed(by_month, t.output * yearly, season.size), summed(by_month, mean, season.size))
        months = (season * step).reshape(-1, 12)
        season = (months / months.mean(axis=1, keepdims=True)).ravel()
        mean = t.hours * weekday[by_day] * season[by_month] * tilt[by_tilt] * level[t.level] * yearly
        tilt = tilt * ratio(summed(by_tilt, t.output * yearly, 36), summed(by_tilt, mean, 36))
        tilt = _tilt_to_one(np.log(np.where(tilt > 0, tilt, 1.0)).reshape(3, 12), weight).ravel()
    tilt = np.exp(_tilt_to_one(trust.reshape(3, 12) * np.log(tilt.reshape(3, 12)), weight, log=True))
    days = summed(by_month, t.count * yearly, season.size).reshape(-1, 12)
    season_of = _pooled_season(season.reshape(-1, 12), days, known, config.season_noise)
    mean = t.hours * weekday[by_day] * season_of.ravel()[by_month] * tilt.ravel()[by_tilt]
    level = ratio(summed(t.level, t.output, levels), summed(t.level, mean, levels), 0.0)
    return weekday.reshape(-1, 7), season_of, tilt, level


def _pooled_season(season: Floats, rows: Floats, known: Flags, noise: float) -> Floats:
    """Return each known role's season, drawn towards the firm's as far as few workers leave it uncertain; 1 for other roles.

    `rows` (roles, 12) are observations behind each factor. How far roles truly differ is estimated by moments.
    """
    out = np.ones_like(season)
    if not known.any():
        return out
    own = np.log(season[known])
    variance = noise**2 * _ROWS_PER_WORKER_MONTH / np.maximum(rows[known], 1.0)
    weight = 1 / variance
    firm = (weight * own).sum(axis=0) / weight.sum(axis=0)
    apart = max(float(np.mean((own - firm) ** 2 - variance)), _LEAST_APART**2)
    pooled = np.exp(firm + (own - firm) * apart / (apart + variance))
    out[known] = pooled / pooled.mean(axis=1, keepdims=True)
    return out


def _weekdays_to_one(weekday: Floats) -> Floats:
    """Scale so that Monday to Friday have mean 1."""
    return np.asarray(weekday / weekday[:, :5].mean(axis=1, keepdims=True))


def _tilt_to_one(log_tilt: Floats, weight: Floats, *, log: bool = False) -> Floats:
    """Take out what all complexities have in common in a month, weighted by hours: that is season."""
    total = weight.sum(axis=0)
    common = ratio((log_tilt * weight).sum(axis=0), total, 0.0)
    centred = np.asarray(log_tilt - common)
    return centred if log else np.exp(centred)
