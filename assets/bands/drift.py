"""Drift: once a week a candidate beside the version in force; it changes no band.

Belongs here: which week is due, the candidate's change per role and complexity, and the alarm. Does not belong here: calibrating
early, which is a person's decision: `rcmbench recalibrate`.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from assets.bands.calibrate import calibrate
from assets.bands.decisions import append, in_force, standing
from assets.bands.frame import fingerprint
from assets.bands.inputs import last_work_day, observations
from assets.bands.stored import DRIFT_COLUMNS, create_bands
from assets.bands.versions import band_config
from assets.described import stage_described
from assets.quality import Examiner, Verdict, record, suite_of
from assets.slices import transaction

if TYPE_CHECKING:
    import duckdb

    from assets.bands.config import BandConfig
    from assets.bands.guardrail import Standing
    from assets.settings import Settings

SCHEMA = pl.Schema(
    {
        "week": pl.Date(), "as_of": pl.Date(), "version_id": pl.String(), "role": pl.String(), "complexity": pl.String(),
        "change": pl.Float64(), "change_low": pl.Float64(), "change_high": pl.Float64(), "break_on": pl.Date(),
        "break_change": pl.Float64(), "alarm": pl.Boolean(), "input_hash": pl.String(), "known_at": pl.Datetime("us", "UTC"),
    }
)  # fmt: skip


def week_due(connection: duckdb.DuckDBPyConnection) -> date | None:
    """Return the Sunday that ends the newest full week of work, or None when it is done, or nothing in force is older."""
    last = last_work_day(connection)
    found = in_force(connection)
    if last is None or not found:
        return None
    # Work on a Friday ends a week as well as work on a Sunday does.
    sunday = last - timedelta(days=last.weekday()) + timedelta(days=6)
    sunday = sunday if last.weekday() >= 4 else sunday - timedelta(days=7)
    if all(as_of >= sunday for _, as_of, _ in found.values()):
        return None
    monday = sunday - timedelta(days=6)
    row = connection.execute("select 1 from bands.drift where week >= ? limit 1", [monday]).fetchone()
    return None if row else sunday


def watch(connection: duckdb.DuckDBPyConnection, settings: Settings, *, run_id: str) -> list[Verdict]:
    """Compute the week that is due, if any, append it, and return what its suite says: an alarm is a warning there."""
    create_bands(connection)
    sunday = week_due(connection)
    staged = stage_described(connection, "bands.drift", DRIFT_COLUMNS)
    if sunday is None:
        return []
    as_of = min(sunday, last_work_day(connection) or sunday)
    config = band_config(settings)
    frame = observations(connection, as_of, config)
    older = {role: day for role, (_, day, _) in in_force(connection).items() if day < sunday}
    rows = drift(frame, as_of, config, standing(connection), older).with_columns(
        week=pl.lit(sunday - timedelta(days=6)), known_at=pl.lit(datetime.now(UTC))
    )
    append(connection, staged, rows.select(list(SCHEMA)))
    verdict = Examiner(connection).examine(suite_of("bands.drift"))
    with transaction(connection):
        if verdict.passed:
            append(connection, "bands.drift", rows.select(list(SCHEMA)))
        record(connection, [verdict], run_id=run_id, span=(as_of, as_of))
    return [verdict]


def drift(
    frame: pl.DataFrame, as_of: date, config: BandConfig, now: Standing, older: dict[str, date]
) -> pl.DataFrame:
    """Return the candidate's change per role and complexity of seniors, for the roles in `older`: role -> as-of date in force.

    A change of level raises the alarm when it is certain, old enough to be judged, and lies after the window in force, so that
    the version in force cannot have known it.
    """
    result = calibrate(frame, as_of=as_of, config=config)
    input_hash, senior = fingerprint(frame), config.stage_names()[-1]
    breaks = {row["role"]: row for row in result.diagnostics.breaks.iter_rows(named=True)}
    rows = []
    for row in result.bands.filter(pl.col("stage") == senior).iter_rows(named=True):
        role = row["role"]
        before = now.values.get((role, row["complexity"], senior))
        if before is None or before[0] is None or role not in older:
            continue
        found = breaks.get(role)
        fresh = found is not None and found["date"] > older[role]
        certain = fresh and found is not None and found["rescaled"] and not found["young"]
        rows.append({
            "as_of": as_of, "version_id": now.versions[role], "role": role, "complexity": row["complexity"],
            "change": _log(row["acceptable"], before[0]),
            "change_low": _log(row["acceptable_low"], before[0]),
            "change_high": _log(row["acceptable_high"], before[0]),
            "break_on": found["date"] if fresh and found else None,
            "break_change": found["change"] if fresh and found else None,
            "alarm": certain, "input_hash": input_hash,
        })  # fmt: skip
    return pl.DataFrame(
        rows, schema={name: SCHEMA[name] for name in SCHEMA if name not in {"week", "known_at"}}
    )


def _log(value: float | None, before: float) -> float | None:
    return None if value is None else round(math.log(value / before), 4)
