"""Versions of the clinicians' bands: made with a calibration, for its window; append-only, each named by what it was made of.

Belongs here: reading the frame, storing a version. Does not belong here: the bands (`clinicians.py`, pure), the versions of the
billing roles (`versions.py`): those are decided on, these are not, because no band of a clinician is a target.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl

from assets.bands.clinicians import (
    FRAME_SCHEMA,
    GROUP,
    cell_of,
    clinician_bands,
    clinician_findings,
    clinician_seasons,
    group_role,
    grouped,
)
from assets.bands.config import method_id
from assets.bands.decisions import append
from assets.bands.guardrail import NOTHING, Cell, Standing, Values
from assets.bands.making import code_hash, numbered
from assets.bands.ratio_frame import ratio_fingerprint
from assets.bands.rows import first_of_history
from assets.bands.stored import CLINICIAN_COLUMNS, FINDING_COLUMNS, LIMITS, create_bands
from assets.bands.versions import band_config
from assets.described import stage_described
from assets.quality import Examiner, Verdict, record, suite_of
from assets.slices import columns_of, note_appended, transaction

if TYPE_CHECKING:
    import duckdb

    from assets.bands.config import BandConfig
    from assets.settings import Settings

TABLE, FINDINGS, FRAME = "bands.clinicians", "bands.findings", "measures.clinician_days"


@dataclass(frozen=True)
class ClinicianVersion:
    """What came of it: the version (None without a calibration or clinicians), whether it is new, the verdicts on its rows."""

    version_id: str | None = None
    is_new: bool = False
    verdicts: list[Verdict] = field(default_factory=list)


def recalibrate_clinicians(
    connection: duckdb.DuckDBPyConnection, settings: Settings, *, run_id: str
) -> ClinicianVersion:
    """Make the clinicians' bands for the window of the newest calibration, and store them unless the same ones are stored already."""
    create_bands(connection)
    config = band_config(settings)
    as_of = _newest_calibration(connection)
    frame = _frame(connection, as_of, config) if as_of else pl.DataFrame(schema=FRAME_SCHEMA)
    ratios = grouped(frame, as_of=as_of, config=config) if as_of else pl.DataFrame()
    if as_of is None or not ratios.height:
        return ClinicianVersion()
    before = _before(connection, as_of, config)
    seasons = clinician_seasons(ratios, as_of=as_of, config=config)
    bands = clinician_bands(ratios, as_of=as_of, before=before, seasons=seasons, config=config)
    made = {
        "input_hash": ratio_fingerprint(ratios), "method_id": method_id(), "code_hash": code_hash("clinicians"),
        "config_hash": config.config_hash(),
    }  # fmt: skip
    previous = ",".join(sorted(set(before.versions.values())))
    name = "|".join((str(as_of), *made.values(), previous))
    version_id = hashlib.blake2b(name.encode(), digest_size=6).hexdigest()
    rows = bands.with_columns(
        version_id=pl.lit(version_id),
        as_of=pl.lit(as_of),
        window_from=pl.lit(config.window(as_of)[0]),
        known_at=pl.lit(datetime.now(UTC)),
        **{name: pl.lit(value) for name, value in made.items()},
    ).select(list(CLINICIAN_COLUMNS))
    known = connection.execute(f"select 1 from {TABLE} where version_id = ?", [version_id]).fetchone()
    staged = {
        TABLE: _staged(connection, TABLE, CLINICIAN_COLUMNS, rows),
        FINDINGS: _staged(
            connection, FINDINGS, FINDING_COLUMNS, numbered(clinician_findings(seasons), version_id)
        ),
    }
    examiner = Examiner(connection)
    verdicts = [examiner.examine(suite_of(table)) for table in staged]
    good = all(verdict.passed for verdict in verdicts)
    if known is None:
        with transaction(connection):
            if good:
                for table, rows_of_it in staged.items():
                    connection.execute(f"insert into {table} select * from {rows_of_it}")
                # Nothing that reads the findings of a calibration reads these, so nothing has to be made anew for them.
                note_appended(connection, [TABLE], run_id)
            record(connection, verdicts, run_id=run_id, span=config.window(as_of))
    return ClinicianVersion(version_id, known is None and good, verdicts)


def _staged(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, tuple[str, str]], rows: pl.DataFrame
) -> str:
    staged = stage_described(connection, table, columns)
    append(connection, staged, rows)
    return staged


def _newest_calibration(connection: duckdb.DuckDBPyConnection) -> date | None:
    """Return the last day of the window of the calibration that was stored last, or None."""
    row = connection.execute(
        "select as_of from bands.versions order by known_at desc, as_of desc, version_id desc limit 1"
    ).fetchone()
    return row[0] if row else None


def _frame(connection: duckdb.DuckDBPyConnection, as_of: date, config: BandConfig) -> pl.DataFrame:
    if not columns_of(connection, FRAME):
        return pl.DataFrame(schema=FRAME_SCHEMA)
    names = ", ".join("measured_on as date" if name == "date" else name for name in FRAME_SCHEMA)
    return (
        connection.execute(
            f"select {names} from {FRAME} where measured_on between $first and $last "
            "order by definition_id, measured_on, provider_npi, specialty, setting, clinician_type",
            {"first": first_of_history(as_of, config), "last": as_of},
        )
        .pl()
        .cast(pl.Schema(FRAME_SCHEMA))
    )


def _before(connection: duckdb.DuckDBPyConnection, as_of: date, config: BandConfig) -> Standing:
    """Return the bands of the newest version of an earlier day; nothing else can have been looked at when that day came."""
    rows = connection.execute(
        f"select * from {TABLE} where version_id = (select version_id from {TABLE} where as_of < ? "
        "order by as_of desc, known_at desc, version_id desc limit 1) and acceptable is not null",
        [as_of],
    ).pl()
    if not rows.height:
        return NOTHING
    versions: dict[str, str] = {}
    values: dict[Cell, Values] = {}
    for row in rows.iter_rows(named=True):
        group = tuple(row[name] for name in GROUP)
        versions[group_role(row["definition_id"], group)] = row["version_id"]
        a, s, e = (row[level] for level in LIMITS)
        values[cell_of(row["definition_id"], group, config)] = (a, s, e)
    return Standing(versions, values)
