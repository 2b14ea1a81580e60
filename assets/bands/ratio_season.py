"""The season of a companion measure: how a weekday and a month of the year before the window compare with the whole of that year.

The same people on the same complexity at the same tenure are held against themselves over the prior year, by proportional scaling of a
multiplicative model (`calendar.py`). Ratios swing little with the year, so what is found is drawn twice, each as far as its own evidence
leaves it in doubt: a role's season to that of all roles of the measure, and theirs to none.
Belongs here: the factors of one measure. Does not belong here: the season of output (`calendar.py`), bands (`ratio_bands.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.bands.frame import COMPLEXITIES
from assets.bands.ratio_frame import validate_ratios
from assets.bands.rows import first_of_history, groups, ratio, summed, tenure_bin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.ratio_frame import Companion
    from assets.bands.rows import Ints

_YEAR, _YEAR_SLACK = 365, 10
_LEAST_DAYS_IN_MONTH = 3
_UNTOLD, _LEAST_ERROR = 1e6, 1e-8


@dataclass(frozen=True)
class Season:
    """Multiples of the year's mean: `weekday` (7,) from Monday, `month` (12,); `error` (12,): variance of the log of a month's."""

    weekday: Floats
    month: Floats
    error: Floats

    def of(self, day: Ints) -> Floats:
        """Return the multiple of the year's mean that is usual on these days, given as days since 1970, (days,)."""
        return np.asarray(self.weekday[(day + 3) % 7] * self.month[month_of(day)])

    def variance(self, day: Ints, exposure: Floats) -> float:
        """Return the variance of the log of the mean multiple of the work of these days."""
        share = summed(month_of(day), exposure, 12)
        total = float(share.sum())
        return float(np.dot((share / total) ** 2, self.error)) if total > 0 else 0.0


STILL = Season(np.ones(7), np.ones(12), np.zeros(12))
"""No season: what is known to be the same all year, or what somebody else takes out."""

Seasons = dict[tuple[str, str], Season]
"""By measure and role; without an entry the season is unknown."""


def month_of(day: Ints) -> Ints:
    """Return the month of the year, 0 to 11, of days since 1970."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12


def ratio_seasons(
    frame: pl.DataFrame, *, as_of: date, companions: Sequence[Companion], config: BandConfig
) -> Seasons:
    """Return the season of every measure and role whose own history covers a year: from that year alone.

    `frame` follows RATIO_SCHEMA; its rows inside the window are not looked at, because a change inside the window is no season. A year is
    covered by work from a year before the window on, and on three days of each month at least. Raises FrameError.
    """
    before = first_of_history(as_of, config), config.window(as_of)[0]
    rows = validate_ratios(frame).filter(
        pl.col("date").is_between(*before, closed="left")
        & ((pl.col("denominator") > 0) | (pl.col("numerator") > 0))
    )
    out: Seasons = {}
    for companion in sorted(companions, key=lambda c: c.definition_id):
        mine = rows.filter(pl.col("definition_id") == companion.definition_id)
        parts = {
            part["role"][0]: part
            for part in mine.partition_by("role", maintain_order=True)
            if _covers_a_year(part, before[1], config)
        }
        found = [_year(part, companion, config) for part in parts.values()]
        for role, season in zip(parts, _drawn_together(found, config), strict=True):
            out[companion.definition_id, role] = season
    return out


def season_findings(seasons: Mapping[tuple[str, str], Season]) -> list[tuple[str, str, str, str, float]]:
    """Return the factors as findings: finding, role, subject, name, value; what compares people with a band must use them, too."""
    return [
        ("companion_season", role, f"definition_id={name} kind={kind} period={place}", "factor", float(value))
        for (name, role), season in sorted(seasons.items())
        for kind, factors in (("weekday", season.weekday), ("month", season.month))
        for place, value in enumerate(factors.tolist(), 1)
    ]


def _covers_a_year(part: pl.DataFrame, until: date, config: BandConfig) -> bool:
    days = part.filter(pl.col("denominator") > 0)["date"].unique().sort()
    if not days.len():
        return False
    in_month = days.dt.month().value_counts()["count"].to_list()
    long_enough = (until - days[0]).days >= max(config.history_days, _YEAR) - _YEAR_SLACK
    return long_enough and len(in_month) == 12 and min(in_month) >= _LEAST_DAYS_IN_MONTH


@dataclass(frozen=True)
class _Year:
    """Logs of a role's factors, (7,) and (12,), their variances, and the share of the work on each."""

    weekday: Floats
    weekday_error: Floats
    weekday_share: Floats
    month: Floats
    month_error: Floats
    month_share: Floats


