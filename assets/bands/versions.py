"""Versions of the bands: append-only, each named by what it was made of.

Belongs here: reading the observations, storing a calibration as a version, and saying whether one is due.
Does not belong here: the statistics (`calibrate.py`, pure), Dagster (`assets.py`) or the schedule (`pipelines/schedules.py`).

A version's name is a hash of as-of date, observations, method and configuration. The same ones again are the same version,
and nothing is written.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from assets.bands.calibrate import Calibration, calibrate
from assets.bands.config import BandConfig, method_id
from assets.bands.frame import SCHEMA, fingerprint
from assets.described import create_described, stage_described
from assets.errors import RcmbenchError
from assets.progress import report
from assets.quality import Examiner, Verdict, record, suite_of
from assets.slices import columns_of, staging_name, transaction

if TYPE_CHECKING:
    import duckdb

    from assets.settings import Settings

VERSION_COLUMNS: dict[str, tuple[str, str]] = {
    "version_id": ("VARCHAR", "hash of as-of date, observations, method and configuration"),
    "as_of": ("DATE", "last day of the window"),
    "window_from": ("DATE", "first day of the window"),
    "window_to": ("DATE", "last day of the window"),
    "status": ("VARCHAR", "learning, provisional or withheld: the best that any of its bands has"),
    "method_id": ("VARCHAR", "hash of the method's name and version"),
    "config_hash": ("VARCHAR", "hash of the parameters"),
    "input_hash": ("VARCHAR", "hash of the observations, in whatever order they came"),
    "n_observations": ("BIGINT", "rows of work in the window"),
    "known_at": ("TIMESTAMPTZ", "when the version was stored"),
}
LIMITS = ("acceptable", "strong", "exceptional")
BAND_COLUMNS: dict[str, tuple[str, str]] = {
    "version_id": ("VARCHAR", "the version, see bands.versions"),
    "as_of": ("DATE", "last day of the window"),
    "role": ("VARCHAR", "billing role"),
    "complexity": ("VARCHAR", "low, medium or high"),
    "unit": ("VARCHAR", "what is counted, per friction-free active hour"),
    **{
        f"{name}{suffix}": ("DOUBLE", f"{name} band{text}, units per friction-free active hour")
        for name in LIMITS
        for suffix, text in (
            ("", ""),
            ("_low", ", lower end of its 90 % interval"),
            ("_high", ", upper end of its 90 % interval"),
        )
    },
    "contributors": ("VARCHAR", "how many people it rests on, as a class"),
    "n_days": ("BIGINT", "worked days of the role in the window"),
    "status": ("VARCHAR", "learning, provisional or withheld"),
    "reasons": ("VARCHAR", "why it has that status"),
    "definition_id": ("VARCHAR", "definition of the measure, see measures.definitions"),
}
TABLES = {"bands.versions": VERSION_COLUMNS, "bands.bands": BAND_COLUMNS}
DOCS = {
    "bands.versions": "One row per calibration that was stored; append-only.",
    "bands.bands": "One row per version, role and complexity: three bands with their intervals, or the reason for none; append-only.",
}


@dataclass(frozen=True)
class Recalibration:
    """What a recalibration did: the version, whether it is new, its bands and the verdicts on them."""

    version_id: str
    as_of: date
    is_new: bool
    bands: pl.DataFrame
    verdicts: list[Verdict]


class NothingToCalibrateError(RcmbenchError):
    """There are no observations up to the as-of date."""


def band_config(settings: Settings) -> BandConfig:
    """Return the parameters of the method from the settings."""
    return BandConfig(
        window_days=settings.bands.window_days,
        quantiles=settings.bands.quantiles,
        min_hours=settings.bands.min_hours,
        min_contributors=settings.bands.min_contributors,
        min_days=settings.bands.learning_days,
    )


def create_bands(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that are missing, with their comments."""
    for table, columns in TABLES.items():
        if not columns_of(connection, table):
            create_described(connection, table, DOCS[table], columns)


def last_work_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """Return the last day with logged work, or None."""
    if not columns_of(connection, "measures.production"):
        return None
    row = connection.execute("select max(work_date) from measures.production where source = 'log'").fetchone()
    return row[0] if row else None


