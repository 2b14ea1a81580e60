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
from sqlglot.optimizer.scope import Scope, build_scope

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
    nodes = _nodes(model, known)
    return {column: sorted(_leaves(nodes[column])) for column in model.columns}


def _nodes(model: Model, known: Mapping[str, Columns]) -> dict[str, Node]:
    schema: dict[str, dict[str, Columns]] = {}
    for table in sorted(model.tables):
        database, name = table.split(".")
        schema.setdefault(database, {})[name] = known.get(table, {"key": "VARCHAR"})
    nodes: dict[str, Node] = lineage(
        None, model.tree.copy(), schema, dialect="duckdb", copy=False, trim_selects=False
    )
    return nodes


def carried_columns(model: Model, known: Mapping[str, Columns]) -> dict[str, list[tuple[str, str]]]:
    """Return, per output column, the (table, column) pairs whose values it hands on as they are, sorted.

    Nothing is computed on the way, so rows can be found again by these values.
    """
    nodes = _nodes(model, known)
    return {column: sorted(_unchanged(nodes[column])) for column in model.columns}


def _unchanged(node: Node) -> set[tuple[str, str]]:
    step = node.expression
    if not node.downstream:
        return (
            {(f"{step.db}.{step.name}", node.name.split(".")[-1].strip('"'))}
            if isinstance(step, exp.Table)
            else set()
        )
    if node.name != "UNION" and not isinstance(step.unalias(), exp.Column):
        return set()
    return {leaf for below in node.downstream for leaf in _unchanged(below)}


Place = tuple[str, str]
"""A table and one of its columns."""


def joined_columns(model: Model) -> set[tuple[Place, Place]]:
    """Return the pairs of upstream columns that the query sets equal, each pair in both orders."""
    root = build_scope(model.tree.copy())
    found: set[tuple[Place, Place]] = set()
    for scope in root.traverse() if root else []:
        for equal in scope.find_all(exp.EQ):
            # Under an OR, a CASE or a NOT two columns may differ, and the rows still meet.
            around = equal.find_ancestor(exp.Or, exp.Case, exp.Not, exp.Select)
            if (
                isinstance(equal.left, exp.Column)
                and isinstance(equal.right, exp.Column)
                and isinstance(around, exp.Select)
            ):
                sides = _origin(equal.left, scope), _origin(equal.right, scope)
                found |= {(one, other) for one in sides[0] for other in sides[1]}
    return found | {(other, one) for one, other in found}


def _origin(column: exp.Column, scope: Scope | None) -> set[Place]:
    """Return where a column's values come from unchanged, through common table expressions and unions."""
    while scope is not None and column.table and column.table not in scope.selected_sources:
        scope = scope.parent
    if scope is None:
        return set()
    chosen = scope.selected_sources
    sources = [source for name, (_, source) in chosen.items() if column.table in {"", name}]
    if len(sources) != 1:
        return set()
    if isinstance(sources[0], exp.Table):
        table = sources[0]
        return {(f"{table.db}.{table.name}", column.name)} if table.db else set()
    return _handed_on(column.name, sources[0])


def _handed_on(name: str, scope: Scope) -> set[Place]:
    query = scope.expression
    if not isinstance(query, exp.Query):
        return set()
    names = [select.alias_or_name for select in query.selects]
    if name not in names:
        return set()
    place = names.index(name)
    if scope.set_operation_scopes:
        return {p for s in scope.set_operation_scopes for p in _handed_on(_name_at(s, place), s)}
    selected = query.selects[place].unalias()
    return _origin(selected, scope) if isinstance(selected, exp.Column) else set()


def _name_at(scope: Scope, place: int) -> str:
    query = scope.expression
    return query.selects[place].alias_or_name if isinstance(query, exp.Query) else ""


def _leaves(node: Node) -> set[tuple[str, str]]:
    found = set()
    for step in node.walk():
        if not step.downstream and isinstance(step.expression, exp.Table):
            found.add((f"{step.expression.db}.{step.expression.name}", step.name.split(".")[-1].strip('"')))
    return found
