"""Versions of the bands: append-only, each named by what it was made of.

Belongs here: storing a calibration as a version, deciding on it, and making it again. Does not belong here: the statistics
(`calibrate.py`, pure), how a version comes about (`making.py`, pure), Dagster (`assets.py`).

A version's name is a hash of as-of date, observations, method, code, configuration, what was in force before and what was wrong
with its inputs. The same ones again are the same version, and nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from assets.bands.companions import cell_role
from assets.bands.config import BandConfig
from assets.bands.decisions import (
    append,
    automatic,
    in_force,
    next_number,
    sign_off,
    standing,
    standing_beside,
)
from assets.bands.due import due as due_by
from assets.bands.due import held_files, problems, ready_roles
from assets.bands.guardrail import Cell, Standing, Values
from assets.bands.inputs import keep, keep_ratios, kept, kept_ratios, last_work_day, observations, ratios
from assets.bands.making import Made, attained, config_of, make_version
from assets.bands.stored import (
    BAND_COLUMNS,
    CALIBRATED,
    DOCS,
    LIMITS,
    TABLES,
    VERSION_COLUMNS,
    create_bands,
)
from assets.bands.voice import feedback_until, office_day
from assets.described import stage_described
from assets.errors import RcmbenchError
from assets.progress import report
from assets.quality import Examiner, Verdict, record, suite_of
from assets.slices import note_appended, staging_name, transaction

if TYPE_CHECKING:
    import duckdb

    from assets.settings import Settings
__all__ = ["DOCS", "LIMITS", "TABLES", "create_bands", "due", "held_files", "last_work_day", "problems"]


@dataclass(frozen=True)
class Recalibration:
    """What a recalibration did: the version, whether it is new, its bands, the decisions taken, the verdicts on its rows."""

    version_id: str
    as_of: date
    is_new: bool
    bands: pl.DataFrame
    decisions: pl.DataFrame
    verdicts: list[Verdict]


class NothingToCalibrateError(RcmbenchError):
    """There are no observations up to the as-of date."""


class VersionError(RcmbenchError):
    """A version cannot be made again; the message says why."""


def band_config(settings: Settings) -> BandConfig:
    """Return the parameters of the method from the settings."""
    return BandConfig(
        window_days=settings.bands.window_days,
        quantiles=settings.bands.quantiles,
        min_hours=settings.bands.min_hours,
        min_contributors=settings.bands.min_contributors,
        min_days=settings.bands.learning_days,
        confirmed_breaks=settings.bands.confirmed_breaks,
        waive_quality=settings.bands.waive_quality,
    )


def due(connection: duckdb.DuckDBPyConnection, settings: Settings, today: date | None = None) -> date | None:
    """Return the as-of date of the calibration that is due, or None; see `due.due`."""
    return due_by(connection, settings, band_config(settings), today)


def recalibrate(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    as_of: date | None,
    *,
    run_id: str,
    today: date | None = None,
) -> Recalibration:
    """Calibrate as of a day from what is known now, and store the version, unless the same one is stored already.

    `today` (default: the office's day) is when people first see it: from then on it collects feedback, if it is to.

    Raises NothingToCalibrateError when there is no logged work up to that day.
    """
    create_bands(connection)
    day, frame = _work(connection, settings, as_of)
    config = band_config(settings)
    beside = ratios(connection, day, config)
    report("calibrating", 0, 1)
    made = make_version(
        frame,
        beside,
        as_of=day,
        config=config,
        standing=standing(connection, before=day),
        beside=standing_beside(connection, before=day),
        problems=problems(connection, settings, day),
        ready=ready_roles(connection, day, config),
    )
    known = connection.execute(
        "select 1 from bands.versions where version_id = ?", [made.version_id]
    ).fetchone()
    decisions = automatic(
        made.bands,
        made.version_id,
        day,
        first_no=next_number(connection),
        newer=[role for role, (_, later, _) in in_force(connection).items() if later > day],
        adopt=settings.bands.adoption == "automatic",
        feedback_until=feedback_until(settings, max(day, today or office_day(settings))),
    )
    _stage(connection, made, decisions)
    examiner = Examiner(connection)
    verdicts = [examiner.examine(suite_of(table)) for table in CALIBRATED]
    if known is None:
        if all(verdict.passed for verdict in verdicts):
            keep(settings.home, frame)
            keep_ratios(settings.home, beside)
        _append(connection, verdicts, run_id, (made.version["window_from"], day))
    report("calibrating", 1, 1)
    taken = decisions if known is None else decisions.clear()
    return Recalibration(made.version_id, day, known is None, made.bands, taken, verdicts)


def _work(
    connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date | None
) -> tuple[date, pl.DataFrame]:
    last = last_work_day(connection)
    if as_of and last and as_of > last:
        raise NothingToCalibrateError(
            f"there is no logged work after {last}; a window that ends on {as_of} would rest on a part of its days"
        )
    day, config = as_of or last, band_config(settings)
    frame = observations(connection, day, config) if day and last else pl.DataFrame()
    if day is None or frame.is_empty() or frame.filter(pl.col("date") >= config.window(day)[0]).is_empty():
        raise NothingToCalibrateError(
            f"there is no logged work in the {config.window_days} days up to {day or 'today'}"
        )
    return day, frame


def _stage(connection: duckdb.DuckDBPyConnection, made: Made, decisions: pl.DataFrame) -> None:
    for table, columns in CALIBRATED.items():
        stage_described(connection, table, columns)
    row = [*(made.version[name] for name in list(VERSION_COLUMNS)[:-1]), datetime.now(UTC)]
    connection.execute(f"insert into staging.bands__versions values ({', '.join('?' * len(row))})", row)
    for name, frame in (
        ("bands", made.bands),
        ("companions", made.companions),
        ("decisions", decisions),
        ("attainment", made.attainment),
        ("findings", made.findings),
        ("attained_tiers", made.attained_tiers),
        ("attained_quality", made.attained_quality),
        ("attained_days", made.attained_days),
    ):
        append(connection, f"staging.bands__{name}", frame)


def _append(
    connection: duckdb.DuckDBPyConnection, verdicts: list[Verdict], run_id: str, span: tuple[date, date]
) -> None:
    with transaction(connection):
        if all(verdict.passed for verdict in verdicts):
            for table in CALIBRATED:
                connection.execute(f"insert into {table} select * from staging.{staging_name(table)}")
            note_appended(connection, CALIBRATED, run_id)
        record(connection, verdicts, run_id=run_id, span=span)


def stored_version(connection: duckdb.DuckDBPyConnection, version_id: str) -> dict[str, Any]:
    """Return a version's row. Raises VersionError when it was stored before snapshots were kept."""
    found = connection.execute("select * from bands.versions where version_id = ?", [version_id])
    names = [column[0] for column in found.description or []]
    row = found.fetchone()
    if row is None:
        raise VersionError(f"there is no version {version_id}")
    version = dict(zip(names, row, strict=True))
    if version["config"] is None:
        raise VersionError(
            f"version {version_id} was stored by a release that kept no snapshots; it cannot be computed again"
        )
    return version


def stored_bands(connection: duckdb.DuckDBPyConnection, version_id: str) -> pl.DataFrame:
    """Return a version's bands, in the order in which they were made."""
    frame = connection.execute(
        f"select {', '.join(BAND_COLUMNS)} from bands.bands where version_id = ?", [version_id]
    ).pl()
    tiers = pl.col("complexity").replace_strict({"low": 0, "medium": 1, "high": 2}, default=3)
    first = pl.col("stage").str.extract(r"^(\d+)").cast(pl.Int64)
    return frame.sort("role", tiers, first)


def made_again(connection: duckdb.DuckDBPyConnection, settings: Settings, version_id: str) -> Made:
    """Make a stored version again from its snapshot, its parameters and what stood before it. Raises VersionError, SnapshotError."""
    version = stored_version(connection, version_id)
    bands = stored_bands(connection, version_id)
    before: dict[Cell, Values] = {
        (row["role"], row["complexity"], row["stage"]): (
            row["acceptable_previous"],
            row["strong_previous"],
            row["exceptional_previous"],
        )
        for row in bands.iter_rows(named=True)
        if row["acceptable_previous"] is not None
    }
    pairs = bands.select("role", "previous_version_id").drop_nulls().unique(maintain_order=True).iter_rows()
    # The newest one first, as it was when the version was made.
    versions = dict(sorted(pairs, key=lambda pair: pair[1] != version["previous_version_id"]))
    return make_version(
        kept(settings.home, version["input_hash"]),
        kept_ratios(settings.home, version["companion_hash"]),
        as_of=version["as_of"],
        config=config_of(version["config"]),
        standing=Standing(versions, before),
        beside=_stood_beside(connection, version_id),
        problems=[version["gate"]] if version["gate"] else [],
        ready=version["ready_roles"].split(", ") if version["ready_roles"] else [],
    )


def stored_companions(connection: duckdb.DuckDBPyConnection, version_id: str) -> pl.DataFrame:
    """Return a version's companion bands, in the order in which they were made."""
    frame = connection.execute("select * from bands.companions where version_id = ?", [version_id]).pl()
    tiers = pl.col("complexity").replace_strict({"low": 0, "medium": 1, "high": 2}, default=3)
    return frame.sort("definition_id", "role", tiers, pl.col("stage").str.extract(r"^(\d+)").cast(pl.Int64))


def _stood_beside(connection: duckdb.DuckDBPyConnection, version_id: str) -> Standing:
    rows = stored_companions(connection, version_id).filter(pl.col("previous_version_id").is_not_null())
    names = [cell_role(row["definition_id"], row["role"]) for row in rows.iter_rows(named=True)]
    versions = dict(zip(names, rows["previous_version_id"].to_list(), strict=True))
    values: dict[Cell, Values] = {
        (name, row["complexity"], row["stage"]): tuple(row[f"{level}_previous"] for level in LIMITS)
        for name, row in zip(names, rows.iter_rows(named=True), strict=True)
        if row["acceptable_previous"] is not None
    }
    return Standing(versions, values)


def decide(  # noqa: PLR0913
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    version_id: str,
    decision: str,
    *,
    by: str,
    reason: str,
    today: date,
    role: str | None = None,
    with_provisional: bool = False,
) -> pl.DataFrame:
    """Record a sign-off and return its rows. Where provisional bands now count, people are judged by them too.

    Raises DecisionError when it cannot be taken, VersionError or SnapshotError when the version cannot be made again.
    """
    create_bands(connection)
    rows = sign_off(
        connection, version_id, decision, by=by, reason=reason, today=today, role=role, with_provisional=with_provisional
    )  # fmt: skip
    judged: dict[str, pl.DataFrame] = {}
    if decision == "adopted" and with_provisional:
        made = made_again(connection, settings, version_id)
        config = config_of(made.version["config"])
        judged = attained(
            made.calibration, made.bands, version_id, config, ("proposed", "provisional"),
            roles=rows["role"].to_list(), decision_no=int(rows["decision_no"][0]),
        )  # fmt: skip
    with transaction(connection):
        append(connection, "bands.decisions", rows)
        for name, frame in judged.items():
            append(connection, f"bands.{name}", frame)
        note_appended(connection, ["bands.decisions", *(f"bands.{name}" for name in judged)], "decision")
    return rows
