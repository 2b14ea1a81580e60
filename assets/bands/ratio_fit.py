"""What a measure's numbers say about people: rates per complexity, the ramp, dispersion, and everybody's multiple of the usual.

A worker's numerator is modelled as `N[w,c,k] = D f[c] s[k] m[w]` with variance `phi` times its mean (quasi-Poisson): true of counts,
of minutes and of parts of a whole alike, once phi is estimated. Multiples m are Gamma around 1; the posterior of a worker with
O found and E expected is Gamma(1/v + O/phi, 1/v + E/phi). So a small denominator makes nobody exceptional.
Belongs here: these estimates for one measure and role. Does not belong here: bands (`ratio_bands.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import digamma, polygamma

from assets.bands.rows import groups, ratio, summed

if TYPE_CHECKING:
    from assets.bands.quantile import Floats
    from assets.bands.rows import Flags, Ints

_SWEEPS = 12
_BLOCK_DAYS = 14
_STAGE_SD = 0.15
_LEAST_PHI, _MOST_PHI = 0.02, 400.0
_LEAST_SPREAD, _MOST_SPREAD = 0.0004, 0.8
_SPREAD_PEOPLE = 20
_USUAL_SPREAD = 0.04
_HALVINGS, _NEWTON = 32, 4


@dataclass(frozen=True)
class RatioRows:
    """One measure and role in the window: arrays over rows, sorted. `worker` is a code below `workers`, `stage` 0 is the first."""

    worker: Ints
    complexity: Ints
    stage: Ints
    day: Ints
    found: Floats
    exposure: Floats
    workers: int
    stages: int


@dataclass(frozen=True)
class RatioFit:
    """`rates` (3,): numerator per denominator of an average senior; NaN where the complexity was not worked.

    `ramp` (stages,): multiple of a stage, 1 for seniors; `phi`: variance over mean; `found`, `expected` (workers,);
    `error` (3,): variance of the log rates given the workers. `weight` (workers,): what a worker says about the level, 1 for seniors:
    the ramp has taken from somebody new what it learnt from people as new. `past` (workers,): share of the work beyond the ramp.
    """

    rates: Floats
    ramp: Floats
    phi: float
    found: Floats
    expected: Floats
    error: Floats
    weight: Floats
    past: Floats


def fit_ratio(rows: RatioRows, counts: Flags) -> RatioFit:
    """Return the estimates; rates and ramp come from the workers for whom `counts` holds, everybody is held against them."""
    used = counts[rows.worker]
    worker, complexity, stage = rows.worker[used], rows.complexity[used], rows.stage[used]
    found, exposure = rows.found[used], rows.exposure[used]
    rates, multiple, ramp = np.ones(3), np.ones(rows.workers), np.ones(rows.stages)
    learnt = np.zeros(rows.stages)
    total = found.sum() / exposure.sum() if exposure.sum() > 0 else np.nan
    rates *= total
    for _ in range(_SWEEPS):
        base = exposure * rates[complexity] * ramp[stage]
        multiple = ratio(summed(worker, found, rows.workers), summed(worker, base, rows.workers))
        held = exposure * multiple[worker]
        rates = ratio(
            summed(complexity, found, 3) + 5 * total,
            summed(complexity, held * ramp[stage], 3) + 5,
            np.nan,
        )
        senior = _mean_multiple(multiple, _seniors(rows, used))
        rates, multiple = rates * senior, multiple / senior
        ramp, learnt = _ramp(rows, used, rates)
    phi = _dispersion(rows, used, rates, ramp, multiple)
    rates *= _weighted_multiple(rows, used, rates * ramp[-1], multiple, phi)
    with np.errstate(invalid="ignore"):
        every = rows.exposure * rates[rows.complexity] * ramp[rows.stage]
    worked, done = summed(complexity, found, 3), summed(rows.worker, every, rows.workers)
    return RatioFit(
        rates=np.where(summed(complexity, exposure, 3) > 0, rates, np.nan),
        ramp=ramp,
        phi=phi,
        found=summed(rows.worker, rows.found, rows.workers),
        expected=done,
        error=ratio(np.full(3, phi), np.maximum(worked, 1.0), np.inf),
        weight=ratio(summed(rows.worker, every * (1 - learnt[rows.stage]), rows.workers), done),
        past=ratio(summed(rows.worker, every * (rows.stage == rows.stages - 1), rows.workers), done),
    )


def _seniors(rows: RatioRows, used: Flags) -> Ints:
    """Return the workers seen past the ramp, or everybody where there is none."""
    past = np.unique(rows.worker[used & (rows.stage == rows.stages - 1)])
    return past if past.size else np.unique(rows.worker[used])


def _mean_multiple(multiple: Floats, who: Ints) -> float:
    # The plain mean is free of bias however little a worker did; a mean of logs is not, and loses who has found nothing.
    mean = float(multiple[who].mean()) if who.size else 1.0
    return mean if mean > 0 else 1.0


def _weighted_multiple(rows: RatioRows, used: Flags, rates: Floats, multiple: Floats, phi: float) -> float:
    """Return the mean multiple of seniors, who weigh as much as is known of them: a few items weigh next to nothing."""
    who = _seniors(rows, used)
    at = np.flatnonzero(used)
    expected = summed(rows.worker[at], rows.exposure[at] * rates[rows.complexity[at]], rows.workers)[who]
    weight = expected / (expected + phi / _USUAL_SPREAD)
    return float(np.dot(weight, multiple[who]) / weight.sum()) if weight.sum() > 0 else 1.0


def _ramp(rows: RatioRows, used: Flags, rates: Floats) -> tuple[Floats, Floats]:
    """Return how the stages before the last compare with seniors, each drawn to 1 by what it rests on, and how far each was not drawn.

    People in a stage are few, so the mean of their multiples is as uncertain as people differ: by about .2 each.
    """
    out, learnt = np.ones(rows.stages), np.zeros(rows.stages)
    for k in range(rows.stages - 1):
        at = used & (rows.stage == k)
        people = np.unique(rows.worker[at]).size
        expected = float((rows.exposure[at] * rates[rows.complexity[at]]).sum())
        found = float(rows.found[at].sum())
        if people and expected > 0 and found > 0:
            noise = 0.2**2 / people + 1 / max(found, 1.0)
            learnt[k] = _STAGE_SD**2 / (_STAGE_SD**2 + noise)
            out[k] = np.exp(np.log(found / expected) * learnt[k])
    return out, learnt


def _dispersion(rows: RatioRows, used: Flags, rates: Floats, ramp: Floats, multiple: Floats) -> float:
    """Return variance over mean from blocks of two weeks of the same worker, so that good and bad weeks are in it."""
    at = np.flatnonzero(used)
    mean = rows.exposure[at] * rates[rows.complexity[at]] * ramp[rows.stage[at]] * multiple[rows.worker[at]]
    block, first = groups(rows.worker[at], (rows.day[at] - rows.day.min(initial=0)) // _BLOCK_DAYS)
    found, expected = summed(block, rows.found[at], first.size), summed(block, mean, first.size)
    worth = expected > 0
    people = np.unique(rows.worker[at]).size
    freedom = int(worth.sum()) - people
    if freedom < 1:
        return 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(np.sum(((found - expected) ** 2 / expected)[worth])) / freedom
    return float(np.clip(value, _LEAST_PHI, _MOST_PHI))


@dataclass(frozen=True)
class Spreads:
    """The variance of log multiples beyond chance: per role (roles,), of all roles, and how many fully known people it rests on."""

    role: Floats
    shared: float
    people: float


def spread(fits: list[tuple[RatioFit, Ints]]) -> Spreads:
    """Return how much people differ; a role's is drawn to that of all roles by twenty people.

    `fits` holds a fit per role and the contributors among its workers. Restricted maximum likelihood by the fixed point of the EM
    algorithm: the variance is the one that the posteriors made with it show. So whoever did little says little about it.
    """
    every = [(fit, who, _told_by(fit, who)) for fit, who in fits]
    worth = [told for told in every if told[2].sum() > 1]
    shared = _rooted(worth, 0.0, 0.0) if worth else _USUAL_SPREAD
    own = [_rooted([told], _SPREAD_PEOPLE, shared) if told[2].sum() > 1 else shared for told in every]
    # The information on a variance is half the square of how well each is known.
    known = [float(np.dot(w, (1 - posterior(fit, shared)[1][who] / shared) ** 2)) for fit, who, w in worth]
    return Spreads(np.array(own), shared, sum(known))


def _told_by(fit: RatioFit, who: Ints) -> Floats:
    """Return how much each says about the spread: seniors, or everybody where there are not two of them."""
    past = fit.past[who] * (fit.expected[who] > 0)
    return past if past.sum() > 1 else (fit.expected[who] > 0).astype(np.float64)


def _surplus(fit: RatioFit, who: Ints, weight: Floats, variance: float) -> float:
    """Return by how much the squares that are expected of people's log multiples exceed what this variance lets expect."""
    skill, error = posterior(fit, variance)
    skill, error = skill[who], error[who]
    total = float(weight.sum())
    mean, usual = float(np.dot(weight, skill)) / total, float(np.dot(weight, error)) / total
    # The mean is estimated too, which takes one degree of freedom of what is known of them.
    return float(np.dot(weight, (skill - mean) ** 2)) + (total - 1) * (usual - variance)


