"""The warehouse: one DuckDB file with one writer; readers open what is published from it.

Belongs here: opening and closing the file, and the bookkeeping tables that every stage shares.
Does not belong here: what is written (`slices.py`) or checked (`quality.py`).
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from dagster_duckdb import DuckDBResource

if TYPE_CHECKING:
    from collections.abc import Iterator

# From the first single quote to the last: a value may hold quotes itself.
_QUOTED = re.compile(r"'.*'", re.DOTALL)
SCHEMAS = ("staging", "intake", "ledger", "measures", "bands", "quality", "ops")

BOOKKEEPING = """
create table if not exists quality.results (
    run_id varchar, table_name varchar, slice_from date, slice_to date, expectation varchar, expects varchar,
    column_name varchar, severity varchar, success boolean, observed varchar, unexpected_count bigint,
    checked_at timestamptz
);
create table if not exists ops.seen (path varchar, bytes bigint, mtime_ns bigint, file_id varchar);
create table if not exists ops.changes (batch bigint, table_name varchar, column_name varchar, value varchar);
create table if not exists ops.progress (model varchar, upstream varchar, batch bigint);
create table if not exists ops.models (model varchar, code_hash varchar);
create table if not exists ops.restating (key varchar);
create table if not exists ops.batches (
    batch bigint, run_id varchar, table_name varchar, rows_added bigint, rows_removed bigint,
    event_from date, event_to date, published_at timestamptz
);
"""


class WarehouseBusyError(RuntimeError):
    """Another process holds the warehouse; the message names the file and what to do."""


class WarehouseError(RuntimeError):
    """A statement failed; the message says how, without values of rows."""


def without_values(message: str) -> str:
    """Return the first line of a DuckDB message without what stands in single quotes: names stand in double ones."""
    return _QUOTED.sub("'...'", message).partition("\n")[0][:200]


@contextmanager
def open_warehouse(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse, close it whatever happens, and say plainly when another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(str(path), read_only=read_only)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise WarehouseBusyError(
                f"{path}: another process is writing to the warehouse. Wait for its run to end, or read published/published.duckdb."
            ) from error
        raise
    try:
        connection.execute("set TimeZone = 'UTC'")
        if not read_only:
            prepare(connection)
        yield connection
    finally:
        connection.close()


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schemas and bookkeeping tables that are missing."""
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {schema}")
    connection.execute(BOOKKEEPING)


class Warehouse(DuckDBResource):
    """dagster-duckdb's resource that closes its connection on errors too, and can open read-only.

    The stock resource keeps the file locked while an exception is alive, because it closes without `finally`.
    """

    @contextmanager
    def get_connection(self, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a connection whose session runs in UTC. Raises WarehouseBusyError when the file is locked.

        DuckDB's errors quote the values they stumble over, and Dagster stores every error: they leave as a
        WarehouseError that quotes none.
        """
        with open_warehouse(Path(self.database), read_only=read_only) as connection:
            try:
                yield connection
            except duckdb.Error as error:
                raise WarehouseError(f"{type(error).__name__}: {without_values(str(error))}") from None
