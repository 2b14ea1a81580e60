"""Great Expectations on DuckDB: the small extension that its SQL path needs.

Belongs here: the execution engine and data source, and nothing that knows our tables. Imported only where a suite is
evaluated, because importing Great Expectations costs seconds and 200 MB.

Great Expectations closes a connection before it fetches, and a DuckDB result dies with its connection. So one connection
is kept open for a validation, and it is a cursor of the warehouse's own connection: a second handle on the file with
another configuration would be refused.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import Expectation

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):  # type: ignore[misc]
    """Keeps one connection open from the first query of a validation to `release`."""

    _connection: Any

    @contextmanager
    def get_connection(self) -> Iterator[Any]:
        """Yield the open connection, opening it first if need be."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection

    def release(self) -> None:
        """Close the connection, so that the next validation sees what has been staged since."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def told_once() -> Iterator[None]:
    """Let each expectation make its configuration once inside the block.

    Great Expectations makes it anew whenever it is read, which is eighty times per expectation and a fifth of what a suite costs.
    """
    made: dict[int, tuple[Expectation, Any]] = {}
    afresh = Expectation.configuration

    def once(expectation: Expectation) -> Any:
        # With the expectation beside it, so that its id is nobody else's.
        if id(expectation) not in made:
            made[id(expectation)] = expectation, afresh.fget(expectation)
        return made[id(expectation)][1]

    Expectation.configuration = property(once)
    try:
        yield
    finally:
        Expectation.configuration = afresh


def _columns_of(
    connection: Any, table_name: str, schema: str | None = None, **_: Any
) -> list[dict[str, Any]]:
    """Return the columns of a table for SQLAlchemy, without types, which no expectation of ours asks for.

    The dialect's own way goes through the catalogue of every table that there is: a third of what a suite costs.
    """
    place = f"{schema}.{table_name}" if schema else table_name
    found = connection.exec_driver_sql(
        'select name, "notnull" from pragma_table_info(?)', (place,)
    ).fetchall()
    unknown = sa.types.NullType()
    return [{"name": name, "type": unknown, "nullable": not held, "default": None} for name, held in found]


def _no_key(*_: Any, **__: Any) -> dict[str, Any]:
    """Return what SQLAlchemy takes for no primary key: no table of ours has one, and looking costs 20 ms."""
    return {"constrained_columns": [], "name": None}


class DuckDBDatasource(SQLDatasource):  # type: ignore[misc]
    """A data source on a live DuckDB connection; `attach` says which."""

    type: Literal["duckdb"] = "duckdb"

    def attach(self, connection: duckdb.DuckDBPyConnection, schema: str) -> DuckDBExecutionEngine:
        """Read through cursors of `connection`, with `schema` as the place where unqualified tables are found."""

        def cursor() -> Any:
            opened = connection.cursor()
            opened.execute(f"set search_path = '{schema}'")
            opened.execute("set TimeZone = 'UTC'")
            return ConnectionWrapper(opened)

        engine = sa.create_engine("duckdb://", creator=cursor, poolclass=sa.pool.NullPool)
        dialect: Any = engine.dialect
        dialect.get_columns = _columns_of
        dialect.get_pk_constraint = _no_key
        self._engine = engine
        self._execution_engine = DuckDBExecutionEngine(engine=engine, create_temp_table=False)
        return self._execution_engine

    def get_engine(self) -> Any:
        """Return the engine of the attached connection."""
        return self._engine

    def get_execution_engine(self) -> Any:
        """Return the execution engine of the attached connection."""
        return self._execution_engine

    def test_connection(self, test_assets: bool = True) -> None:
        """Do nothing: the connection is known to live, and is attached only after the source is registered."""
