"""What a calibration reads: the observations of window and history, and the copy that is kept of them.

Belongs here: reading observations from measures.production, storing them under their hash, reading them again.
Does not belong here: what is computed from them.

A snapshot is named by the hash of its content, so that two versions from the same observations share a file, and a file that
was changed is noticed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from assets.bands.frame import KEY, SCHEMA, fingerprint
from assets.bands.ratio_frame import RATIO_KEY, RATIO_SCHEMA, ratio_fingerprint, validate_ratios
from assets.bands.rows import first_of_history
from assets.errors import RcmbenchError
from assets.slices import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb

    from assets.bands.config import BandConfig


TABLE_OF_RATIOS = "measures.companions"


class SnapshotError(RcmbenchError):
    """The observations of a version cannot be used; the message names the file and what is wrong."""


def last_work_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """Return the last day with logged work, or None."""
    if not columns_of(connection, "measures.production"):
        return None
    row = connection.execute("select max(work_date) from measures.production where source = 'log'").fetchone()
    return row[0] if row else None


def observations(connection: duckdb.DuckDBPyConnection, as_of: date, config: BandConfig) -> pl.DataFrame:
    """Return the observation frame of the window that ends at `as_of`, inclusive, and of the history before it.

    Delivered history counts before the window only: the window is judged by logged work.
    """
    names = ", ".join(f"work_date as {name}" if name == "date" else name for name in SCHEMA)
    frame = connection.execute(
        f"select {names} from measures.production "
        "where work_date between $first and $last and (source = 'log' or work_date < $window_from) "
        "order by work_date, worker_id, role, complexity",
        {
            "first": first_of_history(as_of, config),
            "window_from": as_of - timedelta(days=config.window_days - 1),
            "last": as_of,
        },
    ).pl()
    return frame.cast(pl.Schema(SCHEMA))


def ratios(connection: duckdb.DuckDBPyConnection, as_of: date, config: BandConfig) -> pl.DataFrame:
    """Return the frame of the companion bands: the window that ends at `as_of`, inclusive, and the history before it.

    Empty where none is measured.
    """
    if not columns_of(connection, TABLE_OF_RATIOS):
        return pl.DataFrame(schema=RATIO_SCHEMA)
    names = ", ".join(
        {"date": "work_date as date", "worker_id": "staff_id as worker_id"}.get(n, n) for n in RATIO_SCHEMA
    )
    frame = connection.execute(
        f"select {names} from {TABLE_OF_RATIOS} where work_date between $first and $last "
        f"order by {', '.join(RATIO_KEY)}",
        {"first": first_of_history(as_of, config), "last": as_of},
    ).pl()
    return frame.cast(pl.Schema(RATIO_SCHEMA))


def snapshot_path(home: Path, input_hash: str) -> Path:
    """Return where the observations with that hash are kept."""
    return home / "bands" / "inputs" / f"{input_hash}.parquet"


def keep(home: Path, frame: pl.DataFrame) -> Path:
    """Store the observations under their hash, once; a file that stands is left alone. Raises OSError."""
    return _stored(snapshot_path(home, fingerprint(frame)), frame.select(list(SCHEMA)).sort(KEY))


def keep_ratios(home: Path, frame: pl.DataFrame) -> Path | None:
    """Store the frame of the companion bands under its hash, once; nothing when it is empty. Raises OSError."""
    if not frame.height:
        return None
    return _stored(snapshot_path(home, ratio_fingerprint(frame)), validate_ratios(frame))


def _stored(path: Path, frame: pl.DataFrame) -> Path:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        building = path.with_name(f".{path.name}.building")
        frame.write_parquet(building)
        building.replace(path)
    return path


def kept(home: Path, input_hash: str) -> pl.DataFrame:
    """Return the observations with that hash. Raises SnapshotError when the file is missing, damaged or another one."""
    return _read(home, input_hash, SCHEMA, fingerprint)


def kept_ratios(home: Path, companion_hash: str | None) -> pl.DataFrame:
    """Return the frame of the companion bands with that hash, empty for none. Raises SnapshotError like `kept`."""
    if not companion_hash:
        return pl.DataFrame(schema=RATIO_SCHEMA)
    return _read(home, companion_hash, RATIO_SCHEMA, ratio_fingerprint)


def _read(
    home: Path, named: str, schema: dict[str, pl.DataType], hashed: Callable[[pl.DataFrame], str]
) -> pl.DataFrame:
    path = snapshot_path(home, named)
    if not path.exists():
        raise SnapshotError(
            f"{path}: there is no such snapshot; without it the version cannot be computed again"
        )
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SnapshotError(f"{path}: cannot be read: {type(error).__name__}") from None
    if frame.schema != pl.Schema(schema) or hashed(frame) != named:
        raise SnapshotError(f"{path}: its content is not what its name says; somebody changed it")
    return frame
