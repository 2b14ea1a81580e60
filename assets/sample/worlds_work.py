"""The work of a simulated office: hours, outages, units, mistakes and errors of logging, day by day.

Belongs here: what happens on a day. Does not belong here: who works there (`worlds_people.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assets.sample.people import ROLES
from assets.sample.season import DOW_RATE, is_workday
from assets.sample.worlds_people import SPAN, WINDOW, People, ramp_share
from assets.sample.worlds_shapes import CLAIM_ROLES, FAILURE, METRICS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.sample.worlds_shapes import Shape

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_SYSTEMS = 3
BAD_SYSTEM = 2
"""The system that is logged as slow on many days."""


@dataclass(frozen=True)
class Climate:
    """What is common to all: log season (roles, days), its share per complexity, outages (systems, days), shifts."""

    season: Floats
    tilt: Floats
    logged: Floats
    unlogged: Floats
    shock: Floats
    shift: Floats
    final: Floats


def draw_climate(shape: Shape, first: int, rng: np.random.Generator) -> Climate:
    """Draw season, outages, common shocks and changes of level; `first` is the ordinal of day 0."""
    days = np.arange(SPAN)
    year = 2 * np.pi * ((first + days) % 365.25) / 365.25
    wave = shape.season * np.cos(year - rng.uniform(0, 2 * np.pi))
    until_new_year = np.minimum((first + days - 357) % 365.25, 365.25 - (first + days - 357) % 365.25)
    wave = wave + shape.rush * np.exp(-((until_new_year / 20) ** 2))
    season = wave[None, :] * rng.uniform(0.7, 1.3, (len(ROLES), 1))
    season = season - np.log(np.exp(season[:, :365]).mean(axis=1, keepdims=True))
    tilt = 0.012 * np.cos(year[None, :] - rng.uniform(0, 2 * np.pi, (3, 1)))
    often = np.array([shape.outage, shape.outage, shape.outage + 0.22])
    logged = _losses(rng, often, 0.08, 0.4)
    unlogged = _losses(rng, np.full(_SYSTEMS, shape.unlogged), 0.1, 0.5)
    shock = rng.normal(0, 0.012, (len(ROLES), SPAN))
    shift, final = np.zeros((len(ROLES), SPAN)), np.zeros(len(ROLES))
    if shape.shift:
        for r in rng.choice(len(ROLES), 2, replace=False):
            final[r] = rng.choice([-1, 1]) * rng.uniform(0.4, 1.0) * shape.shift
            shift[r, WINDOW + int(rng.integers(22, 66)) :] = final[r]
    return Climate(season, tilt, logged, unlogged, shock, shift, final)


def _losses(rng: np.random.Generator, often: Floats, least: float, most: float) -> Floats:
    """Draw the share of a day that an outage takes, (systems, days); 0 on most days."""
    hit = rng.random((_SYSTEMS, SPAN)) < often[:, None]
    return np.where(hit, rng.uniform(least, most, (_SYSTEMS, SPAN)), 0.0)


@dataclass(frozen=True)
class Days:
    """Worker-days: indices of person and day, active hours, the whole log pace, and what of it everybody in the role shares.

    How much somebody feels the season counts as shared: it is the calendar and not the person's skill.
    """

    who: Ints
    day: Ints
    hours: Floats
    pace: Floats
    shared: Floats


def draw_days(shape: Shape, people: People, climate: Climate, first: int, rng: np.random.Generator) -> Days:
    """Draw who works on which day, for how long, and how the day goes."""
    open_days = np.array([d for d in range(SPAN) if is_workday(first + d)])
    who, day = (grid.ravel() for grid in np.meshgrid(np.arange(people.role.size), open_days, indexing="ij"))
    there = (day >= people.start[who]) & (day < people.end[who]) & (rng.random(who.size) >= 0.06)
    who, day = who[there], day[there]
    hours = np.clip(people.hours[who] * np.exp(rng.normal(0, 0.12, who.size)), 0.5, 9.5)
    weeks = SPAN // 7 + 1
    drift = np.empty((people.role.size, weeks))
    drift[:, 0] = rng.normal(0, shape.drift, people.role.size)
    for week in range(1, weeks):
        drift[:, week] = 0.75 * drift[:, week - 1] + rng.normal(
            0, shape.drift * np.sqrt(1 - 0.75**2), people.role.size
        )
    shape_of_day = 1 / shape.noise**2
    own = np.log(rng.gamma(shape_of_day, 1 / shape_of_day, who.size))
    wild = rng.random(who.size) < shape.tails
    own = np.where(wild, own + rng.choice([-1, 1], who.size) * rng.uniform(0.5, 1.2, who.size), own)
    role = people.role[who]
    dow = np.log(np.array(DOW_RATE))[(first + day - 1) % 7]
    shared = dow + climate.season[role, day] * people.season_felt[who]
    shared = shared + climate.shock[role, day] + climate.shift[role, day] - climate.final[role]
    return Days(who, day, hours, own + drift[who, day // 7] + shared + people.boost[who], shared)


@dataclass(frozen=True)
class Work:
    """Rows of worker, day and complexity, as the log has them; checks and failures are (rows, metrics).

    `due` is not in the log: the hours in which work went on, times what calendar and ramp truly leave of full speed. A senior
    rate times it is what the row lets expect; NaN where a digit slipped.
    """

    who: Ints
    day: Ints
    complexity: Ints
    tenure: Ints
    units: Ints
    weight: Floats
    active: Floats
    friction: Floats
    checks: Ints
    failures: Ints
    due: Floats


def draw_work(shape: Shape, people: People, climate: Climate, days: Days, rng: np.random.Generator) -> Work:
    """Draw units, checks and failures of every worker, day and complexity, and the errors of the log."""
    shares = rng.gamma(np.maximum(people.mix[days.who] * 9, 1e-9))
    shares[shares < 0.04 * shares.sum(axis=1, keepdims=True)] = 0
    shares /= shares.sum(axis=1, keepdims=True)
    at, complexity = np.nonzero(shares)
    who, day = days.who[at], days.day[at]
    hours = days.hours[at] * shares[at, complexity]
    system = people.system[who]
    logged, unlogged = climate.logged[system, day], climate.unlogged[system, day]
    tenure = day - people.start[who]
    weight = np.round(np.exp(rng.normal(0, 0.04, who.size)), 3).astype(np.float64)
    free = hours * (1 - logged) * (1 - unlogged) + shape.leak * hours * logged
    pace = days.pace[at] + people.log_rate[who, complexity] + climate.tilt[complexity, day]
    ramp = ramp_share(people, who, tenure, complexity)
    mean = free * np.exp(pace) * ramp / weight
    units = (
        rng.poisson(mean)
        if shape.batch == 1.0
        else rng.poisson(rng.gamma(mean / (shape.batch - 1), shape.batch - 1))
    )
    checks, failures = _failures(people, who, complexity, tenure, units, rng)
    slipped = rng.random(who.size) < shape.typos
    units = np.where(slipped, units * 10 + rng.integers(0, 10, who.size), units)
    running = (rng.random(days.who.size) < shape.clocks)[at]
    active = 60 * hours * np.where(running, 1.9, 1.0)
    due = np.where(slipped, np.nan, free * np.exp(days.shared[at] + climate.tilt[complexity, day]) * ramp)
    return Work(
        who, day, complexity, tenure, units, weight, active, 60 * hours * logged, checks, failures, due
    )


def _failures(  # noqa: PLR0913, PLR0917
    people: People, who: Ints, complexity: Ints, tenure: Ints, units: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Draw checked units and failures per metric: audits are samples, denials are known for most units only."""
    claims = np.isin(people.role[who], [ROLES.index(role) for role in CLAIM_ROLES])
    seen = np.stack([np.full(who.size, 0.05), claims * 1.0, claims * 0.7, np.ones(who.size)], axis=1)
    checks = rng.binomial(units[:, None], seen)
    rates = np.array([FAILURE[metric] for metric in METRICS]).T[complexity]
    learning = 1 + 0.7 * np.clip(1 - tenure / 180, 0, 1)
    bad_day = rng.gamma(12.0, 1 / 12.0, who.size)
    share = np.clip(rates * people.errors[who] * (learning * bad_day)[:, None], 0, 0.9)
    return checks, rng.binomial(checks, share)
