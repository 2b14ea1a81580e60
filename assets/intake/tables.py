"""The tables of intake: their columns and comments in DuckDB, from the contracts.

Belongs here: creating what is missing. Does not belong here: filling it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.described import create_all_described
from assets.errors import RcmbenchError
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
TRANSACTION_COLUMNS: dict[str, tuple[str, str]] = {
    "file_id": ("VARCHAR", "the file, see intake.files"),
    "delivery_date": ("DATE", "day on which it was delivered"),
    "txn_no": ("INTEGER", "ordinal of the transaction set in the file, from 1"),
    "kind": ("VARCHAR", "837P, 837I, 837D, 835, 999, 997, 277CA, 277, or ST01 of a set that is not read"),
    "sender": ("VARCHAR", "ISA06"),
    "receiver": ("VARCHAR", "ISA08"),
    "interchange_control": ("VARCHAR", "ISA13"),
    "group_control": ("VARCHAR", "GS06"),
    "txn_control": ("VARCHAR", "ST02"),
    "version": ("VARCHAR", "ST03, else GS08: the implementation guide"),
    "first_segment": ("BIGINT", "ordinal of the ST in the file"),
    "last_segment": ("BIGINT", "ordinal of the SE, or of the last segment"),
    "body_hash": (
        "VARCHAR",
        "hash of the segments between ST and SE: equal for the same content in any envelope",
    ),
    "records": ("BIGINT", "records in it: claims, adjudicated claims or statuses"),
    "outcome": ("VARCHAR", "loaded or rejected"),
    "reason": ("VARCHAR", "why it was rejected"),
}
BALANCE_COLUMNS: dict[str, tuple[str, str]] = {
    "file_id": ("VARCHAR", "the file, see intake.files"),
    "delivery_date": ("DATE", "day on which it was delivered"),
    "level": (
        "VARCHAR",
        "835: line (SVC02 - SVC03 = CAS), claim (CLP03 - CLP04 = CAS), payment (BPR02 = CLP04 - PLB); 837: charge (CLM02 = lines)",
    ),
    "checked": ("BIGINT", "amounts that were added up"),
    "unbalanced": ("BIGINT", "of those, amounts that do not add up; each is in intake.flags"),
    "unchecked": ("BIGINT", "amounts of which a part was rejected or is missing"),
    "difference": ("DECIMAL(18,2)", "sum of the absolute differences, USD"),
}
ACCOUNTS: dict[str, dict[str, tuple[str, str]]] = {
    "intake.rejects": REJECT_COLUMNS,
    "intake.flags": FLAG_COLUMNS,
    "intake.transactions": TRANSACTION_COLUMNS,
    "intake.balances": BALANCE_COLUMNS,
}
"""What is told of the records of files, beside the rows; the order of each table is that of its `ACCOUNT_ORDER`."""
ACCOUNT_ORDER: dict[str, tuple[str, ...]] = {
    "intake.rejects": (
        "delivery_date",
        "file_id",
        "table_name",
        "txn_no",
        "row_no",
        "column_name",
        "reason",
        "shape",
        "records",
    ),
    "intake.flags": ("delivery_date", "file_id", "txn_no", "row_no", "code", "message"),
    "intake.transactions": ("delivery_date", "file_id", "txn_no"),
    "intake.balances": ("delivery_date", "file_id", "level"),
}
DOCS = {
    "intake.transactions": "One row per X12 transaction set that was delivered, with its control numbers and the hash of its content.",
    "intake.balances": "One row per file and level: how often amounts that belong together add up.",
    "intake.files": "One row per delivered file (or member of an archive): what it is and what became of its records.",
    "intake.rejects": "One row per rejected record or group of records, with its place and the reason.",
    "intake.flags": "One row per oddity that did not stop a load.",
} | {f"intake.{table.name}": table.doc for table in TABLES.values()}


def schemas() -> dict[str, dict[str, tuple[str, str]]]:
    """Return, per intake table, its columns as name -> (DuckDB type, description)."""
    own = {"intake.files": FILE_COLUMNS, **ACCOUNTS}
    contracts = {
        f"intake.{t.name}": {c.name: (c.type, c.doc) for c in t.all_columns} for t in TABLES.values()
    }
    return own | contracts


class OlderHomeError(RcmbenchError):
    """The home was made by a version of rcmbench whose intake tables had other columns."""


def refuse_older(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the intake tables that stand.

    Raises OlderHomeError, naming a table, where one stands with other columns than its contract has.
    """
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "select 'intake.' || table_name, column_name from duckdb_columns() where schema_name = 'intake'"
    ).fetchall():
        found.setdefault(table, set()).add(column)
    wanted = schemas()
    other = sorted(table for table, columns in found.items() if columns != set(wanted.get(table, columns)))
    if other:
        raise OlderHomeError(
            f"this home was made by another version of rcmbench ({other[0]} has other columns). What it holds can be computed "
            "again from the inbox: name a new --home, or move this one away, and run again"
        )
    return set(found)


def create_intake(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the intake tables that are missing, with their comments. Call outside a transaction.

    Raises OlderHomeError as `refuse_older` does.
    """
    found = refuse_older(connection)
    missing = {table: columns for table, columns in schemas().items() if table not in found}
    if not missing:
        return
    # One transaction: hundreds of statements that each wait for the disk cost seconds.
    with transaction(connection):
        connection.execute("create schema if not exists intake")
        create_all_described(connection, missing, DOCS)
