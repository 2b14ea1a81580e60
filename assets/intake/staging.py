"""Staging of intake: rows with their provenance, and what became of the files, beside the tables they will replace.

Belongs here: filling `staging.intake__*` part by part, and choosing which of the staged files stand there. Does not belong
here: reading files or swapping (`load.py`).

Nothing big stays in Python: rows wait in a buffer until a frame of them is worth its cost, then they lie in DuckDB.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from assets.described import stage_described
from assets.intake.contracts import TABLES
from assets.intake.files import FILE_COLUMNS, FileRow
from assets.intake.tables import ACCOUNTS, schemas
from assets.intake.x12.frames import frame
from assets.slices import staging_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

    from assets.described import Described
    from assets.intake.account import Account
    from assets.intake.contracts import Table
    from assets.intake.records import Parsed

_SCOPE_COLUMNS = {"file_id": ("VARCHAR", ""), "delivery_date": ("DATE", "")}
_POLARS: dict[str, pl.DataType | type[pl.DataType]] = {
    "VARCHAR": pl.String,
    "DATE": pl.Date,
    "BIGINT": pl.Int64,
    "INTEGER": pl.Int32,
    "DECIMAL(18,2)": pl.Decimal(18, 2),
}
_AS_IT_IS = pl.CompatLevel.newest()
_ROWS = 50_000
"""Rows that wait for a frame: of many small files together, because a frame per file costs more than reading it."""
_FRAMED = 250_000
"""Rows in frames that wait to be inserted together."""


class Stage:
    """The staging tables of one chunk of files: filled part by part, then shown whole or for some of the files only."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], time_zone: str
    ) -> None:
        self.connection, self.tables, self.time_zone = connection, tables, time_zone
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._owners: dict[str, list[tuple[FileRow, int]]] = {}
        self._frames: dict[str, list[pl.DataFrame]] = {}
        self._accounts: dict[str, list[tuple[Any, ...]]] = {}
        self._waiting = self._framed = 0
        self._pooled = False
        for name in self._names():
            stage_described(connection, name, schemas()[name])

    def _names(self) -> list[str]:
        return [*(f"intake.{table.name}" for table in self.tables), *ACCOUNTS]

    def add(self, row: FileRow, part: Parsed) -> None:
        """Stage the rows of one part of a file, with its rejects, flags and transactions."""
        for table in self.tables if part.unusable is None else ():
            if not part.tables.height(table.name):
                continue
            if table.name in part.tables.rows:
                rows = part.tables.rows[table.name]
                self._rows.setdefault(table.name, []).extend(rows)
                self._owners.setdefault(table.name, []).append((row, len(rows)))
                self._waiting += len(rows)
            else:
                found = part.tables[table.name]
                self._frames.setdefault(table.name, []).append(_owned(found, [(row, found.height)]))
                self._framed += found.height
        key = (row.file_id, row.delivery_date)
        self._note("intake.rejects", [(*key, r.table, r.txn_no, r.row_no, r.column, r.reason, r.shape, r.records) for r in part.rejects])  # fmt: skip
        self._note("intake.flags", [(*key, f.code, f.txn_no, f.row_no, f.message) for f in part.flags])
        self._note("intake.transactions", [(*key, *vars(t).values()) for t in part.transactions])
        if self._waiting >= _ROWS or self._framed >= _FRAMED:
            self.flush()

    def close(self, row: FileRow, account: Account) -> None:
        """Stage what is known of a file only when it has been read to its end."""
        self._note("intake.balances", [(row.file_id, row.delivery_date, *b) for b in account.balance_rows()])

    def _note(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            self._accounts.setdefault(table, []).extend(rows)
            self._waiting += len(rows)

    def flush(self) -> None:
        """Insert what waits."""
        for table in self.tables:
            rows, frames = self._rows.get(table.name), self._frames.get(table.name, [])
            if rows:
                frames.append(_owned(frame(TABLES[table.name], rows), self._owners[table.name]))
            if frames:
                self._insert(table, pl.concat(frames) if len(frames) > 1 else frames[0])
        for name, found in self._accounts.items():
            append(self.connection, name, schemas()[name], found)
        for waiting in (self._rows, self._owners, self._frames, self._accounts):
            waiting.clear()
        self._waiting = self._framed = 0

    def _insert(self, table: Table, incoming: pl.DataFrame) -> None:
        """Insert rows as they were read.

        `event_date` is the day of the event in the office's zone; `row_hash` is equal where every business column is.
        """
        event = next(column for column in table.columns if column.name == table.event)
        day = table.event if event.type == "DATE" else f"cast(timezone($zone, {table.event}) as date)"
        business = ", ".join(table.column_names)
        hashed = ", ".join(f"coalesce(cast({name} as varchar), '~')" for name in table.column_names)
        row_hash = f", md5(concat_ws('|', {hashed}))" if table.hashed else ""
        # Polars' own text layout goes into DuckDB as it is; the default one would be a copy of every text.
        self.connection.register("incoming", incoming.to_arrow(compat_level=_AS_IT_IS))
        self.connection.execute(
            f"""
            insert into {_staged(f"intake.{table.name}")}
            select {business}, coalesce({day}, delivery_date), delivery_date, file_id, txn_no, row_no, k{row_hash}
            from incoming
            """,
            {} if event.type == "DATE" else {"zone": self.time_zone},
        )
        self.connection.unregister("incoming")

    def discard(self, rows: Iterable[FileRow]) -> None:
        """Take the rows of files away that turned out not to be loaded; their rejects and flags stay."""
        gone = [row.file_id for row in rows]
        for table in self.tables if gone else ():
            self.connection.execute(
                f"delete from {_staged(f'intake.{table.name}')} where list_contains($gone, file_id)",
                {"gone": gone},
            )

    def show(self, rows: Sequence[FileRow]) -> None:
        """Let the staging tables hold these files only; the chunk is put aside the first time."""
        if not self._pooled:
            for name in self._names():
                self.connection.execute(f"drop table if exists {_pool(name)}")
                self.connection.execute(
                    f"alter table {_staged(name)} rename to {_pool(name).partition('.')[2]}"
                )
            self._pooled = True
        wanted = {"wanted": [row.file_id for row in rows]}
        for name in self._names():
            self.connection.execute(
                f"create or replace table {_staged(name)} as select * from {_pool(name)} where list_contains($wanted, file_id)",
                wanted,
            )

    def drop(self) -> None:
        """Remove what was put aside."""
        for name in self._names() if self._pooled else ():
            self.connection.execute(f"drop table {_pool(name)}")


def _staged(name: str) -> str:
    return f"staging.{staging_name(name)}"


def _pool(name: str) -> str:
    return f"staging.pool__{staging_name(name)}"


def _owned(found: pl.DataFrame, owners: Sequence[tuple[FileRow, int]]) -> pl.DataFrame:
    """Return the frame with the files its rows come from, which follow each other."""
    if len(owners) == 1:
        row = owners[0][0]
        return found.with_columns(
            pl.lit(row.file_id).alias("file_id"), pl.lit(row.delivery_date).alias("delivery_date")
        )
    schema = {"file_id": pl.String, "delivery_date": pl.Date, "rows": pl.Int64}
    whose = pl.DataFrame([(r.file_id, r.delivery_date, n) for r, n in owners], schema=schema, orient="row")
    repeated = whose.select(pl.col("file_id", "delivery_date").repeat_by("rows").explode())
    return pl.concat([found, repeated], how="horizontal")


def stage_accounts(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[FileRow],
    stale: Sequence[FileRow],
    alone: Mapping[str, int],
) -> None:
    """Stage what becomes of the files, a reject for each that is kept out with all its transactions, and what swaps are about.

    The `stale` ones were loaded and are not wanted any more: their rows go. The reject of a whole file stands for the records
    that were not rejected one by one (`alone` says how many were), so that the records of its rejects add up to the file's.
    """
    cleared = [
        replace(row, records=None, loaded=None, rejected=None, footers=None, flags=None) for row in stale
    ]
    fill(connection, "intake.files", FILE_COLUMNS, [tuple(vars(row).values()) for row in (*files, *cleared)])
    scope = [(row.file_id, row.delivery_date) for row in (*files, *stale)]
    fill(connection, "intake.scope", _SCOPE_COLUMNS, scope)
    whole = [
        (
            r.file_id,
            r.delivery_date,
            "",
            0,
            0,
            "",
            r.reason,
            "",
            max((r.records or 0) - alone.get(r.file_id, 0), 0),
        )
        for r in files
        if r.status in {"unusable", "held"}
    ]
    append(connection, "intake.rejects", schemas()["intake.rejects"], whole)
    for row in files:
        if row.status in {"unusable", "held"}:
            connection.execute(
                f"""
                update {_staged("intake.transactions")} set outcome = 'rejected', reason = $reason
                where file_id = $file_id and outcome = 'loaded'
                """,
                {"file_id": row.file_id, "reason": row.reason},
            )


def fill(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Described,
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Stage the rows of one of intake's own tables, and nothing else."""
    stage_described(connection, table, columns)
    append(connection, table, columns, rows)


def append(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Described,
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Add rows to the staged ones of one of intake's own tables."""
    if rows:
        schema = {name: _POLARS[kind] for name, (kind, _) in columns.items()}
        incoming = pl.DataFrame(rows, schema=schema, orient="row").to_arrow(compat_level=_AS_IT_IS)
        connection.register("incoming", incoming)
        connection.execute(f"insert into {_staged(table)} select * from incoming")
        connection.unregister("incoming")
