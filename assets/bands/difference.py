"""Why a band changed from one version to another: by exchanging one part of the later version for the earlier one's at a time.

Belongs here: the exchanges, their order, and what each makes of the bands. Does not belong here: showing them.

The order, each step on top of the ones before, all from the later version:
1. season: weekday, season and tilt of the earlier version, skills fitted anew;
2. mix: hours per complexity in the window weighted to the earlier version's shares;
3. ramp: the earlier version's share of full speed per stage;
4. quality: whoever worked in both windows counts if the earlier gate let them count;
5. people: those who joined are left out; in the earlier version those who left are;
6. pace: how the mean level of those in both moved.
What then remains is the rest: the shape of the distribution, exclusions, parameters, and what the steps do together. Another order
would share out the last point of a percent differently.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.bands.frame import COMPLEXITIES
from assets.bands.rows import USED, groups, ratio, summed
from assets.bands.skill import GAMMA, LEVEL, RHO, fit_skill, make_cells
from assets.bands.tables import band_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assets.bands.calibrate import Fitted
    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.rows import Flags

PARTS = ("season", "mix", "ramp", "quality", "people", "pace")
KEY = ["role", "complexity", "stage"]
_FEW_RESAMPLES = 50


@dataclass(frozen=True)
class Side:
    """A version to compare: its stored bands, what its calibration estimated, and its parameters."""

    bands: pl.DataFrame
    fitted: Fitted
    config: BandConfig


def explain(earlier: Side, later: Side) -> pl.DataFrame:
    """Return one row per cell that both versions show: before, after, change, its parts, rest and guardrail, as log changes.

    Values are acceptable bands as they stand in the versions. season + mix + ramp + quality + people + pace + rest is the change of
    what was measured; with the guardrail, the change of what holds. A part is null where too few people stayed to tell.
    """
    parts = _parts(earlier, later)
    levels = ("acceptable", "acceptable_uncapped")
    both = earlier.bands.select(*KEY, *(pl.col(n).alias(f"{n}_before") for n in levels)).join(
        later.bands.select(*KEY, *(pl.col(n).alias(f"{n}_after") for n in levels)),
        on=KEY, how="inner", maintain_order="right",
    )  # fmt: skip
    shown = both.filter(pl.col("acceptable_before").is_not_null() & pl.col("acceptable_after").is_not_null())
    measured = (pl.col("acceptable_uncapped_after") / pl.col("acceptable_uncapped_before")).log()
    change = (pl.col("acceptable_after") / pl.col("acceptable_before")).log()
    told = shown.join(parts, on=KEY, how="left", maintain_order="left")
    return told.with_columns(
        change=change, rest=measured - pl.sum_horizontal(*PARTS), guardrail=change - measured
    ).select(
        *KEY, pl.col("acceptable_before").alias("before"), pl.col("acceptable_after").alias("after"), "change", *PARTS, "rest",
        "guardrail",
    )  # fmt: skip


def _parts(earlier: Side, later: Side) -> pl.DataFrame:
    """Return the parts of every cell as log changes, null where an exchange leaves nothing to compare."""
    one, two, config = earlier.fitted, later.fitted, replace(later.config, bootstrap=_FEW_RESAMPLES)
    if one.rows.roles != two.rows.roles or earlier.config.stages != later.config.stages:
        raise ValueError("the versions have other roles or stages; nothing can be exchanged between them")
    place = {person: code for code, person in enumerate(one.rows.people)}
    twin = np.array([place.get(person, -1) for person in two.rows.people], dtype=np.int64)
    there_one, there_two = _worked(one, earlier.config), _worked(two, config)
    in_both = (twin >= 0) & there_two & there_one[twin]
    steps = [two]
    steps.append(_with_calendar(steps[-1], one, config))
    steps.append(_with_mix(steps[-1], one, config))
    steps.append(_with_ramp(steps[-1], one))
    counted = np.where(in_both, one.contributes[twin], steps[-1].contributes)
    steps.append(replace(steps[-1], contributes=counted))
    steps.append(replace(steps[-1], contributes=counted & in_both))
    values = [_values(step, config) for step in steps]
    stayed = np.zeros(len(one.rows.people), dtype=np.bool_)
    stayed[twin[in_both]] = True
    before = replace(earlier.config, bootstrap=_FEW_RESAMPLES)
    left = _values(replace(one, contributes=one.contributes & stayed), before) - _values(one, before)
    found = dict(zip(PARTS, (a - b for a, b in pairwise(values)), strict=False))
    found["people"] = found["people"] + left
    found["pace"] = _pace(one, one.contributes & stayed, steps[-1], len(config.stages) + 1)
    return _frame(found, two.rows.roles, config)


def _frame(parts: Mapping[str, Floats], roles: tuple[str, ...], config: BandConfig) -> pl.DataFrame:
    keys = [(role, tier, stage) for role in roles for tier in COMPLEXITIES for stage in config.stage_names()]
    frame = pl.DataFrame(keys, schema=dict.fromkeys(KEY, pl.String), orient="row")
    return frame.with_columns(
        **{name: pl.Series(parts[name].ravel()).fill_nan(None) for name in PARTS if name in parts}
    )


def _worked(fitted: Fitted, config: BandConfig) -> Flags:
    return np.asarray(fitted.seen & (fitted.hours >= config.min_hours))


def _values(fitted: Fitted, config: BandConfig) -> Floats:
    """Return the log of acceptable, (roles, complexities, stages), NaN where it is withheld."""
    bands, _ = band_table(fitted, [0], config)
    shape = (len(fitted.rows.roles), len(COMPLEXITIES), len(config.stages) + 1)
    values = bands["acceptable"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return np.asarray(np.log(values), dtype=np.float64).reshape(shape)


def _with_calendar(fitted: Fitted, other: Fitted, config: BandConfig) -> Fitted:
    rows, made = fitted.rows, other.calendar
    base = rows.worked * fitted.calendar.clear * made.weekday[rows.role, rows.weekday]
    base = base * made.season[rows.role, rows.month] * made.tilt[rows.complexity, rows.month]
    level, _ = groups(rows.person, rows.complexity, rows.bin, rows.inside.astype(np.int64))
    used, size = rows.reason == USED, int(level.max(initial=-1)) + 1
    pace = ratio(summed(level[used], rows.output[used], size), summed(level[used], base[used], size), 0.0)
    calendar = replace(
        fitted.calendar, weekday=made.weekday, season=made.season, tilt=made.tilt, base=base, expected=base * pace[level]
    )  # fmt: skip
    return _fitted_anew(replace(fitted, calendar=calendar), config)


def _with_mix(fitted: Fitted, other: Fitted, config: BandConfig) -> Fitted:
    wanted, found = _shares(other), _shares(fitted)
    rows = fitted.rows
    weight = np.where(rows.inside, ratio(wanted, found)[rows.role, rows.complexity], 1.0)
    calendar = replace(
        fitted.calendar, base=fitted.calendar.base * weight, expected=fitted.calendar.expected * weight
    )
    weighted = replace(
        rows,
        hours=rows.hours * weight,
        lost=rows.lost * weight,
        worked=rows.worked * weight,
        units=rows.units * weight,
        output=rows.output * weight,
    )
    changed = replace(fitted, rows=weighted, calendar=calendar, output=fitted.output * weight)
    return _fitted_anew(changed, config)


def _shares(fitted: Fitted) -> Floats:
    """Return the shares of the window's hours, (roles, complexities)."""
    rows = fitted.rows
    used = rows.inside & (rows.reason == USED)
    size = len(rows.roles) * len(COMPLEXITIES)
    hours = summed(rows.role[used] * len(COMPLEXITIES) + rows.complexity[used], rows.hours[used], size)
    table = hours.reshape(-1, len(COMPLEXITIES))
    return ratio(table, np.repeat(table.sum(axis=1, keepdims=True), len(COMPLEXITIES), axis=1), 0.0)


