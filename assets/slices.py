"""Slices: build beside the table, compare, and swap in within one transaction.

Belongs here: what makes a table change: staging, the difference to what stands, the change log that tells later
tables what to restate, and the swap. Does not belong here: what the rows mean, or whether they are good (`quality.py`).

A swap that changes nothing writes nothing, so that running a day again disturbs no later table.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import duckdb

ANY = "*"
"""Column name under which the change log notes that a table changed at all."""


@dataclass(frozen=True)
class Swap:
    """What a swap did: rows added and removed, the batch number (None: nothing changed) and the event dates touched."""

    table: str
    added: int = 0
    removed: int = 0
    batch: int | None = None
    event_from: date | None = None
    event_to: date | None = None


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block does, all of it or nothing."""
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def staging_name(table: str) -> str:
    """Return the name under which slices of `schema.table` are staged."""
    return table.replace(".", "__")


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    """Return (name, type) of each column, or an empty list when the table does not exist."""
    from duckdb import CatalogException  # noqa: PLC0415 - pure modules import this one for a name

    try:
        # duckdb_columns() goes through every table that there is, which takes fifty times as long.
        return connection.execute("select name, type from pragma_table_info(?)", [table]).fetchall()
    except CatalogException:
        return []


def swap(  # noqa: PLR0913 - one call site per stage, all named
    connection: duckdb.DuckDBPyConnection,
    table: str,
    scope: str,
    *,
    order_by: Iterable[str],
    tracked: Iterable[str],
    event_column: str | None,
    run_id: str,
) -> Swap:
    """Replace the rows of `table` for which `scope` holds by the staged ones. Call inside a transaction.

    `scope` is SQL over the table's columns, written by the caller from its own contracts and never from data.
    `tracked` are the columns whose changed values are logged for later tables.
    """
    staged = f"staging.{staging_name(table)}"
    if columns_of(connection, table) != columns_of(connection, staged):
        # A new or changed definition: everything that stood is replaced, whatever the scope says.
        connection.execute(f"create or replace table {table} as select * from {staged} limit 0")
        scope = "true"
    standing = connection.execute(f"select 1 from {table} where {scope} limit 1").fetchone()
    if standing is None:
        # Nothing to compare with: a delivery of gigabytes needs no second copy of itself.
        connection.execute(
            f"create or replace temp view difference as select false as was_there, * from {staged}"
        )
    else:
        connection.execute(
            f"""
            create or replace temp table difference as
            select false as was_there, * from (select * from {staged} except all select * from {table} where {scope})
            union all
            select true, * from (select * from {table} where {scope} except all select * from {staged})
            """
        )
    counted = connection.execute(
        "select count(*) filter (not was_there), count(*) filter (was_there) from difference"
    ).fetchone()
    added, removed = counted or (0, 0)
    result = Swap(table)
    if added or removed:
        connection.execute(f"delete from {table} where {scope}")
        connection.execute(f"insert into {table} select * from {staged} order by {', '.join(order_by)}")
        result = _log(connection, Swap(table, added, removed), set(tracked), event_column, run_id)
    connection.execute(f"drop {'view' if standing is None else 'table'} difference")
    return result


def _log(
    connection: duckdb.DuckDBPyConnection,
    done: Swap,
    tracked: set[str],
    event_column: str | None,
    run_id: str,
) -> Swap:
    batch = next_batch(connection)
    for column in sorted(tracked):
        connection.execute(
            f"""
            insert into ops.changes
            select distinct $batch, $table_name, $column_name, cast({column} as varchar) from difference
            where {column} is not null
            """,
            {"batch": batch, "table_name": done.table, "column_name": column},
        )
    connection.execute("insert into ops.changes values (?, ?, ?, null)", [batch, done.table, ANY])
    bounds = (
        connection.execute(f"select min({event_column}), max({event_column}) from difference").fetchone()
        if event_column
        else None
    )
    event_from, event_to = bounds or (None, None)
    connection.execute(
        "insert into ops.batches values (?, ?, ?, ?, ?, ?, ?, ?)",
        [batch, run_id, done.table, done.added, done.removed, event_from, event_to, datetime.now(UTC)],
    )
    return Swap(done.table, done.added, done.removed, batch, event_from, event_to)


def note_appended(connection: duckdb.DuckDBPyConnection, tables: Iterable[str], run_id: str) -> None:
    """Log that rows were appended to tables that are never swapped, so that what reads them is restated. Call inside a transaction."""
    for table in tables:
        batch = next_batch(connection)
        connection.execute("insert into ops.changes values (?, ?, ?, null)", [batch, table, ANY])
        connection.execute(
            "insert into ops.batches values (?, ?, ?, 0, 0, null, null, ?)",
            [batch, run_id, table, datetime.now(UTC)],
        )


def next_batch(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the next batch number; batches order every change of the warehouse."""
    row = connection.execute("select coalesce(max(batch), 0) + 1 from ops.batches").fetchone()
    return int(row[0]) if row else 1


def drop_staging(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove what a killed run may have left in staging."""
    rows = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'staging'"
    ).fetchall()
    for (name,) in rows:
        connection.execute(f'drop table staging."{name}"')
