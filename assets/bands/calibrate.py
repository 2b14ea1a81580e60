"""Calibration: from the observation frame to bands, each worker's attainment, and what was left out and why.

This is the first method: plain quantiles of the workers' friction-free rates, with suppression and an interval, but
without ramp, season or quality gate, which is why nothing is ever adopted from it.
Belongs here: the statistics of the method. Does not belong here: reading the frame, storing versions, publishing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
import polars as pl

from assets.bands.config import DEFAULT, BandConfig
from assets.bands.frame import COMPLEXITIES, validate_observations
from assets.bands.quantile import Floats, bootstrap_interval, four_digits, quantiles

LEVELS = ("acceptable", "strong", "exceptional")
NOT_ADOPTED = "plain quantiles: no ramp, season or quality gate yet"
OUTSIDE, UNKNOWN_ROLE = "outside the window", "role not in the configuration"
TOO_SHORT, TOO_FEW_HOURS = (
    "segment too short once friction is removed",
    "worker has too few hours in the cell",
)
USED = "used"

_VALUES = tuple(f"{level}{suffix}" for level in LEVELS for suffix in ("", "_low", "_high"))
BANDS_SCHEMA: dict[str, pl.DataType] = {
    "role": pl.String(),
    "complexity": pl.String(),
    "unit": pl.String(),
    **{name: pl.Float64() for name in _VALUES},
    "contributors": pl.String(),
    "n_days": pl.Int64(),
    "status": pl.String(),
    "reasons": pl.String(),
    "definition_id": pl.String(),
}


@dataclass(frozen=True)
class Calibration:
    """What a calibration returns.

    `bands`: one row per role of the configuration and complexity, always all of them, by role, then low to high.
    Values are units of work per friction-free hour with 90 % limits, to four significant digits, or null.
    `attainment`: role, worker_id, hours, index, status; one row per role and worker seen in the window.
    `diagnostics`: role, complexity, reason, rows, workers; every row of the input falls under one reason or 'used'.
    """

    bands: pl.DataFrame
    attainment: pl.DataFrame
    diagnostics: pl.DataFrame


def calibrate(observations: pl.DataFrame, *, as_of: date, config: BandConfig = DEFAULT) -> Calibration:
    """Compute bands from the observations of the window that ends at `as_of`, inclusive.

    The unit of inference is the worker. The same content gives the same result, whatever the order of the rows.
    Raises FrameError when `observations` breaks the contract of `frame.py`.
    """
    rows = _judged(validate_observations(observations), as_of, config)
    kept = rows.filter(pl.col("reason") == USED)
    cells = _sums(kept, ("role", "complexity", "worker_id"), ("output", "hours"), then="date")
    rates = _rates(cells, config)
    days = dict(kept.group_by("role").agg(pl.col("date").n_unique()).iter_rows())
    records = []
    for role, complexity in product(sorted(config.units), COMPLEXITIES):
        found, n_days = rates.get((role, complexity), _NOBODY), days.get(role, 0)
        band = _band(role, complexity, found, n_days, config)
        values = _values(found, config) if band["status"] == "provisional" else dict.fromkeys(_VALUES)
        records.append(band | values)
    bands = pl.DataFrame(records, schema=BANDS_SCHEMA)
    return Calibration(bands, _attainment(rows, cells, bands, config), _diagnostics(rows, cells, config))


def contributors_class(workers: int) -> str:
    """Return the class in which a number of contributors is published; the number itself never is."""
    if workers < 5:
        return "<5"
    if workers <= 10:
        return "5-10"
    return "11-20" if workers <= 20 else ">20"


_NOBODY: Floats = np.empty(0, dtype=np.float64)


def _judged(frame: pl.DataFrame, as_of: date, config: BandConfig) -> pl.DataFrame:
    """Add weighted output, friction-free hours and why a row is left out ('used' when it is not)."""
    first, last = config.window(as_of)
    free_minutes = (pl.col("active_min") - pl.col("friction_min")).clip(lower_bound=0)
    return frame.with_columns(
        output=pl.col("units") * pl.col("case_weight"),
        hours=free_minutes / 60,
    ).with_columns(
        reason=pl.when(~pl.col("date").is_between(first, last))
        .then(pl.lit(OUTSIDE))
        .when(~pl.col("role").is_in(list(config.units)))
        .then(pl.lit(UNKNOWN_ROLE))
        # Without hours there is no rate, even where the configured minimum is zero.
        .when((pl.col("hours") < config.min_segment_hours) | (pl.col("hours") == 0))
        .then(pl.lit(TOO_SHORT))
        .otherwise(pl.lit(USED)),
    )


def _sums(frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str], *, then: str) -> pl.DataFrame:
    """Return the sums of `values` per group, added in the order of `keys` and `then`.

    A parallel group-by may add floats in another order from run to run; this does not.
    """
    ordered = frame.sort(*keys, then)
    groups = (
        ordered.select(keys).with_row_index("first").unique(subset=keys, keep="first", maintain_order=True)
    )
    starts = groups["first"].to_numpy()
    sums = {
        name: np.add.reduceat(ordered[name].to_numpy(), starts) if starts.size else _NOBODY for name in values
    }
    return groups.drop("first").with_columns(pl.Series(name, column) for name, column in sums.items())


def _rates(cells: pl.DataFrame, config: BandConfig) -> dict[tuple[str, str], Floats]:
    """Return one rate per contributing worker, per role and complexity, rising.

    Rising, so that who is called what by the pseudonyms of an office does not move an interval.
    """
    enough = cells.filter(pl.col("hours") >= config.min_hours).with_columns(
        rate=pl.col("output") / pl.col("hours")
    )
    parts = enough.partition_by("role", "complexity", as_dict=True)
    return {(str(role), str(tier)): part["rate"].sort().to_numpy() for (role, tier), part in parts.items()}


def _band(role: str, complexity: str, rates: Floats, n_days: int, config: BandConfig) -> dict[str, object]:
    """Return what describes a band: unit, contributors, coverage, status and reasons."""
    learning, few = n_days < config.min_days, rates.size < config.min_contributors
    reasons = [
        *([f"{n_days} of {config.min_days} worked days seen"] if learning else []),
        *([f"fewer than {config.min_contributors} contributors"] if few else []),
    ]
    return {
        "role": role,
        "complexity": complexity,
        "unit": config.units[role],
        "contributors": contributors_class(rates.size),
        "n_days": n_days,
        "status": "learning" if learning else "withheld" if few else "provisional",
        "reasons": "; ".join(reasons or [NOT_ADOPTED]),
        "definition_id": f"output_per_hour.{role}",
    }


def _values(rates: Floats, config: BandConfig) -> dict[str, float]:
    """Return the three values with their limits, to four significant digits. The seed is a hash of the rates."""
    seed = np.frombuffer(hashlib.blake2b(rates.tobytes(), digest_size=16).digest(), dtype=np.uint32).tolist()
    point = quantiles(rates, config.quantiles)
    low, high = bootstrap_interval(rates, config.quantiles, resamples=config.bootstrap, seed=seed)
    triples = np.stack([point, low, high], axis=1).ravel()
    return {name: four_digits(float(value)) for name, value in zip(_VALUES, triples, strict=True)}


def _attainment(
    rows: pl.DataFrame, cells: pl.DataFrame, bands: pl.DataFrame, config: BandConfig
) -> pl.DataFrame:
    """Return each worker's output over what the acceptable band asks of the same hours, across complexities."""
    seen = rows.filter(~pl.col("reason").is_in([OUTSIDE, UNKNOWN_ROLE])).select("role", "worker_id").unique()
    priced = (
        cells.join(bands.select("role", "complexity", "acceptable"), on=["role", "complexity"])
        .filter(pl.col("acceptable").is_not_null())
        .with_columns(asked=pl.col("hours") * pl.col("acceptable"))
    )
    worked = _sums(cells, ("role", "worker_id"), ("hours",), then="complexity")
    judged = _sums(priced, ("role", "worker_id"), ("output", "hours", "asked"), then="complexity")
    joined = seen.join(worked, on=["role", "worker_id"], how="left").join(
        judged, on=["role", "worker_id"], how="left", suffix="_judged"
    )
    status = (
        pl.when((pl.col("hours_judged") >= config.min_hours) & (pl.col("asked") > 0))
        .then(pl.lit("measured"))
        .when(pl.col("hours_judged").is_null() & (pl.col("hours") >= config.min_hours))
        .then(pl.lit("no band"))
        .otherwise(pl.lit("not enough data"))
    )
    ratio = (pl.col("output") / pl.col("asked")).map_elements(four_digits, return_dtype=pl.Float64)
    return (
        joined.with_columns(status=status, hours=pl.col("hours").fill_null(0.0))
        .with_columns(index=pl.when(pl.col("status") == "measured").then(ratio))
        .select("role", "worker_id", "hours", "index", "status")
        .sort("role", "worker_id")
    )


def _diagnostics(rows: pl.DataFrame, cells: pl.DataFrame, config: BandConfig) -> pl.DataFrame:
    """Count rows and workers per role, complexity and reason; the rows add up to the input."""
    short = cells.filter(pl.col("hours") < config.min_hours).select(
        "role", "complexity", "worker_id", few=pl.lit(1)
    )
    return (
        rows.join(short, on=["role", "complexity", "worker_id"], how="left")
        .with_columns(
            reason=pl.when((pl.col("reason") == USED) & pl.col("few").is_not_null())
            .then(pl.lit(TOO_FEW_HOURS))
            .otherwise("reason")
        )
        .group_by("role", "complexity", "reason")
        .agg(
            rows=pl.len().cast(pl.Int64),
            workers=pl.col("worker_id").n_unique().cast(pl.Int64),
        )
        .sort("role", "complexity", "reason")
    )
