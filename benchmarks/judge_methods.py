"""The methods that the judge compares: ours, and what offices use today.

Belongs here: turning a simulated office into bands and credits per method. Does not belong here: scores (`judge_scores.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.bands.attain import LEVELS, attainment
from assets.bands.calibrate import calibrate
from assets.bands.config import BandConfig
from assets.bands.quantile import bootstrap_interval, quantiles
from assets.sample.people import COMPLEXITIES, ROLES
from assets.sample.worlds import QUANTILES, World, thresholds
from assets.sample.worlds_shapes import SHAPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CONFIG = BandConfig(thresholds=thresholds(), confirm_breaks=False)
"""In a simulated office the reviewer has confirmed what was found, and the limits are the office's own."""

_ORDER = [sorted(ROLES).index(role) for role in ROLES]


@dataclass(frozen=True)
class Outcome:
    """What a method says of an office. Bands are logs, NaN where none: `bands`, `low`, `high` (roles, complexities, levels).

    `reached` (windows, people, levels): 1 reached, 0 not, NaN not judged, by the bands of the first window; `passed` (people,):
    quality passed in the first window. `again`: bands of the second window. `adopted` (roles,). `stages`: bands of stages;
    `breaks` (roles,): changes of level found.
    """

    bands: Floats
    low: Floats
    high: Floats
    reached: Floats
    passed: NDArray[np.bool_]
    again: Floats
    adopted: NDArray[np.bool_]
    stages: Floats | None = None
    breaks: NDArray[np.bool_] | None = None


def histogram_bands(world: World, config: BandConfig = CONFIG) -> Outcome:
    """Our method, on both windows; the second is scored against the bands of the first."""
    first = calibrate(world.observations, as_of=world.as_of, config=config)
    second = calibrate(world.observations, as_of=world.next_as_of, config=config)
    later = attainment(second.fitted, first.log_bands, config)
    stages = len(config.stages) + 1
    values, low, high = (_cube(first.bands, suffix, stages) for suffix in ("", "_low", "_high"))
    adopted = first.bands.filter((pl.col("stage") == "366+") & (pl.col("complexity") == "medium"))
    quality = dict(first.attainment.select("worker_id", "quality").iter_rows())
    return Outcome(
        bands=values[:, :, -1],
        low=low[:, :, -1],
        high=high[:, :, -1],
        reached=np.stack([_levels(first.attainment, world), _levels(later, world)]),
        passed=np.array([quality.get(name) in {"passed", "unknown"} for name in world.names]),
        again=_cube(second.bands, "", stages)[:, :, -1],
        adopted=(adopted["status"] == "adopted").to_numpy()[_ORDER],
        stages=values,
        breaks=np.isin(_ORDER, [b.role for b in first.fitted.breaks if b.rescaled]),
    )


def true_hours(world: World) -> Outcome:
    """Our method with a log that knows in which minutes of an outage work went on: what is left is not the log's doing."""
    stopped = pl.col("friction_min") * (1 - SHAPES[world.shape].leak)
    return histogram_bands(replace(world, observations=world.observations.with_columns(friction_min=stopped)))


def _cube(bands: pl.DataFrame, suffix: str, stages: int) -> Floats:
    """Return log bands (roles in the order of the sample, complexities, stages, levels)."""
    values = bands.select([f"{level}{suffix}" for level in LEVELS]).to_numpy().astype(np.float64)
    return np.log(values.reshape(len(ROLES), 3, stages, len(LEVELS)))[_ORDER]


def _levels(judged: pl.DataFrame, world: World) -> Floats:
    out = np.full((len(world.names), len(LEVELS)), np.nan)
    place = {name: i for i, name in enumerate(world.names)}
    for worker, reached, status in judged.select("worker_id", "reached", "status").iter_rows():
        if status == "measured":
            height = LEVELS.index(reached) + 1 if reached in LEVELS else 0
            out[place[worker]] = np.arange(len(LEVELS)) < height
    return out


def _worked(world: World, last: date, days: int, *, raw: bool) -> pl.DataFrame:
    """Return units and hours per row up to a day; raw hours include friction."""
    hours = (
        pl.col("active_min") if raw else (pl.col("active_min") - pl.col("friction_min")).clip(lower_bound=0)
    )
    return (
        world.observations.filter(pl.col("date").is_between(last - timedelta(days=days - 1), last))
        .with_columns(hours=hours / 60)
        .filter(pl.col("hours") >= 0.15)
    )


