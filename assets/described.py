"""Tables of which we know the columns by heart: each as name -> (DuckDB type, description).

Belongs here: creating and staging such tables, and storing their descriptions beside them. Does not belong here: any table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assets.slices import staging_name

if TYPE_CHECKING:
    import duckdb

Described = Mapping[str, tuple[str, str]]


def create_described(connection: duckdb.DuckDBPyConnection, table: str, doc: str, columns: Described) -> None:
    """Create a table with its comments."""
    create_all_described(connection, {table: columns}, {table: doc})


def create_all_described(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Described], docs: Mapping[str, str]
) -> None:
    """Create tables with their comments, in one statement: one by one takes five times as long."""
    made = [f"create table {table} ({_typed(columns)})" for table, columns in tables.items()]
    for table, columns in tables.items():
        made += _comments(table, docs[table], {name: text for name, (_, text) in columns.items()})
    connection.execute(";\n".join(made))


def stage_described(connection: duckdb.DuckDBPyConnection, table: str, columns: Described) -> str:
    """Make the table's staging table, empty, and return its name."""
    staged = f"staging.{staging_name(table)}"
    connection.execute(f"create or replace table {staged} ({_typed(columns)})")
    return staged


def comment(connection: duckdb.DuckDBPyConnection, table: str, doc: str, columns: Mapping[str, str]) -> None:
    """Store what a table and its columns mean beside them, for whoever opens the file."""
    connection.execute(";\n".join(_comments(table, doc, columns)))


def _comments(table: str, doc: str, columns: Mapping[str, str]) -> list[str]:
    return [
        f"comment on table {table} is {_quoted(doc)}",
        *(f"comment on column {table}.{name} is {_quoted(text)}" for name, text in columns.items()),
    ]


def _typed(columns: Described) -> str:
    return ", ".join(f"{name} {kind}" for name, (kind, _) in columns.items())


def _quoted(text: str) -> str:
    # COMMENT takes no parameters; the text comes from our own contracts and models.
    return "'" + text.replace("'", "''") + "'"