def _rooted(crowds: list[tuple[RatioFit, Ints, Floats]], people: float, usual: float) -> float:
    """Return the variance at which there is no surplus, within the bounds, by halving on the log scale.

    `people` of the variance `usual` are added to those of the crowds.
    """
    low, high = np.log(_LEAST_SPREAD), np.log(_MOST_SPREAD)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        variance = float(np.exp(middle))
        surplus = sum(_surplus(*crowd, variance) for crowd in crowds) + people * (usual - variance)
        low, high = (middle, high) if surplus > 0 else (low, middle)
    return float(np.exp((low + high) / 2))


def posterior(fit: RatioFit, variance: float) -> tuple[Floats, Floats]:
    """Return mean and variance of the log of everybody's multiple, (workers,) each: of Gamma(k + O/phi, k + E/phi).

    `variance` is that of the log of Gamma(k, k), the trigamma function of k.
    """
    k = _shape_of(variance)
    shape = k + fit.found / fit.phi
    return digamma(shape) - np.log(k + fit.expected / fit.phi), polygamma(1, shape)


def _shape_of(variance: float) -> float:
    """Return k with trigamma(k) = variance, by Newton's method on 1 / trigamma, which is almost a straight line."""
    k = 1 / variance + 0.5
    for _ in range(_NEWTON):
        value, slope = float(polygamma(1, k)), float(polygamma(2, k))
        k = max(k + value * (value / variance - 1) / -slope, 1e-3)
    return k


def level_variance(fit: RatioFit, members: Ints, skill: Floats) -> float:
    """Return what resampling the contributors' posterior means misses of the variance of the log level.

    Posterior means scatter less than what the level was computed from, the workers' own ratios.
    """
    worth = members[fit.expected[members] > 0]
    weight = fit.weight[worth]
    if worth.size < 2 or weight.sum() <= 0:
        return float("inf")
    own = fit.found[worth] / fit.expected[worth]
    mean = float(np.dot(weight, own) / weight.sum())
    squares = ((own - mean) / max(mean, 1e-9)) ** 2
    middle = float(np.dot(weight, skill[worth]) / weight.sum())
    excess = float(np.dot(weight, squares - (skill[worth] - middle) ** 2) / weight.sum())
    n = float(weight.sum() ** 2 / np.sum(weight**2))
    return max(excess, 0.0) / max(n - 1, 1.0)