def _cells(rows: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.group_by("role", "complexity", "worker_id")
        .agg(pl.col("units").sum(), pl.col("hours").sum())
        .filter(pl.col("hours") >= 5)
        .with_columns(rate=(pl.col("units") / pl.col("hours")).clip(lower_bound=1e-3))
        .sort("role", "complexity", "worker_id")
    )


def _per_cell(world: World, last: date, days: int, *, raw: bool) -> tuple[Floats, Floats, Floats]:
    """Return quantiles of worker rates per cell with bootstrap limits, as logs."""
    out = np.full((3, len(ROLES), 3, len(QUANTILES)), np.nan)
    for (role, tier), part in (
        _cells(_worked(world, last, days, raw=raw)).partition_by("role", "complexity", as_dict=True).items()
    ):
        rates = part["rate"].to_numpy()
        r, c = ROLES.index(role), COMPLEXITIES.index(tier)
        out[0, r, c] = quantiles(rates, QUANTILES)
        out[1:, r, c] = bootstrap_interval(rates, QUANTILES, resamples=300, seed=[7])
    logs = np.log(out)
    return logs[0], logs[1], logs[2]


def _asked(world: World, bands: Floats, last: date, *, raw: bool) -> Floats:
    """Return who reached each level: output over what the bands ask of the same hours."""
    sums = (
        _worked(world, last, 90, raw=raw)
        .group_by("role", "complexity", "worker_id")
        .agg(pl.col("units").sum(), pl.col("hours").sum())
    )
    units, asked = np.zeros(len(world.names)), np.zeros((len(world.names), bands.shape[-1]))
    place = {name: i for i, name in enumerate(world.names)}
    hours_of = np.zeros(len(world.names))
    for role, tier, worker, done, hours in sums.sort("role", "complexity", "worker_id").iter_rows():
        i = place[worker]
        units[i] += done
        hours_of[i] += hours
        asked[i] += hours * np.exp(bands[ROLES.index(role), COMPLEXITIES.index(tier)])
    return np.where((hours_of >= 20)[:, None], (units[:, None] >= asked) * 1.0, np.nan)


def _naive(world: World, make: object, *, raw: bool) -> Outcome:
    bands, low, high = make(world.as_of)  # type: ignore[operator]
    again, _, _ = make(world.next_as_of)  # type: ignore[operator]
    reached = np.stack([_asked(world, bands, last, raw=raw) for last in (world.as_of, world.next_as_of)])
    people, roles = len(world.names), len(ROLES)
    return Outcome(bands, low, high, reached, np.ones(people, dtype=bool), again, np.ones(roles, dtype=bool))


def per_cell(world: World) -> Outcome:
    """Percentiles of the workers' friction-free rates of the window, per role and complexity."""
    return _naive(world, lambda last: _per_cell(world, last, 90, raw=False), raw=False)


def survey(world: World) -> Outcome:
    """Percentiles of the workers' raw rates of a year, per role and complexity, as survey tables have them."""
    return _naive(world, lambda last: _per_cell(world, last, 365, raw=True), raw=True)


def department(world: World) -> Outcome:
    """One average per role, with 25 and 50 % on top for strong and exceptional."""

    def make(last: date) -> tuple[Floats, Floats, Floats]:
        rows = (
            _worked(world, last, 90, raw=True)
            .group_by("role")
            .agg(pl.col("units").sum(), pl.col("hours").sum())
        )
        average = {role: units / hours for role, units, hours in rows.iter_rows()}
        bands = np.log(np.array([[[average[r] * x for x in (1, 1.25, 1.5)]] * 3 for r in ROLES]))
        return bands, np.full_like(bands, np.nan), np.full_like(bands, np.nan)

    return _naive(world, make, raw=True)


def pooled(world: World) -> Outcome:
    """Percentiles of worker-days of a role, all complexities in one."""

    def make(last: date) -> tuple[Floats, Floats, Floats]:
        days = (
            _worked(world, last, 90, raw=True)
            .group_by("role", "worker_id", "date")
            .agg(rate=pl.col("units").sum() / pl.col("hours").sum())
        )
        found = {role: quantiles(part["rate"].sort().to_numpy(), QUANTILES)
                 for (role,), part in days.partition_by("role", as_dict=True).items()}  # fmt: skip
        bands = np.log(np.array([[found[r]] * 3 for r in ROLES]))
        return bands, np.full_like(bands, np.nan), np.full_like(bands, np.nan)

    return _naive(world, make, raw=True)


METHODS = {
    "histogram bands": histogram_bands,
    "true hours": true_hours,
    "percentiles per cell": per_cell,
    "survey style": survey,
    "department average": department,
    "pooled worker-days": pooled,
}
