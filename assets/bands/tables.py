"""The table of bands: values, limits, status and reasons per role, complexity and stage.

Belongs here: bringing levels, quantiles, ramp, intervals and adoption together. Does not belong here: computing any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.bands.adopt import (
    Evidence,
    contributors_class,
    in_order,
    levels_shown,
    obstacles,
    status_of,
    withheld,
)
from assets.bands.attain import LEVELS
from assets.bands.frame import COMPLEXITIES
from assets.bands.gate import best_quarter
from assets.bands.histogram import Crowd, Shared, offsets, pooled_shape
from assets.bands.interval import influence, level_variance, multiplier, resampled_error, spread_variance
from assets.bands.quantile import four_digits
from assets.bands.ramp import stage_multiplier
from assets.bands.rows import USED, groups, summed
from assets.bands.skill import GAMMA, Fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assets.bands.calibrate import Fitted
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Ints

VALUES = tuple(f"{level}{suffix}" for level in LEVELS for suffix in ("", "_low", "_high"))
BANDS_SCHEMA: dict[str, pl.DataType] = {
    "role": pl.String(),
    "complexity": pl.String(),
    "stage": pl.String(),
    "unit": pl.String(),
    **{name: pl.Float64() for name in VALUES},
    "contributors": pl.String(),
    "n_eff": pl.Float64(),
    "n_days": pl.Int64(),
    "status": pl.String(),
    "reasons": pl.String(),
    "definition_id": pl.String(),
}

_REACH = 0.75


@dataclass(frozen=True)
class _Role:
    """What is known of a role.

    Its evidence, workers per complexity (3,), and, with data, log values and errors (stages, complexities, levels).
    """

    evidence: Evidence
    in_cell: Ints
    values: Floats | None
    errors: Floats | None


def band_table(fitted: Fitted, seed: Sequence[int], config: BandConfig) -> tuple[pl.DataFrame, Floats]:
    """Return the bands and the log bands of seniors (roles, complexities, levels), NaN where nothing may be shown."""
    rows, skill = fitted.rows, fitted.skill
    crowds = [_crowd(fitted, role) for role in range(len(rows.roles))]
    shape = pooled_shape([crowd for crowd, _, _ in crowds], skill.firm_spread, skill.own, config)
    firm_people = float(sum(crowd.n_eff for crowd, _, _ in crowds))
    shared = Shared(skill.firm_spread, skill.own, skill.slopes, shape, firm_people)
    records: list[dict[str, object]] = []
    seniors = np.full((len(rows.roles), 3, len(LEVELS)), np.nan)
    for role, name in enumerate(rows.roles):
        found = _role(fitted, role, crowds[role], shared, [*seed, role], config)
        for c, complexity in enumerate(COMPLEXITIES):
            for stage, stage_name in enumerate(config.stage_names()):
                head = {
                    "role": name, "complexity": complexity, "stage": stage_name, "unit": config.units[name],
                    "n_eff": four_digits(found.evidence.n_eff), "n_days": found.evidence.days,
                    "contributors": contributors_class(min(found.evidence.people, int(found.in_cell[c]))),
                    "definition_id": f"output_per_hour.{name}",
                }  # fmt: skip
                records.append(head | _judged(found, stage, c, config))
            if records[-1]["acceptable"] is not None and found.values is not None:
                shown = levels_shown(found.evidence, config)
                seniors[role, c, :shown] = found.values[-1, c, :shown]
    return pl.DataFrame(records, schema=BANDS_SCHEMA), seniors


def _judged(found: _Role, stage: int, c: int, config: BandConfig) -> dict[str, object]:
    """Return values, status and reasons of one band."""
    back = withheld(found.evidence, int(found.in_cell[c]), config)
    learning = found.evidence.days < config.min_days
    values: dict[str, float | None] = dict.fromkeys(VALUES)
    held: list[str] = []
    provisional: list[str] = []
    if not back and found.values is not None and found.errors is not None:
        half = multiplier(found.evidence.n_eff) * found.errors[stage, c]
        held, provisional = obstacles(found.evidence, float(np.expm1(half[0])), config)
        limits = np.stack(
            [found.values[stage, c], found.values[stage, c] - half, found.values[stage, c] + half], axis=1
        )
        limits = np.maximum.accumulate(limits, axis=0)
        shown = levels_shown(found.evidence, config)
        told = {name: four_digits(float(v)) for name, v in zip(VALUES, np.exp(limits).ravel(), strict=True)}
        values |= dict(list(told.items())[: 3 * shown])
        provisional += (
            [] if shown == len(LEVELS) else [f"one worker moves {LEVELS[shown]} too much to show it"]
        )
    status = status_of(back, held, provisional, learning=learning)
    return values | {"status": status, "reasons": "; ".join([*back, *held, *provisional])}


def _crowd(fitted: Fitted, role: int) -> tuple[Crowd, Ints, Fit | None]:
    """Return the contributors of a role, their places in its fit, and the fit."""
    fit = fitted.skill.fits[role]
    if fit is None:
        return Crowd(np.empty(0), np.empty(0), np.empty(0)), np.empty(0, dtype=np.int64), None
    places = np.flatnonzero(fitted.contributes[fit.people])
    return (
        Crowd(_bounded(fit.skill[places], fitted.skill.firm_spread), fit.error[places], np.ones(places.size)),
        places,
        fit,
    )


def _bounded(skill: Floats, spread: float) -> Floats:
    """Return skills no further from the middle than lets one worker move a small team's mean by about a tenth.

    The bound is `_REACH` times the root of the number of contributors, in standard deviations of the firm: two for seven people, beyond
    anybody for thirty.
    """
    if not skill.size:
        return skill
    reach = _REACH * np.sqrt(skill.size * spread)
    middle = np.median(skill)
    return np.asarray(np.clip(skill, middle - reach, middle + reach))


def _role(  # noqa: PLR0913, PLR0917
    fitted: Fitted,
    role: int,
    crowd_of: tuple[Crowd, Ints, Fit | None],
    shared: Shared,
    seed: Sequence[int],
    config: BandConfig,
) -> _Role:
    crowd, places, fit = crowd_of
    in_cell, bridges = in_cells(fitted, role, config)
    enough = fit is not None and crowd.skill.size >= config.min_contributors
    evidence = Evidence(
        days=_worked_days(fitted, role),
        people=crowd.skill.size,
        n_eff=crowd.n_eff,
        bridges=bridges,
        season_known=bool(fitted.calendar.known[role]),
        quality_known=bool(fitted.gate.proven[role].any()),
        waived=fitted.rows.roles[role] in config.waive_quality,
        best=best_quarter(fitted.gate, fit.people[places], crowd.skill, role)
        if enough and fit is not None
        else 0.0,
        influence=influence(crowd, shared, config) if enough else (float("inf"),) * len(LEVELS),
        rescaled=any(b.rescaled for b in fitted.breaks if b.role == role),
        confirmed=fitted.rows.roles[role] in config.confirmed_breaks,
        young=any(b.young for b in fitted.breaks if b.role == role),
        again=any(b.again for b in fitted.breaks if b.role == role),
        present=int(((fitted.hours >= config.min_hours) & (fitted.rows.person_role == role)).sum()),
    )
    if not enough or fit is None:
        return _Role(evidence, in_cell, None, None)
    values, errors = _values(crowd, places, fit, shared, evidence, seed, config)
    return _Role(evidence, in_cell, values, errors)


def _values(  # noqa: PLR0913, PLR0917
    crowd: Crowd,
    places: Ints,
    fit: Fit,
    shared: Shared,
    evidence: Evidence,
    seed: Sequence[int],
    config: BandConfig,
) -> tuple[Floats, Floats]:
    """Return log bands and their standard errors, (stages, complexities, levels)."""
    quantiles = offsets(crowd, crowd.weight[None, :], shared, config)[0]
    sampling = resampled_error(crowd, shared, seed, config) ** 2 + spread_variance(crowd, shared, config)
    extra = config.season_se**2 + (config.break_se**2 if evidence.rescaled else 0.0)
    extra += 0.0 if evidence.season_known else config.cold_se**2
    stages = len(config.stages) + 1
    values, errors = np.empty((stages, 3, len(LEVELS))), np.empty((stages, 3, len(LEVELS)))
    for stage in range(stages):
        for c in range(3):
            ramp, along = stage_multiplier(fit, stage, c, config)
            values[stage, c] = fit.unknowns[GAMMA + c] + quantiles[c] + ramp
            level = level_variance(fit, places, crowd.weight, c, float(shared.slopes[c]), along)
            errors[stage, c] = np.sqrt(sampling[c] + level + extra)
        values[stage] = in_order(values[stage])
    return values, errors


def in_cells(fitted: Fitted, role: int, config: BandConfig) -> tuple[Ints, int]:
    """Return how many contributors worked each complexity in the window, and how many worked two or more."""
    rows = fitted.rows
    at = np.flatnonzero(rows.inside & (rows.role == role) & (rows.reason == USED))
    hours = summed(rows.person[at] * 3 + rows.complexity[at], rows.hours[at], len(rows.people) * 3).reshape(
        -1, 3
    )
    there = (hours >= config.min_cell_hours) & fitted.contributes[:, None]
    return there.sum(axis=0).astype(np.int64), int((there.sum(axis=1) > 1).sum())


def _worked_days(fitted: Fitted, role: int) -> int:
    rows = fitted.rows
    at = rows.inside & (rows.role == role) & (rows.reason == USED)
    return groups(rows.day[at])[1].size if at.any() else 0
