"""The skill model: how fast everybody is, apart from mix, tenure and calendar, and how sure that is.

Belongs here: the cells, Henderson's mixed-model equations of one role, and the variances over all roles by EM.
Does not belong here: what a distribution of skills means for bands (`histogram.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assets.bands.config import RAMP
from assets.bands.rows import USED, groups, ratio, summed

if TYPE_CHECKING:
    from assets.bands.calendar import Calendar
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Flags, Ints, Rows

BINS = len(RAMP)
SENIOR = BINS
GAMMA, RHO, OMEGA, LEVEL, FIXED = 0, 3, 3 + BINS, 9 + BINS, 10 + BINS
"""Places of the unknowns of a role: levels per complexity, ramp bins, hard work's ramp, level of history, first worker."""

STAGE_OF_BIN = np.array([0, 0, 0, 1, 1, 1, 2, 2, -1])
_BLOCK_DAYS = 28
_FLAT = 1e-4


@dataclass(frozen=True)
class Cells:
    """Sums per worker, complexity, tenure bin and history or window. `log_rate` per base hour, `noise` its variance."""

    person: Ints
    role: Ints
    complexity: Ints
    bin: Ints
    history: Flags
    log_rate: Floats
    noise: Floats


@dataclass(frozen=True)
class Fit:
    """The solution of one role.

    `unknowns` and their error `covariance`, `people` whose skills stand from FIXED on,
    own deviations `own` per worker and complexity with their `own_variance`.
    """

    people: Ints
    unknowns: Floats
    covariance: Floats
    own_place: Ints
    own_complexity: Ints
    own: Floats
    own_variance: Floats

    @property
    def skill(self) -> Floats:
        """Return the best linear prediction of every worker's log skill."""
        return self.unknowns[FIXED:]

    @property
    def error(self) -> Floats:
        """Return the prediction error variance of every skill."""
        return np.diag(self.covariance)[FIXED:]


@dataclass(frozen=True)
class Skill:
    """Fits per role (None without data), with the variances they share.

    `spread` (roles,): variance of skill;
    `own`: variance of deviations per complexity; `slopes` (3,); `ramp` (bins,): the firm's log ramp.
    """

    fits: tuple[Fit | None, ...]
    cells: Cells
    spread: Floats
    firm_spread: float
    own: float
    slopes: Floats
    ramp: Floats


