"""Companion bands: touches, handling time, rework, edits, timeliness beside output, by role, complexity and stage.

The same target and the same machinery as output: the quantile of true values over the contributors of a role, its histogram,
resampled workers, protection and status. Fewer is better on the log of the multiple, more of output; parts of a whole that should be
large are banded on what is missing to the whole, so that no band leaves [0, 1].
Belongs here: the table. Does not belong here: estimates (`ratio_fit.py`), the life of versions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import ndtri

from assets.bands.adopt import Evidence, contributors_class, levels_shown, obstacles, status_of, withheld
from assets.bands.attain import LEVELS
from assets.bands.frame import COMPLEXITIES
from assets.bands.histogram import Crowd, Shared, offsets
from assets.bands.interval import influence, multiplier, resampled_error, spread_variance
from assets.bands.quantile import four_digits
from assets.bands.ratio_days import with_shared_weeks
from assets.bands.ratio_fit import RatioFit, RatioRows, fit_ratio, level_variance, posterior, spread
from assets.bands.ratio_frame import Companion, ratio_fingerprint, validate_ratios

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from assets.bands.config import BandConfig
    from assets.bands.quantile import Floats
    from assets.bands.ratio_season import Season
    from assets.bands.rows import Ints

# Somebody new says something of the level, if little.
_LEAST_WEIGHT = 0.05
# Of fewer people beyond a level than this it says what one or two of them did.
_LEAST_BEYOND = 1.5
VALUES = tuple(f"{level}{suffix}" for level in LEVELS for suffix in ("", "_low", "_high"))
RATIO_BANDS_SCHEMA: dict[str, pl.DataType] = {
    "definition_id": pl.String(),
    "role": pl.String(),
    "complexity": pl.String(),
    "stage": pl.String(),
    "unit": pl.String(),
    "good": pl.String(),
    **{name: pl.Float64() for name in VALUES},
    "contributors": pl.String(),
    "n_days": pl.Int64(),
    "status": pl.String(),
    "reasons": pl.String(),
}


@dataclass(frozen=True)
class _Role:
    """A measure in a role: its rows, estimates, contributors, worked days and how many people work each complexity.

    `doubt` is the variance that the season, known or not, leaves in the log of the level.
    """

    name: str
    rows: RatioRows
    fit: RatioFit
    members: Ints
    days: int
    in_cell: Ints
    season_known: bool
    doubt: float


def ratio_bands(  # noqa: PLR0913
    frame: pl.DataFrame,
    *,
    as_of: date,
    companions: Sequence[Companion],
    qualified: Collection[tuple[str, str]],
    seasons: Mapping[tuple[str, str], Season],
    config: BandConfig,
) -> pl.DataFrame:
    """Return a row per measure, role with rows of it, complexity and stage, with the columns of RATIO_BANDS_SCHEMA.

    `frame` follows RATIO_SCHEMA; `qualified` are (role, worker) pairs whose quality is good enough (`calibrate.Fitted.contributes`);
    `seasons` are those of measures and roles that have a prior year (`ratio_season.py`): they are taken out, so that a band is that of the
    mean of the year. `acceptable`, `strong` and `exceptional` get harder in the measure's direction; limits are of 90 %. Raises FrameError.
    """
    rows = validate_ratios(frame)
    first = config.window(as_of)[0]
    # A day on which nothing was finished keeps what went into it.
    window = rows.filter(
        pl.col("date").is_between(first, as_of) & ((pl.col("denominator") > 0) | (pl.col("numerator") > 0))
    )
    seed = np.frombuffer(bytes.fromhex(ratio_fingerprint(window)), dtype=np.uint32).tolist()
    # Audits come once a week: how long a role has been watched shows in all of its measures together.
    days = dict(window.group_by("role").agg(pl.col("date").n_unique()).iter_rows())
    records: list[dict[str, object]] = []
    for number, companion in enumerate(sorted(companions, key=lambda c: c.definition_id)):
        mine = window.filter(pl.col("definition_id") == companion.definition_id)
        roles = [
            _role(
                part,
                companion,
                qualified,
                days,
                seasons.get((companion.definition_id, part["role"][0])),
                config,
            )
            for part in mine.partition_by("role", maintain_order=True)
            if part["role"][0] in config.units
        ]
        spreads = spread([(role.fit, role.members) for role in roles])
        normal = np.asarray(ndtri(np.array(config.quantiles)))
        shared = Shared(spreads.shared, 0.0, np.ones(3), normal, spreads.people)
        for role, variance in zip(roles, spreads.role.tolist(), strict=True):
            records += _records(role, companion, variance, shared, [*seed, number], config)
    return pl.DataFrame(records, schema=RATIO_BANDS_SCHEMA)


def _role(  # noqa: PLR0913, PLR0917
    part: pl.DataFrame,
    companion: Companion,
    qualified: Collection[tuple[str, str]],
    days: Mapping[str, int],
    season: Season | None,
    config: BandConfig,
) -> _Role:
    """Return a role's numbers of one measure; `part` is sorted and of one role."""
    name = part["role"][0]
    part = part.sort("worker_id", "date", "complexity")
    workers = part["worker_id"].unique().sort().to_list()
    code = part["worker_id"].replace_strict(workers, list(range(len(workers))), return_dtype=pl.Int64)
    tier = part["complexity"].replace_strict(list(COMPLEXITIES), [0, 1, 2], return_dtype=pl.Int64)
    tenure = part["tenure_days"].fill_null(10**6).to_numpy()
    whole, counted = part["denominator"].to_numpy(), part["numerator"].to_numpy()
    day = part["date"].to_physical().cast(pl.Int64).to_numpy()
    rows = RatioRows(
        worker=code.to_numpy(),
        complexity=tier.to_numpy(),
        stage=np.searchsorted(np.array(config.stages), tenure, side="left").astype(np.int64),
        day=day,
        found=np.maximum(whole - counted, 0.0) if companion.counts_the_rest else counted,
        # More is usual in the busy season: the rate is that of the mean of the year.
        exposure=whole * season.of(day) if season else whole,
        workers=len(workers),
        stages=len(config.stages) + 1,
    )
    volume = np.bincount(rows.worker, weights=whole, minlength=rows.workers)
    good = np.array([not companion.gated or (name, worker) in qualified for worker in workers])
    counts = good & (volume >= companion.least)
    used = counts if counts.any() else np.ones(rows.workers, dtype=np.bool_)
    fit = with_shared_weeks(fit_ratio(rows, used), rows, used)
    there = np.zeros((rows.workers, 3))
    np.add.at(there, (rows.worker, rows.complexity), whole)
    in_cell = ((there >= companion.least / 4) & counts[:, None]).sum(axis=0).astype(np.int64)
    doubt = season.variance(day, whole) if season else config.cold_se**2
    return _Role(name, rows, fit, np.flatnonzero(counts), days[name], in_cell, season is not None, doubt)


