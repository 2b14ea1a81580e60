"""Simulated offices for the judge of companion bands: counts, minutes and parts of a whole, from people of known multiples.

Six roles; a quarter of the people is new and needs more of everything; weeks follow each other; everybody has a mix of their own. With a
season there is a prior year, everything swings with the year and with the day of the week, roles swing differently, and no year
is quite like the one before.
Belongs here: the simulation, and good weeks and seasons for that of clinicians, too. Does not belong here: scores (`judge_companions.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.bands.frame import COMPLEXITIES
from assets.bands.ratio_frame import RATIO_SCHEMA

if TYPE_CHECKING:
    from assets.bands.quantile import Floats
    from assets.bands.rows import Ints

AS_OF = date(2026, 6, 30)
ROLES = tuple(f"role {n}" for n in range(6))
WINDOW, YEAR = 90, 365
STEPS = ((90, 1.25), (180, 1.1))
WEEK_SD, WEEK_MEMORY = 0.1, 0.6
ITEMS = 25.0
WEEKDAYS = np.array([1.05, 1.0, 1.0, 1.0, 0.95])
ROLE_SWING_SD, MONTH_SD = 0.03, 0.02


@dataclass(frozen=True)
class Kind:
    """What is measured: usual rate per complexity, spread of people (log), how a day's numerator is drawn."""

    rates: tuple[float, float, float]
    spread: float
    draw: str
    good: str = "down"

    @property
    def counts_the_rest(self) -> bool:
        """Whether what is drawn is missing to the whole."""
        return self.good == "up" and self.draw == "part"

    @property
    def sign(self) -> int:
        """1 where a larger multiple of what is drawn is better."""
        return 1 if self.good == "up" and self.draw != "part" else -1


KINDS = {
    "touches per finish": Kind((1.3, 1.8, 2.6), 0.20, "count"),
    "minutes per finish": Kind((6.0, 10.0, 18.0), 0.25, "minutes"),
    "share with an edit": Kind((0.03, 0.06, 0.12), 0.40, "part"),
    "share accepted": Kind((0.05, 0.08, 0.15), 0.40, "part", "up"),
    "work RVU per hour": Kind((3.0, 2.4, 2.0), 0.25, "work", "up"),
}


def office(kind: Kind, people: int, seed: int, swing: float | None = None) -> pl.DataFrame:
    """Return the frame of an office with that many people per role: the window, or with a swing the year before it, too.

    `swing`: how much more of everything the busiest day of the year asks for than the mean one; the window lies around it.
    """
    rng = np.random.default_rng(seed)
    days = WINDOW if swing is None else WINDOW + YEAR
    everybody = [_role(rng, kind, people, days, role, swing) for role in range(len(ROLES))]
    role, worker, complexity, day, tenure, number, items = (
        np.concatenate(c) for c in zip(*everybody, strict=True)
    )
    first = AS_OF - timedelta(days=days - 1)
    names = {n: f"w{n:03}" for n in range(people)}
    return pl.DataFrame({
        "role": role, "worker_id": worker, "complexity": complexity, "day": day,
        "tenure_days": tenure, "numerator": number, "denominator": items,
    }).select(
        pl.lit("m").alias("definition_id"),
        pl.lit(first) + pl.duration(days="day"),
        pl.col("worker_id").replace_strict(names, return_dtype=pl.String),
        pl.col("role").replace_strict(dict(enumerate(ROLES)), return_dtype=pl.String),
        pl.col("complexity").replace_strict(dict(enumerate(COMPLEXITIES)), return_dtype=pl.String),
        "tenure_days", "numerator", "denominator",
    ).rename({"literal": "date"}).select(list(RATIO_SCHEMA))  # fmt: skip


def _role(  # noqa: PLR0913, PLR0917
    rng: np.random.Generator, kind: Kind, people: int, days: int, role: int, swing: float | None
) -> tuple[Ints, Ints, Ints, Ints, Ints, Floats, Floats]:
    """Return the columns of a role: role, worker, complexity, day, tenure, numerator, denominator."""
    multiple, mix = np.exp(rng.normal(0, kind.spread, people)), rng.dirichlet([4, 4, 3], people)
    new = rng.random(people) < 0.25
    # Tenure on the first day of the window; who is new was not there for all of the year before.
    start = np.where(new, rng.integers(0, 300, people), 1000) - (days - WINDOW)
    dates = [AS_OF - timedelta(days=days - 1 - n) for n in range(days)]
    weekday = np.array([day.weekday() for day in dates])
    week = weeks(rng, people, weekday)
    usual = np.exp(week) * multiple[:, None] * of_the_day(rng, dates, weekday, swing)[None, :]
    tenure = start[:, None] + np.arange(days)[None, :]
    step = np.select([tenure <= last for last, _ in STEPS], [more for _, more in STEPS], 1.0)
    # Somebody new needs more of everything but does less of it.
    usual = usual * step**-kind.sign
    items = rng.poisson(ITEMS * mix[:, None, :], (people, days, 3))
    worked = (weekday[None, :, None] < 5) & (items > 0) & (tenure[:, :, None] >= 0)
    who, when, tier = np.nonzero(worked)
    many = items[who, when, tier].astype(np.float64)
    found = _drawn(rng, kind, many, np.array(kind.rates)[tier] * usual[who, when])
    number = many - found if kind.counts_the_rest else found
    return np.full(who.size, role), who, tier, when, tenure[who, when], number, many


def weeks(rng: np.random.Generator, people: int, weekday: Ints) -> Floats:
    """Return everybody's good and bad weeks on the log scale, (people, days), their mean multiple 1."""
    turns = np.cumsum(weekday == 0)
    shocks = rng.normal(0, WEEK_SD, (people, int(turns[-1]) + 1))
    level = shocks / np.sqrt(1 - WEEK_MEMORY**2)
    for n in range(1, level.shape[1]):
        level[:, n] = WEEK_MEMORY * level[:, n - 1] + shocks[:, n]
    return np.asarray(level[:, turns] - WEEK_SD**2 / (1 - WEEK_MEMORY**2) / 2)


def of_the_day(rng: np.random.Generator, dates: list[date], weekday: Ints, swing: float | None) -> Floats:
    """Return what a day asks for over the mean day of the year, (days,): a wave with its crest in the middle of the window."""
    if swing is None:
        return np.ones(len(dates))
    crest = AS_OF - timedelta(days=WINDOW // 2)
    own = swing + float(rng.normal(0, ROLE_SWING_SD))
    place = np.array([(day - crest).days for day in dates])
    wave = 1 + own * np.cos(2 * np.pi * place / YEAR)
    months = np.array([day.year * 12 + day.month for day in dates])
    _, month = np.unique(months, return_inverse=True)
    luck = np.exp(rng.normal(0, MONTH_SD, int(month.max()) + 1))[month]
    return np.asarray(wave * luck * WEEKDAYS[np.minimum(weekday, 4)])


def _drawn(rng: np.random.Generator, kind: Kind, items: Floats, usual: Floats) -> Floats:
    """Return the numerators of days with so many items."""
    if kind.draw == "count":
        return rng.poisson(items * usual).astype(np.float64)
    if kind.draw == "minutes":
        return rng.gamma(items * usual / 3, 3)
    if kind.draw == "work":
        return rng.gamma(items * usual / 1.5, 1.5)
    return rng.binomial(items.astype(np.int64), np.minimum(usual, 1.0)).astype(np.float64)