def _year(part: pl.DataFrame, companion: Companion, config: BandConfig) -> _Year:
    """Return what a role's prior year shows."""
    part = part.sort("worker_id", "date", "complexity")
    names = part["worker_id"].unique().sort().to_list()
    worker = (
        part["worker_id"].replace_strict(names, list(range(len(names))), return_dtype=pl.Int64).to_numpy()
    )
    tier = part["complexity"].replace_strict(list(COMPLEXITIES), [0, 1, 2], return_dtype=pl.Int64).to_numpy()
    day = part["date"].to_physical().cast(pl.Int64).to_numpy()
    weekday, month = (day + 3) % 7, month_of(day)
    whole, counted = part["denominator"].to_numpy(), part["numerator"].to_numpy()
    found = np.maximum(whole - counted, 0.0) if companion.counts_the_rest else counted
    level, firsts = groups(worker, tier, tenure_bin(part["tenure_days"].fill_null(10**6).to_numpy()))
    by_day, by_month = np.ones(7), np.ones(12)
    expected = whole
    for _ in range(config.sweeps):
        mean = whole * by_day[weekday] * by_month[month]
        levels = ratio(summed(level, found, firsts.size), summed(level, mean, firsts.size), 0.0)
        by_day = by_day * ratio(summed(weekday, found, 7), summed(weekday, mean * levels[level], 7))
        mean = whole * by_day[weekday] * levels[level]
        by_month = ratio(summed(month, found, 12), summed(month, mean, 12))
        expected = mean * by_month[month]
    noise = _noise(worker, month, found, expected)
    return _Year(
        *_logs(by_day, summed(weekday, expected, 7), noise, summed(weekday, whole, 7)),
        *_logs(by_month, summed(month, expected, 12), noise, summed(month, whole, 12)),
    )


def _noise(worker: Ints, month: Ints, found: Floats, expected: Floats) -> float:
    """Return variance over mean of somebody's month: good and bad months of single people are no season."""
    cell, first = groups(worker, month)
    seen, usual = summed(cell, found, first.size), summed(cell, expected, first.size)
    freedom = first.size - np.unique(worker).size - 11
    squares = ratio((seen - usual) ** 2, usual, 0.0)
    return float(squares.sum()) / freedom if freedom > 0 else float(squares.sum())


def _logs(factor: Floats, expected: Floats, noise: float, work: Floats) -> tuple[Floats, Floats, Floats]:
    """Return logs of factors about the year's mean, their variances, and the share of the work on each; untold where there was none."""
    share = work / work.sum()
    told = (factor > 0) & (expected > 0)
    logs = np.log(np.where(told, factor, 1.0))
    logs = np.where(told, logs - np.dot(share, logs), 0.0)
    return logs, np.where(told, ratio(np.full(factor.size, noise), expected), _UNTOLD), share


def _drawn_together(years: list[_Year], config: BandConfig) -> list[Season]:
    """Return the seasons of the roles of a measure, drawn to each other and to none."""
    if not years:
        return []
    # A month of one year is not quite the same month of another; a weekday comes fifty times.
    luck = config.season_se**2
    weekday, _ = _drawn(np.stack([y.weekday for y in years]), np.stack([y.weekday_error for y in years]))
    month, error = _drawn(np.stack([y.month for y in years]), np.stack([y.month_error + luck for y in years]))
    return [
        Season(_to_mean_one(weekday[n], y.weekday_share), _to_mean_one(month[n], y.month_share), error[n])
        for n, y in enumerate(years)
    ]


def _drawn(own: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Return logs of factors (roles, periods) and their variances: what is beyond chance is estimated by moments."""
    told, error = error < _UNTOLD, np.maximum(error, _LEAST_ERROR)
    weight = np.where(told, 1 / error, 0.0)
    all_of_them = weight.sum(axis=0)
    common, doubt = (
        ratio((weight * own).sum(axis=0), all_of_them, 0.0),
        ratio(np.ones_like(all_of_them), all_of_them, _UNTOLD),
    )
    known = doubt < _UNTOLD
    swing = max(float(np.mean((common**2 - doubt)[known])), 0.0) if known.any() else 0.0
    roles = own.shape[0]
    apart = 0.0
    if roles > 1 and told.any():
        beyond = (own - common) ** 2 * roles / (roles - 1) - error
        apart = max(float(np.mean(beyond[told])), 0.0)
    trust, own_trust = swing / (swing + doubt), apart / (apart + error)
    return trust * common + own_trust * (own - common), trust * doubt + own_trust * error


def _to_mean_one(logs: Floats, share: Floats) -> Floats:
    """Return the factors, scaled so that the year's work has mean 1."""
    factor = np.exp(logs)
    return np.asarray(factor / np.dot(share, factor))
