"""Column lineage and column types of the models, derived from their SQL.

Belongs here: what sqlglot and DuckDB's own binder can tell about a query. Does not belong here: how Dagster shows it.
sqlglot says where each output column comes from. DuckDB says of which type it is: its binder is the judge of that anyway.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp
from sqlglot.lineage import Node, lineage

from assets.sql_model import Model, ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

Columns = dict[str, str]
"""Column name -> DuckDB type, in order."""


def bind(models: Mapping[str, Model], base: Mapping[str, Columns]) -> dict[str, Columns]:
    """Return the columns of every table: the given base tables and the models, typed by binding each on empty tables.

    Raises ModelError that names the model when a query does not bind, or describes other columns than it returns.
    """
    known = dict(base)
    with duckdb.connect(":memory:") as connection:
        connection.execute("create schema ops; create table ops.restating (key varchar)")
        for table, columns in base.items():
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(f"create table {table} ({', '.join(f'{n} {t}' for n, t in columns.items())})")
        for name, model in models.items():
            known[name] = _bind_one(connection, model)
            if list(known[name]) != list(model.columns):
                raise ModelError(
                    f"{name}: the comments describe {list(model.columns)}, the query returns {list(known[name])}"
                )
    return known


def _bind_one(connection: duckdb.DuckDBPyConnection, model: Model) -> Columns:
    values = {name: date(2000, 1, 1) for name in model.parameters}
    try:
        connection.execute(f"create schema if not exists {model.stage}")
        connection.execute(f"create table {model.name} as {model.sql}", values)
        return {row[0]: row[1] for row in connection.execute(f"describe {model.name}").fetchall()}
    except duckdb.Error as error:
        raise ModelError(f"{model.name}: {error}") from error


def column_lineage(model: Model, known: Mapping[str, Columns]) -> dict[str, list[tuple[str, str]]]:
    """Return, per output column, the (table, column) pairs that it is computed from, sorted."""
    schema: dict[str, dict[str, Columns]] = {}
    for table in sorted(model.tables):
        database, name = table.split(".")
        schema.setdefault(database, {})[name] = known.get(table, {"key": "VARCHAR"})
    nodes = lineage(None, model.tree.copy(), schema, dialect="duckdb", copy=False, trim_selects=False)
    return {column: sorted(_leaves(nodes[column])) for column in model.columns}


def _leaves(node: Node) -> set[tuple[str, str]]:
    found = set()
    for step in node.walk():
        if not step.downstream and isinstance(step.expression, exp.Table):
            found.add((f"{step.expression.db}.{step.expression.name}", step.name.split(".")[-1].strip('"')))
    return found
