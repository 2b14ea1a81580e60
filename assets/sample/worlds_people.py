"""The people of a simulated office and the population they were drawn from.

Belongs here: skill, errors, tenure, ramp and mix of every person, and the true bands of the population.
Does not belong here: days and units (`worlds_work.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assets.sample.people import ROLES, head_counts
from assets.sample.worlds_shapes import CLAIM_ROLES, LIMIT, METRICS, REFERENCE_MIX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.sample.worlds_shapes import Shape

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PER_HOUR = dict(zip(ROLES, (14.0, 16.0, 22.0, 7.0, 4.0, 11.0), strict=True))
"""Units per friction-free hour of an average senior on work of medium complexity."""

TIER = np.log(np.array([1.45, 1.0, 0.58]))
SPREAD = np.array([0.32, 0.28, 0.26, 0.30, 0.33, 0.28])
"""Log standard deviation of skill per role, in the order of ROLES."""

ERROR_SPREAD, ERROR_BY_METRIC = 0.22, 0.12
SPAN = 545
"""Days simulated: 365 of history, a window of 90, and the next window of 90."""

WINDOW = 365
_DRAWS = 120_000


@dataclass(frozen=True)
class People:
    """Arrays over people.

    `log_rate` (n, 3) is the true senior rate per complexity; `start` and `end` are days of the
    simulation (start may be negative), `mix` (n, 3) shares of hours, `errors` (n, 4) multiples of the failure rate.
    """

    role: Ints
    system: Ints
    skill: Floats
    log_rate: Floats
    errors: Floats
    qualified: NDArray[np.bool_]
    gamer: NDArray[np.bool_]
    boost: Floats
    start: Ints
    end: Ints
    ramp_start: Floats
    ramp_days: Floats
    mix: Floats
    hard: Ints
    hours: Floats
    season_felt: Floats


def _standard(shape: Shape, rng: np.random.Generator, size: int) -> Floats:
    """Draw skills of mean 0 and standard deviation 1 in the shape's distribution."""
    if shape.skill_tails == "t":
        return np.asarray(rng.standard_t(5, size) / np.sqrt(5 / 3))
    if shape.skill_tails == "skewed":
        return np.asarray((rng.gamma(6.0, size=size) - 6.0) / np.sqrt(6.0))
    return rng.standard_normal(size)


def _errors(shape: Shape, rng: np.random.Generator, z: Floats) -> Floats:
    """Draw the multiples of the failure rates, (n, metrics), of honest people; haste ties them to speed."""
    own = ERROR_SPREAD * (shape.haste * z + np.sqrt(1 - shape.haste**2) * rng.standard_normal(z.size))
    by_metric = ERROR_BY_METRIC * rng.standard_normal((z.size, len(METRICS)))
    return np.asarray(np.exp(own[:, None] + by_metric - (ERROR_SPREAD**2 + ERROR_BY_METRIC**2) / 2))


def _counted(roles: Ints) -> NDArray[np.bool_]:
    """Say which metrics a role has, (n, metrics)."""
    claims = np.isin(roles, [ROLES.index(role) for role in CLAIM_ROLES])
    return np.stack([np.ones_like(claims), claims, claims, np.ones_like(claims)], axis=1)


def _log_rate(shape: Shape, role: Ints, skill: Floats, rng: np.random.Generator) -> Floats:
    base = np.log(np.array([PER_HOUR[name] for name in ROLES]))[role]
    own = shape.specialty * rng.standard_normal((role.size, 3))
    return np.asarray(base[:, None] + TIER + skill[:, None] * np.array(shape.slopes) + own)


def ramp_share(people: People, who: Ints, tenure: Ints, complexity: Ints) -> Floats:
    """Return the share of full speed after `tenure` days; hard work starts lower and people differ."""
    begin = people.ramp_start[who] - np.array([0.0, 0.0, 0.05])[complexity]
    return ramp_curve(begin, people.ramp_days[who], tenure)


def ramp_curve(begin: Floats, days: Floats, tenure: Floats | Ints) -> Floats:
    """Return an exponential approach from `begin` to 1, which is reached after `days`."""
    share = np.clip(np.maximum(tenure, 0) / days, 0.0, 1.0)
    return np.asarray(begin + (1 - begin) * (1 - np.exp(-2.5 * share)) / (1 - np.exp(-2.5)))