def _records(  # noqa: PLR0913, PLR0917
    role: _Role,
    companion: Companion,
    variance: float,
    shared: Shared,
    seed: Sequence[int],
    config: BandConfig,
) -> list[dict[str, object]]:
    skill, error = posterior(role.fit, variance)
    # Where fewer is better, skill is minus the log of the multiple.
    weight = np.maximum(role.fit.weight[role.members], _LEAST_WEIGHT)
    crowd = Crowd(companion.sign * skill[role.members], error[role.members], weight)
    enough = role.members.size >= config.min_contributors
    evidence = _evidence(role, crowd, shared, config, enough=enough)
    level = level_variance(role.fit, role.members, skill) + role.doubt
    found = _estimate(crowd, shared, level, seed, config) if enough else None
    most = carried(crowd, shared, config) if enough else 0
    out = []
    for c, complexity in enumerate(COMPLEXITIES):
        for stage, stage_name in enumerate(config.stage_names()):
            head = {
                "definition_id": companion.definition_id, "role": role.name, "complexity": complexity, "stage": stage_name,
                "unit": companion.unit, "good": companion.good, "n_days": role.days,
                "contributors": contributors_class(min(role.members.size, int(role.in_cell[c]))),
            }  # fmt: skip
            out.append(head | _judged(role, companion, evidence, found, most, (c, stage), config))
    return out


