"""Dagster's event log in one SQLite file that is kept open.

Belongs here: the storage class that `dagster.yaml` names. Does not belong here: anything else about the instance.

Dagster's own SQLite storage opens a file, and waits for the disk, several times per event. A year of daily partitions
is tens of thousands of events: docs/decisions/0004 has the measurement. The log is bookkeeping; what counts is in the
warehouse. So a commit here survives a killed process, but the last moments before a power cut may be missing.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_SECONDS = 30


class PooledSqliteEventLog(ConsolidatedSqliteEventLogStorage):
    """Dagster's consolidated storage with a connection pool and write-ahead commits that do not wait for the disk."""

    _engine: sa.Engine | None = None
    _known_tables: frozenset[str] = frozenset()

    @contextmanager
    def _connect(self) -> Iterator[Any]:
        if self._engine is None:
            options = {"timeout": BUSY_SECONDS, "check_same_thread": False}
            self._engine = sa.create_engine(self._conn_string, connect_args=options)
            sa.event.listen(self._engine, "connect", _do_not_wait_for_the_disk)
        with self._engine.connect() as connection, connection.begin():
            yield connection

    def has_table(self, table_name: str) -> bool:
        """Return whether the table exists; once seen, it stays."""
        if table_name not in self._known_tables and super().has_table(table_name):
            self._known_tables |= {table_name}
        return table_name in self._known_tables

    def dispose(self) -> None:
        """Close the pool."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
        super().dispose()  # type: ignore[no-untyped-call]


def _do_not_wait_for_the_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")
