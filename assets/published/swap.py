"""Publishing: a read-only DuckDB file and Parquet files, swapped in whole.

Belongs here: writing the new files beside the old ones and replacing them. Does not belong here: what is in them.
Readers that have the old file open keep it until they close it; new readers see the new one. Nothing is replaced when
nothing changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from assets.described import comment
from assets.slices import staging_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from assets.sql_model import Model

DATABASE = "published.duckdb"
_BUILDING = "building_published"
_STANDING = "standing_published"


def publish(connection: duckdb.DuckDBPyConnection, models: Iterable[Model], folder: Path) -> bool:
    """Write the staged `published` tables into `folder`. Return whether anything changed.

    Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = list(models)
    if _same(connection, wanted, folder):
        return False
    building = folder / f".{DATABASE}.building"
    building.unlink(missing_ok=True)
    connection.execute(f"attach '{building}' as {_BUILDING}")
    try:
        for model in wanted:
            staged = f"staging.{staging_name(model.name)}"
            connection.execute(
                f"create table {_BUILDING}.{model.stem} as select * from {staged} order by {', '.join(model.grain)}"
            )
        connection.execute(f"checkpoint {_BUILDING}")
    finally:
        connection.execute(f"detach {_BUILDING}")
    _describe(building, wanted)
    _write_parquet(connection, wanted, folder)
    building.replace(folder / DATABASE)
    return True


def _describe(building: Path, models: list[Model]) -> None:
    # Comments cannot be set through an attached name, so the file is opened by itself before anyone can see it.
    with duckdb.connect(str(building)) as own:
        for model in models:
            comment(own, f"main.{model.stem}", model.doc, model.columns)


def _write_parquet(connection: duckdb.DuckDBPyConnection, models: list[Model], folder: Path) -> None:
    for model in models:
        target = folder / f"{model.stem}.parquet"
        building = folder / f".{model.stem}.parquet.building"
        connection.execute(
            f"copy (select * from staging.{staging_name(model.name)} order by {', '.join(model.grain)}) "
            f"to '{building}' (format parquet, compression zstd)"
        )
        building.replace(target)


def _same(connection: duckdb.DuckDBPyConnection, models: list[Model], folder: Path) -> bool:
    if not (folder / DATABASE).exists() or any(not (folder / f"{m.stem}.parquet").exists() for m in models):
        return False
    connection.execute(f"attach '{folder / DATABASE}' as {_STANDING} (read_only)")
    try:
        return all(_equal(connection, model) for model in models)
    finally:
        connection.execute(f"detach {_STANDING}")


def _equal(connection: duckdb.DuckDBPyConnection, model: Model) -> bool:
    old, new = f"{_STANDING}.main.{model.stem}", f"staging.{staging_name(model.name)}"
    try:
        row = connection.execute(
            f"select count(*) from ((select * from {old} except all select * from {new}) "
            f"union all (select * from {new} except all select * from {old}))"
        ).fetchone()
        names = [
            [column[0] for column in connection.execute(f"describe {table}").fetchall()]
            for table in (old, new)
        ]
    except duckdb.Error:
        return False  # another shape: it has to be written anew
    return row is not None and row[0] == 0 and names[0] == names[1]