def due(connection: duckdb.DuckDBPyConnection, settings: Settings, today: date | None = None) -> date | None:
    """Return the as-of date of the recalibration that is due, or None.

    Due when no version exists and enough days were worked, or when `every_days` have passed since the newest version's as-of date.
    After downtime it is simply due, once, with the latest data.
    """
    last = last_work_day(connection)
    if last is None:
        return None
    last = min(last, today) if today else last
    newest = None
    if columns_of(connection, "bands.versions"):
        row = connection.execute(
            "select max(as_of) from bands.versions where status <> 'learning'"
        ).fetchone()
        newest = row[0] if row else None
    if newest is None:
        row = connection.execute(
            "select count(distinct work_date) from measures.production where source = 'log'"
        ).fetchone()
        return last if row and row[0] >= settings.bands.learning_days else None
    return last if last - newest >= timedelta(days=settings.bands.every_days) else None


def held_files(connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> int:
    """Return how many files delivered since the window began are kept out: a calibration should not rest on the rest."""
    row = connection.execute(
        "select count(*) from intake.files where status = 'held' and delivery_date >= ?",
        [as_of - timedelta(days=settings.bands.window_days - 1)],
    ).fetchone()
    return int(row[0]) if row else 0


def observations(connection: duckdb.DuckDBPyConnection, as_of: date, window_days: int) -> pl.DataFrame:
    """Return the observation frame of the window that ends at `as_of`, inclusive."""
    names = ", ".join(f"work_date as {name}" if name == "date" else name for name in SCHEMA)
    frame = connection.execute(
        f"select {names} from measures.production where source = 'log' and work_date between $first and $last "
        "order by work_date, worker_id, role, complexity",
        {"first": as_of - timedelta(days=window_days - 1), "last": as_of},
    ).pl()
    return frame.cast(pl.Schema(SCHEMA))


def recalibrate(
    connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date | None, *, run_id: str
) -> Recalibration:
    """Calibrate as of a day and store the version, unless the same one is stored already.

    Raises NothingToCalibrateError when there is no logged work up to that day.
    """
    create_bands(connection)
    last = last_work_day(connection)
    if as_of and last and as_of > last:
        raise NothingToCalibrateError(
            f"there is no logged work after {last}; a window that ends on {as_of} would rest on a part of its days"
        )
    day = as_of or last
    config = band_config(settings)
    frame = observations(connection, day, config.window_days) if day else pl.DataFrame()
    if day is None or frame.is_empty():
        raise NothingToCalibrateError(
            f"there is no logged work in the {config.window_days} days up to {day or 'today'}"
        )
    report("calibrating", 0, 1)
    input_hash = fingerprint(frame)
    name = f"{day}|{input_hash}|{method_id()}|{config.config_hash()}"
    version_id = hashlib.blake2b(name.encode(), digest_size=6).hexdigest()
    result = calibrate(frame, as_of=day, config=config)
    _stage(connection, result, version_id, day, config, input_hash, frame.height)
    known = connection.execute("select 1 from bands.versions where version_id = ?", [version_id]).fetchone()
    examiner = Examiner(connection)
    verdicts = [examiner.examine(suite_of(table)) for table in TABLES]
    if known is None:
        _append(connection, verdicts, run_id, (day - timedelta(days=config.window_days - 1), day))
    report("calibrating", 1, 1)
    return Recalibration(version_id, day, known is None, result.bands, verdicts)


def _stage(  # noqa: PLR0913, PLR0917
    connection: duckdb.DuckDBPyConnection,
    result: Calibration,
    version_id: str,
    day: date,
    config: BandConfig,
    input_hash: str,
    height: int,
) -> None:
    statuses = set(result.bands["status"].to_list())
    status = next((s for s in ("adopted", "provisional", "withheld") if s in statuses), "learning")
    first = day - timedelta(days=config.window_days - 1)
    version = (
        version_id,
        day,
        first,
        day,
        status,
        method_id(),
        config.config_hash(),
        input_hash,
        height,
        datetime.now(UTC),
    )
    bands = result.bands.with_columns(pl.lit(version_id).alias("version_id"), pl.lit(day).alias("as_of"))
    for table, columns in TABLES.items():
        stage_described(connection, table, columns)
    connection.execute(
        f"insert into staging.bands__versions values ({', '.join('?' * len(version))})", list(version)
    )
    connection.register("incoming", bands.select(list(BAND_COLUMNS)).to_arrow())
    connection.execute("insert into staging.bands__bands select * from incoming")
    connection.unregister("incoming")


def _append(
    connection: duckdb.DuckDBPyConnection, verdicts: list[Verdict], run_id: str, span: tuple[date, date]
) -> None:
    with transaction(connection):
        if all(verdict.passed for verdict in verdicts):
            for table in TABLES:
                connection.execute(f"insert into {table} select * from staging.{staging_name(table)}")
        record(connection, verdicts, run_id=run_id, span=span)