def _starts(shape: Shape, n: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw first and last day: new staff, staff who replaced somebody during history, those who were there, and leavers."""
    kind = rng.random(n)
    recent, replaced = kind < shape.new, kind > 1 - 0.7 * shape.turnover
    start = np.where(recent, rng.integers(WINDOW - 120, WINDOW + 30, n), -rng.integers(60, 2600, n))
    start = np.where(replaced, rng.integers(0, WINDOW - 120, n), start)
    end = np.full(n, SPAN)
    leavers = (~recent) & (~replaced) & (rng.random(n) < shape.turnover)
    end[leavers] = rng.integers(60, SPAN, int(leavers.sum()))
    return start, end


def draw_people(shape: Shape, rng: np.random.Generator) -> People:
    """Draw the staff: head count of the shape in the window, more over the whole span."""
    # Leavers are replaced, so that the window has about as many people as the shape says.
    total = round(shape.people * (1 + 0.75 * shape.turnover))
    role = np.repeat(np.arange(len(ROLES)), head_counts(total))
    n = role.size
    z = _standard(shape, rng, n)
    skill = z * SPREAD[role]
    gamer = rng.random(n) < shape.gamers
    errors = _errors(shape, rng, z)
    errors[gamer] *= rng.uniform(2.5, 4.0, (int(gamer.sum()), 1))
    start, end = _starts(shape, n, rng)
    lean = shape.hard_for_best * z + np.sqrt(1 - shape.hard_for_best**2) * rng.standard_normal(n)
    hard = np.digitize(lean, [-0.52, 0.52])
    mix = np.array(REFERENCE_MIX) * np.array([[1.6, 1, 0.35], [1, 1, 1], [0.6, 1, 2.6]])[hard]
    only = rng.random(n) < 0.08
    mix[only] = np.eye(3)[rng.integers(0, 3, int(only.sum()))]
    return People(
        role=role,
        system=rng.choice(3, n, p=[0.45, 0.3, 0.25]),
        skill=skill,
        log_rate=_log_rate(shape, role, skill, rng),
        errors=errors,
        qualified=np.asarray(((errors <= LIMIT) | ~_counted(role)).all(axis=1)),
        gamer=gamer,
        boost=np.where(gamer, rng.uniform(0.2, 0.5, n), 0.0),
        start=start,
        end=end,
        ramp_start=np.clip(rng.normal(0.64, 0.05, n), 0.45, 0.85),
        ramp_days=np.clip(rng.normal(200, 40, n), 90, 330),
        mix=mix / mix.sum(axis=1, keepdims=True),
        hard=hard,
        hours=np.where(rng.random(n) < 0.1, 0.55, 1.0) * rng.normal(5.8, 0.5, n),
        season_felt=1 + shape.own_season * rng.standard_normal(n),
    )


def true_bands(shape: Shape, quantiles: tuple[float, ...], stages: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return the true log bands (roles, complexities, levels) of seniors and the log stage multipliers (stages, 3).

    They belong to the population that staff are drawn from, restricted to those whose true error rates are within
    the limits: the target of section 'Estimand', before a change of level inside the window.
    """
    rng = np.random.default_rng(20_260_101)
    z = _standard(shape, rng, _DRAWS)
    errors = _errors(shape, rng, z)
    bands = np.empty((len(ROLES), 3, len(quantiles)))
    for r in range(len(ROLES)):
        role = np.full(_DRAWS, r)
        passing = ((errors <= LIMIT) | ~_counted(role)).all(axis=1)
        rates = _log_rate(shape, role, z * SPREAD[r], rng)[passing]
        bands[r] = np.quantile(rates, quantiles, axis=0).T
    begin, days = (
        np.clip(rng.normal(0.64, 0.05, 4000), 0.45, 0.85),
        np.clip(rng.normal(200, 40, 4000), 90, 330),
    )
    multipliers = np.zeros((len(stages), 3))
    edges = [0, *(last + 1 for last in stages[:-1])]
    for k, (first, last) in enumerate(zip(edges[:-1], stages[:-1], strict=True)):
        tenure = np.arange(first, last + 1)
        for c, lower in enumerate((0.0, 0.0, 0.05)):
            share = ramp_curve((begin - lower)[:, None], days[:, None], tenure[None, :])
            multipliers[k, c] = np.log(share.mean())
    return bands, multipliers
