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
from assets.bands.rows import first_of_history
from assets.errors import RcmbenchError
from assets.slices import columns_of

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from assets.bands.config import BandConfig


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


def snapshot_path(home: Path, input_hash: str) -> Path:
    """Return where the observations with that hash are kept."""
    return home / "bands" / "inputs" / f"{input_hash}.parquet"


def keep(home: Path, frame: pl.DataFrame) -> Path:
    """Store the observations under their hash, once; a file that stands is left alone. Raises OSError."""
    path = snapshot_path(home, fingerprint(frame))
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        building = path.with_name(f".{path.name}.building")
        frame.select(list(SCHEMA)).sort(KEY).write_parquet(building)
        building.replace(path)
    return path


def kept(home: Path, input_hash: str) -> pl.DataFrame:
    """Return the observations with that hash. Raises SnapshotError when the file is missing, damaged or another one."""
    path = snapshot_path(home, input_hash)
    if not path.exists():
        raise SnapshotError(
            f"{path}: there is no such snapshot; without it the version cannot be computed again"
        )
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SnapshotError(f"{path}: cannot be read: {type(error).__name__}") from None
    if frame.schema != pl.Schema(SCHEMA) or fingerprint(frame) != input_hash:
        raise SnapshotError(f"{path}: its content is not what its name says; somebody changed it")
    return frame
