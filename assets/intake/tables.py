"""The tables of intake: their columns and comments in DuckDB, from the contracts.

Belongs here: creating what is missing. Does not belong here: filling it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.described import create_described
from assets.intake.contracts import TABLES
from assets.intake.files import FILE_COLUMNS
from assets.slices import transaction

if TYPE_CHECKING:
    import duckdb

REJECT_COLUMNS: dict[str, tuple[str, str]] = {
    "file_id": ("VARCHAR", "the file, see intake.files"),
    "delivery_date": ("DATE", "day on which it was delivered"),
    "table_name": (
        "VARCHAR",
        "intake table that the record was meant for; empty when the whole file is unusable",
    ),
    "txn_no": ("INTEGER", "X12: ordinal of the transaction set"),
    "row_no": ("BIGINT", "X12: ordinal of the segment; exports: number of the record"),
    "column_name": ("VARCHAR", "column or element at fault"),
    "reason": ("VARCHAR", "what is wrong"),
    "shape": ("VARCHAR", "the value with letters as A and digits as 9"),
    "records": ("BIGINT", "records that were rejected together"),
}
FLAG_COLUMNS: dict[str, tuple[str, str]] = {
    "file_id": ("VARCHAR", "the file, see intake.files"),
    "delivery_date": ("DATE", "day on which it was delivered"),
    "code": ("VARCHAR", "kind of oddity"),
    "txn_no": ("INTEGER", "X12: ordinal of the transaction set"),
    "row_no": ("BIGINT", "X12: ordinal of the segment; exports: number of the record"),
    "message": ("VARCHAR", "what was seen, without row values"),
}
DOCS = {
    "intake.files": "One row per delivered file (or member of an archive): what it is and what became of its records.",
    "intake.rejects": "One row per rejected record or group of records, with its place and the reason.",
    "intake.flags": "One row per oddity that did not stop a load.",
} | {f"intake.{table.name}": table.doc for table in TABLES.values()}


def schemas() -> dict[str, dict[str, tuple[str, str]]]:
    """Return, per intake table, its columns as name -> (DuckDB type, description)."""
    own = {"intake.files": FILE_COLUMNS, "intake.rejects": REJECT_COLUMNS, "intake.flags": FLAG_COLUMNS}
    contracts = {
        f"intake.{t.name}": {c.name: (c.type, c.doc) for c in t.all_columns} for t in TABLES.values()
    }
    return own | contracts


def create_intake(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the intake tables that are missing, with their comments. Call outside a transaction."""
    found = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'intake'"
    ).fetchall()
    existing = {f"intake.{row[0]}" for row in found}
    missing = {table: columns for table, columns in schemas().items() if table not in existing}
    if not missing:
        return
    # One transaction: hundreds of statements that each wait for the disk cost seconds.
    with transaction(connection):
        connection.execute("create schema if not exists intake")
        for table, columns in missing.items():
            create_described(connection, table, DOCS[table], columns)