def _with_ramp(fitted: Fitted, other: Fitted) -> Fitted:
    fits = []
    for mine, theirs in zip(fitted.skill.fits, other.skill.fits, strict=True):
        if mine is None or theirs is None:
            fits.append(mine)
            continue
        unknowns = mine.unknowns.copy()
        unknowns[RHO:LEVEL] = theirs.unknowns[RHO:LEVEL]
        fits.append(replace(mine, unknowns=unknowns))
    return replace(fitted, skill=replace(fitted.skill, fits=tuple(fits)))


def _fitted_anew(fitted: Fitted, config: BandConfig) -> Fitted:
    cells = make_cells(fitted.rows, fitted.output, fitted.calendar, fitted.block, config)
    weight = fitted.contributes.astype(np.float64)
    return replace(fitted, skill=fit_skill(cells, len(fitted.rows.roles), weight, config))


def _pace(one: Fitted, stayed: Flags, two: Fitted, stages: int) -> Floats:
    """Return how the mean log level of those who count in both moved, the same for every stage."""
    moved = _level(two, two.contributes) - _level(one, stayed)
    return np.repeat(moved[:, :, None], stages, axis=2)


def _level(fitted: Fitted, who: Flags) -> Floats:
    levels = np.full((len(fitted.rows.roles), len(COMPLEXITIES)), np.nan)
    for role, fit in enumerate(fitted.skill.fits):
        if fit is not None and who[fit.people].any():
            mean = float(fit.skill[who[fit.people]].mean())
            levels[role] = fit.unknowns[GAMMA : GAMMA + len(COMPLEXITIES)] + fitted.skill.slopes * mean
    return levels
