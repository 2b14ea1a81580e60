"""Staging of intake: rows with their provenance, and what became of the files, beside the tables they will replace.

Belongs here: filling `staging.intake__*`. Does not belong here: reading files or swapping (`load.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from assets.described import stage_described
from assets.intake.files import FILE_COLUMNS, FileRow
from assets.intake.tables import FLAG_COLUMNS, REJECT_COLUMNS, schemas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from assets.described import Described
    from assets.intake.contracts import Table
    from assets.intake.records import Parsed

_SCOPE_COLUMNS = {"file_id": ("VARCHAR", ""), "delivery_date": ("DATE", "")}
_POLARS: dict[str, pl.DataType | type[pl.DataType]] = {
    "VARCHAR": pl.String,
    "DATE": pl.Date,
    "BIGINT": pl.Int64,
    "INTEGER": pl.Int32,
}


def stage(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    frames: Sequence[tuple[FileRow, pl.DataFrame]],
    time_zone: str,
) -> None:
    """Stage the rows of one table as they were read from its files, with provenance.

    `event_date` is the day of the event in the office's zone; `row_hash` is equal where every business column is.
    """
    name = f"intake.{table.name}"
    staged = stage_described(connection, name, schemas()[name])
    if not frames:
        return
    event = next(column for column in table.columns if column.name == table.event)
    day = table.event if event.type == "DATE" else f"cast(timezone($zone, {table.event}) as date)"
    business = ", ".join(table.column_names)
    hashed = ", ".join(f"coalesce(cast({name} as varchar), '~')" for name in table.column_names)
    row_hash = f", md5(concat_ws('|', {hashed}))" if table.hashed else ""
    found = [
        frame.with_columns(
            pl.lit(row.file_id).alias("file_id"), pl.lit(row.delivery_date).alias("delivery_date")
        )
        for row, frame in frames
    ]
    connection.register("incoming", pl.concat(found).to_arrow())
    connection.execute(
        f"""
        insert into {staged}
        select {business}, coalesce({day}, delivery_date), delivery_date, file_id, txn_no, row_no, k{row_hash}
        from incoming
        """,
        {} if event.type == "DATE" else {"zone": time_zone},
    )
    connection.unregister("incoming")


def stage_accounts(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[FileRow],
    parsed: Mapping[str, Parsed],
    stale: Sequence[FileRow],
) -> None:
    """Stage what becomes of the files, their rejects and flags, and the list of files that the swaps are about.

    The `stale` ones were loaded and are not wanted any more: their rows go.
    """
    cleared = [
        replace(row, records=None, loaded=None, rejected=None, footers=None, flags=None) for row in stale
    ]
    accounts = [tuple(vars(row).values()) for row in (*files, *cleared)]
    fill(connection, "intake.files", FILE_COLUMNS, accounts)
    rejects = [entry for row in files for entry in _rejects(row, parsed[row.file_id])]
    fill(connection, "intake.rejects", REJECT_COLUMNS, rejects)
    flags = [
        (row.file_id, row.delivery_date, f.code, f.txn_no, f.row_no, f.message)
        for row in files
        for f in parsed[row.file_id].flags
    ]
    fill(connection, "intake.flags", FLAG_COLUMNS, flags)
    scope = [(row.file_id, row.delivery_date) for row in (*files, *stale)]
    fill(connection, "intake.scope", _SCOPE_COLUMNS, scope)


def _rejects(row: FileRow, parsed: Parsed) -> list[tuple[object, ...]]:
    whole: list[tuple[object, ...]] = []
    if row.status in {"unusable", "held"}:
        whole = [(row.file_id, row.delivery_date, "", 0, 0, "", row.reason, "", row.records or 0)]
    return whole + [
        (row.file_id, row.delivery_date, r.table, r.txn_no, r.row_no, r.column, r.reason, r.shape, r.records)
        for r in parsed.rejects
    ]


def fill(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Described,
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Stage the rows of one of intake's own tables."""
    staged = stage_described(connection, table, columns)
    if rows:
        schema = {name: _POLARS[kind] for name, (kind, _) in columns.items()}
        connection.register("incoming", pl.DataFrame(rows, schema=schema, orient="row").to_arrow())
        connection.execute(f"insert into {staged} select * from incoming")
        connection.unregister("incoming")