def block_variance(rows: Rows, calendar: Calendar, roles: int) -> Floats:
    """Return per role the variance of a senior's log level between blocks of four weeks, beyond counting noise.

    Blocks rather than weeks, because good and bad weeks follow each other; roles are shrunk half-way to the firm.
    """
    at = np.flatnonzero((rows.reason == USED) & (rows.bin == SENIOR) & (calendar.expected > 0))
    series, _ = groups(rows.person[at], rows.inside[at].astype(np.int64))
    block, first = groups(series, rows.day[at] // _BLOCK_DAYS)
    expected, output = (
        summed(block, calendar.expected[at], first.size),
        summed(block, rows.output[at], first.size),
    )
    per_series = np.bincount(series[first])[series[first]]
    enough = (per_series >= 3) & (expected >= 20)
    lost = per_series / np.maximum(per_series - 1, 1)
    excess = np.where(enough, (ratio(output, expected) - 1) ** 2 * lost - 1 / np.maximum(expected, 1e-9), 0.0)
    # One wild block must not set the noise of all.
    role = rows.role[at][first]
    limit = np.quantile(excess[enough], 0.98) if enough.any() else 0.0
    clipped = np.minimum(excess, limit)
    firm = float(clipped[enough].mean()) if enough.any() else 0.0025
    count = np.bincount(role[enough], minlength=roles)
    own = summed(role[enough], clipped[enough], roles)
    return np.maximum((own + 100 * firm) / (count + 100), 1e-4)


def make_cells(rows: Rows, output: Floats, calendar: Calendar, block: Floats, config: BandConfig) -> Cells:
    """Sum the rows in use to cells. Selection and weights rest on expected units, never on the units seen."""
    at = np.flatnonzero((rows.reason == USED) & (calendar.base > 0))
    cell, first = groups(rows.person[at], rows.complexity[at], rows.bin[at], rows.inside[at].astype(np.int64))
    at_first = at[first]
    size = first.size
    total, base = summed(cell, output[at], size), summed(cell, calendar.base[at], size)
    days = np.bincount(cell[groups(cell, rows.day[at])[1]], minlength=size)
    role, complexity = rows.role[at_first], rows.complexity[at_first]
    kind = role * 3 + complexity
    kinds = len(rows.roles) * 3
    usual = ratio(summed(kind, total, kinds), summed(kind, base, kinds), 0.0)[kind]
    weight = ratio(summed(cell, output[at], size), summed(cell, rows.units[at], size))
    share = np.append(np.array(RAMP), 1.0)[rows.bin[at_first]]
    expected = base * usual * share / weight
    history = ~rows.inside[at_first]
    noise = 1 / np.maximum(expected, 1e-9) + block[role] * 20 / np.maximum(days, 1)
    noise = noise + np.where(history, config.history_sd**2, 0.0)
    noise = noise + np.where(rows.bin[at_first] < SENIOR, config.ramp_noise**2, 0.0)
    keep = expected >= config.min_expected
    log_rate = np.log((total + 0.5 * weight) / np.maximum(base, 1e-12))
    return Cells(
        person=rows.person[at_first][keep],
        role=role[keep],
        complexity=complexity[keep],
        bin=rows.bin[at_first][keep],
        history=history[keep],
        log_rate=log_rate[keep],
        noise=noise[keep],
    )


def fit_skill(cells: Cells, roles: int, weight: Floats, config: BandConfig) -> Skill:
    """Solve every role, and estimate what they share, in fixed rounds. `weight` (people,): quality weights."""
    spread, firm, own = np.full(roles, 0.08), 0.08, 0.004
    slopes, ramp = np.ones(3), np.log(np.array(RAMP))
    parts = [np.flatnonzero(cells.role == r) for r in range(roles)]
    fits: list[Fit | None] = [None] * roles
    for turn in range(config.em_rounds):
        ramp_sd = config.ramp_sd if turn < 2 else config.ramp_role_sd
        fits = [
            _solve(cells, part, spread[r], own, slopes, ramp, ramp_sd, config) if part.size else None
            for r, part in enumerate(parts)
        ]
        if turn + 1 == config.em_rounds:
            break
        spread, firm = _spreads(fits, weight, config)
        own = _own_variance(fits)
        slopes = _slopes(fits, slopes, own, config)
        ramp = _firm_ramp(fits, ramp, ramp_sd, config)
    return Skill(tuple(fits), cells, spread, firm, own, slopes, ramp)


def _solve(  # noqa: PLR0913, PLR0917
    cells: Cells,
    part: Ints,
    spread: float,
    own: float,
    slopes: Floats,
    ramp: Floats,
    ramp_sd: float,
    config: BandConfig,
) -> Fit:
    """Solve Henderson's equations of one role; deviations per worker and complexity are absorbed, being diagonal."""
    people, who = np.unique(cells.person[part], return_inverse=True)
    complexity, tenure = cells.complexity[part], cells.bin[part]
    size = FIXED + people.size
    design = np.zeros((part.size, size))
    line = np.arange(part.size)
    design[line, GAMMA + complexity] = 1
    young = np.flatnonzero(tenure < SENIOR)
    design[young, RHO + tenure[young]] = 1
    harder = young[complexity[young] > 0]
    design[harder, OMEGA + STAGE_OF_BIN[tenure[harder]] * 2 + complexity[harder] - 1] = 1
    design[line, LEVEL] = cells.history[part]
    design[line, FIXED + who] = slopes[complexity]
    precision = np.empty(size)
    precision[GAMMA:RHO], precision[RHO:OMEGA] = _FLAT, 1 / ramp_sd**2
    precision[OMEGA:LEVEL], precision[LEVEL] = 1 / config.omega_sd**2, 1 / config.level_sd**2
    precision[FIXED:] = 1 / spread
    prior = np.zeros(size)
    prior[RHO:OMEGA] = ramp
    weight = 1 / cells.noise[part]
    weighted = design * weight[:, None]
    own_key, own_at = np.unique(who * 3 + complexity, return_inverse=True)
    onto = np.zeros((own_key.size, part.size))
    onto[own_at, line] = 1
    link, diagonal = onto @ weighted, onto @ weight + 1 / own
    scaled = link / diagonal[:, None]
    y = cells.log_rate[part]
    left = design.T @ weighted - link.T @ scaled
    left[np.diag_indices(size)] += precision
    right = weighted.T @ y - scaled.T @ (onto @ (weight * y)) + precision * prior
    covariance = np.asarray(np.linalg.inv(left), dtype=np.float64)
    unknowns = covariance @ right
    deviation = (onto @ (weight * (y - design @ unknowns))) / diagonal
    variance = 1 / diagonal + np.einsum("ij,jk,ik->i", scaled, covariance, scaled, optimize=True)
    return Fit(people, unknowns, covariance, own_key // 3, own_key % 3, deviation, variance)


def _spreads(fits: list[Fit | None], weight: Floats, config: BandConfig) -> tuple[Floats, float]:
    """Return the variance of skill per role, shrunk to the firm's, and the firm's: the EM step with quality weights."""
    sums, counts = np.zeros(len(fits)), np.zeros(len(fits))
    for r, fit in enumerate(fits):
        if fit is None:
            continue
        q = weight[fit.people]
        if q.sum() > 1:
            middle = np.dot(q, fit.skill) / q.sum()
            sums[r] = np.dot(q, (fit.skill - middle) ** 2 + fit.error)
            counts[r] = q.sum() - 1
    firm = float(sums.sum() / counts.sum()) if counts.sum() > 0 else 0.08
    spread = (sums + config.skill_prior * firm) / (counts + config.skill_prior)
    return np.maximum(spread, 1e-3), max(firm, 1e-3)


def _own_variance(fits: list[Fit | None]) -> float:
    parts = [fit.own**2 + fit.own_variance for fit in fits if fit is not None]
    return max(float(np.concatenate(parts).mean()), 2e-4) if parts else 0.004


def _slopes(fits: list[Fit | None], slopes: Floats, own: float, config: BandConfig) -> Floats:
    """Return how strongly skill shows per complexity, with a prior of 1.

    What a worker does on a complexity beyond its level is the old slope times skill plus the own deviation.
    """
    over, under = np.full(3, 1 / config.slope_sd**2), np.full(3, 1 / config.slope_sd**2)
    for fit in fits:
        if fit is None:
            continue
        skill, c = fit.skill[fit.own_place], fit.own_complexity
        noise = own + fit.own_variance
        over += summed(c, skill * (slopes[c] * skill + fit.own) / noise, 3)
        under += summed(c, skill**2 / noise, 3)
    # Only ratios of slopes mean something; their size is the spread of skill.
    return np.asarray(over / under / np.mean(over / under))


def _firm_ramp(fits: list[Fit | None], ramp: Floats, ramp_sd: float, config: BandConfig) -> Floats:
    """Return the firm's ramp: what every role's data alone say, around the published curve."""
    over, under = np.log(np.array(RAMP)) / config.ramp_sd**2, np.full(BINS, 1 / config.ramp_sd**2)
    for fit in fits:
        if fit is None:
            continue
        variance = np.diag(fit.covariance)[RHO:OMEGA]
        data = np.maximum(1 / variance - 1 / ramp_sd**2, 0.0)
        value = ratio(fit.unknowns[RHO:OMEGA] / variance - ramp / ramp_sd**2, data, 0.0)
        weight = np.where(data > 1e-6, 1 / (config.ramp_role_sd**2 + ratio(np.ones(BINS), data, 1e6)), 0.0)
        over = over + weight * value
        under = under + weight
    return np.asarray(over / under)