def _evidence(role: _Role, crowd: Crowd, shared: Shared, config: BandConfig, *, enough: bool) -> Evidence:
    return Evidence(
        days=role.days,
        people=role.members.size,
        n_eff=crowd.n_eff,
        # Every complexity has a rate of its own here, so nobody has to bridge them.
        bridges=config.adopt_bridges,
        season_known=role.season_known,
        quality_known=True,
        waived=False,
        best=1.0,
        influence=influence(crowd, shared, config) if enough else (float("inf"),) * len(LEVELS),
        rescaled=False,
        confirmed=False,
        young=False,
        again=False,
        present=role.rows.workers,
    )


def carried(crowd: Crowd, shared: Shared, config: BandConfig) -> int:
    """Return how many levels, from acceptable on, so many people who differ that much can carry.

    Hardly anybody stands beyond a level in the tail: where that is so, it is told only if a usual crowd of that size leaves it an interval
    with which a band may be adopted. A usual crowd and not the one at hand, because whoever is shown only when the few happen to be alike
    is shown too mild a band.
    """
    z, n = shared.shape, crowd.n_eff
    own = n / (n + config.skill_prior)
    variance = shared.spread * (1 + (own * z) ** 2 / 2) / n + spread_variance(crowd, shared, config)[0]
    wide = np.expm1(multiplier(n) * np.sqrt(variance)) > config.adopt_width
    alone = (1 - np.array(config.quantiles)) * n < _LEAST_BEYOND
    lost = (wide & alone).tolist()
    return 1 + (lost[1:].index(True) if any(lost[1:]) else len(lost) - 1)


def _estimate(
    crowd: Crowd, shared: Shared, level: float, seed: Sequence[int], config: BandConfig
) -> tuple[Floats, Floats]:
    """Return the log quantiles of skill and their variances, (levels,) each."""
    quantiles = offsets(crowd, crowd.weight[None, :], shared, config)[0, 0]
    sampling = (
        resampled_error(crowd, shared, seed, config)[0] ** 2 + spread_variance(crowd, shared, config)[0]
    )
    return quantiles, sampling + level + config.season_se**2


def _judged(  # noqa: PLR0913, PLR0917
    role: _Role,
    companion: Companion,
    evidence: Evidence,
    found: tuple[Floats, Floats] | None,
    most: int,
    place: tuple[int, int],
    config: BandConfig,
) -> dict[str, object]:
    """Return values, status and reasons of one band."""
    c, stage = place
    back = withheld(evidence, int(role.in_cell[c]), config)
    # Of too few people not even this is told.
    if not back and role.fit.rates[c] == 0:
        back = ["nothing to tell people apart by"]
    values: dict[str, float | None] = dict.fromkeys(VALUES)
    held: list[str] = []
    provisional: list[str] = []
    if not back and found is not None and np.isfinite(role.fit.rates[c]):
        quantiles, variance = found
        half = multiplier(evidence.n_eff) * np.sqrt(variance + role.fit.error[c])
        held, provisional = obstacles(evidence, float(np.expm1(half[0])), config)
        log_value = np.log(role.fit.rates[c] * role.fit.ramp[stage]) + companion.sign * quantiles
        limits = np.exp(np.stack([log_value, log_value - half, log_value + half], axis=1))
        unmoved = levels_shown(evidence, config)
        shown = min(unmoved, most)
        for level, (value, low, high) in list(zip(LEVELS, limits.tolist(), strict=True))[:shown]:
            values |= _told(level, value, low, high, companion)
        if shown < len(LEVELS):
            why = (
                "one worker moves {} too much to show it" if shown == unmoved else "too few people to tell {}"
            )
            provisional.append(why.format(LEVELS[shown]))
    learning = evidence.days < config.min_days
    status = status_of(back, held, provisional, learning=learning)
    return values | {"status": status, "reasons": "; ".join([*back, *held, *provisional])}


def _told(level: str, value: float, low: float, high: float, companion: Companion) -> dict[str, float]:
    """Return a level with its limits on the measure's own scale; a part of a whole stays inside it."""
    if companion.kind == "share":
        value, low, high = min(value, 1.0), min(low, 1.0), min(high, 1.0)
    if companion.counts_the_rest:
        value, low, high = 1 - value, 1 - high, 1 - low
    return {level: four_digits(value), f"{level}_low": four_digits(low), f"{level}_high": four_digits(high)}
