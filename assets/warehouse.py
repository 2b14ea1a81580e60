"""The warehouse: one DuckDB file with one writer; readers open what is published from it.

Belongs here: opening and closing the file, and the bookkeeping tables that every stage shares.
Does not belong here: what is written (`slices.py`) or checked (`quality.py`).
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import duckdb
from dagster import DagsterError, Failure
from dagster_duckdb import DuckDBResource
from pydantic import PrivateAttr

from assets.errors import RcmbenchError, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagster import InitResourceContext

PATIENCE = 60.0
"""Seconds that a step of a run waits for a reader to close the warehouse."""

HELD_FOR = 10.0
"""Seconds after which a run lets go of the warehouse between two steps, so that a command which only looks gets in."""

GLANCE_PATIENCE = 20.0
"""Seconds that a command which only looks waits for a run to let go of it."""

SCHEMAS = ("staging", "intake", "ledger", "measures", "bands", "quality", "ops")

BOOKKEEPING = """
create table if not exists quality.results (
    run_id varchar, table_name varchar, slice_from date, slice_to date, expectation varchar, expects varchar,
    column_name varchar, severity varchar, success boolean, observed varchar, unexpected_count bigint,
    checked_at timestamptz
);
create table if not exists ops.seen (path varchar, bytes bigint, mtime_ns bigint, file_id varchar, read_with varchar);
alter table ops.seen add column if not exists read_with varchar;
create table if not exists ops.released (file_id varchar, expectation varchar);
create table if not exists ops.changes (batch bigint, table_name varchar, column_name varchar, value varchar);
create table if not exists ops.progress (model varchar, upstream varchar, batch bigint);
create table if not exists ops.models (model varchar, code_hash varchar);
create table if not exists ops.restating (key varchar);
create table if not exists ops.batches (
    batch bigint, run_id varchar, table_name varchar, rows_added bigint, rows_removed bigint,
    event_from date, event_to date, published_at timestamptz
);
"""


class WarehouseBusyError(RcmbenchError):
    """Another process holds the warehouse; the message names the file and what to do."""


class WarehouseError(RcmbenchError):
    """Something failed while the warehouse was open; the message says what, without values of rows."""


@contextmanager
def open_warehouse(
    path: Path, *, read_only: bool = False, patience: float = 0, prepared: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse and close it whatever happens; its bookkeeping is made unless it is known to be `prepared`.

    Waits up to `patience` seconds for another process to let go of the file, then raises WarehouseBusyError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path, read_only=read_only, patience=patience)
    try:
        connection.execute("set TimeZone = 'UTC'")
        if not read_only and not prepared:
            prepare(connection)
        yield connection
    finally:
        connection.close()


def _connect(path: Path, *, read_only: bool, patience: float) -> duckdb.DuckDBPyConnection:
    until = time.monotonic() + patience
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only)
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            if time.monotonic() >= until:
                raise WarehouseBusyError(
                    f"{path}: another process is writing to the warehouse. Wait for its run to end, or read published/published.duckdb."
                ) from error
        # A run lets go for some hundredths of a second only.
        time.sleep(0.01)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schemas and bookkeeping tables that are missing."""
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {schema}")
    connection.execute(BOOKKEEPING)


class Warehouse(DuckDBResource):
    """dagster-duckdb's resource that closes its connection on errors too, and can open read-only.

    The stock resource keeps the file locked while an exception is alive, because it closes without `finally`.
    Opening and closing a file of some hundred tables takes a tenth of a second, as long as many a step. So within a run the file
    stays open over steps that follow each other quickly.
    """

    _kept: duckdb.DuckDBPyConnection | None = PrivateAttr(default=None)
    _kept_since: float = PrivateAttr(default=0.0)
    _in_a_run: bool = PrivateAttr(default=False)

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[Self]:
        """Yield the resource of a run. When the run ends, whatever its end, the file is closed."""
        del context
        self._in_a_run = True
        try:
            yield self
        finally:
            self._in_a_run = False
            self._let_go()

    @contextmanager
    def get_connection(self, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a connection whose session runs in UTC, waiting a minute for whoever has the file open.

        Dagster stores every error with its message. Those that are not ours leave as a WarehouseError without values.
        """
        if read_only:
            # DuckDB refuses to read only what the same process has open for writing.
            self._let_go()
        try:
            # While the file stayed open nobody else can have taken its bookkeeping away.
            kept = self._kept is not None
            with open_warehouse(
                Path(self.database), read_only=read_only, patience=PATIENCE, prepared=kept
            ) as connection:
                if self._in_a_run and not read_only:
                    self._keep()
                try:
                    yield connection
                except (RcmbenchError, DagsterError, Failure):
                    raise
                except Exception as error:  # noqa: BLE001 - whatever it is, its message may hold values
                    raise WarehouseError(told(error)) from None
        except BaseException:
            self._let_go()
            raise
        if time.monotonic() - self._kept_since > HELD_FOR:
            self._let_go()

    def _keep(self) -> None:
        if self._kept is None:
            self._kept, self._kept_since = duckdb.connect(self.database), time.monotonic()

    def _let_go(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None
