"""Tables that are known before any file arrives: definitions, parameters, the calendar. Written whole, when they changed.

Belongs here: how such a table is staged, held against its suite and swapped in, and its Dagster asset.
Does not belong here: the rows of any of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import dagster as dg
import duckdb
import polars as pl

from assets.checks import asset_key, check_results, check_specs
from assets.described import Described, comment, stage_described
from assets.models import OWNERS, table_metadata
from assets.quality import Examiner, Verdict, record, suite_of
from assets.settings import Settings
from assets.shown import at_a_glance
from assets.slices import columns_of, staging_name, swap, transaction
from assets.warehouse import Warehouse


@dataclass(frozen=True)
class Reference:
    """A table, what it is, its columns as name -> (DuckDB type, description), its key, and how its rows come about."""

    table: str
    doc: str
    columns: Described
    key: tuple[str, ...]
    rows: Callable[[Settings], pl.DataFrame]


def differs(connection: duckdb.DuckDBPyConnection, reference: Reference, settings: Settings) -> bool:
    """Return whether a reference table is missing, or other than the code and the configuration say."""
    if [name for name, _ in columns_of(connection, reference.table)] != list(reference.columns):
        return True
    connection.register("reference_rows", reference.rows(settings))
    stands, wanted = f"select * from {reference.table}", "select * from reference_rows"
    found = connection.execute(
        f"select 1 from (({stands} except {wanted}) union all ({wanted} except {stands})) limit 1"
    ).fetchone()
    connection.unregister("reference_rows")
    return found is not None


def store_reference(
    connection: duckdb.DuckDBPyConnection, reference: Reference, settings: Settings, *, run_id: str
) -> tuple[Verdict, int]:
    """Write a reference table when it changed; return the verdict of its suite and the number of rows."""
    table = reference.table
    staged = stage_described(connection, table, reference.columns)
    connection.register("reference_rows", reference.rows(settings))
    connection.execute(f"insert into {staged} by name select * from reference_rows")
    connection.unregister("reference_rows")
    counted = connection.execute(f"select count(*) from {staged}").fetchone()
    verdict = Examiner(connection).examine(suite_of(table))
    fresh = columns_of(connection, table) != columns_of(connection, f"staging.{staging_name(table)}")
    with transaction(connection):
        if verdict.passed:
            swap(
                connection,
                table,
                "true",
                order_by=reference.key,
                tracked=(),
                event_column=None,
                run_id=run_id,
            )
            if fresh:
                texts = {name: doc for name, (_, doc) in reference.columns.items()}
                comment(connection, table, reference.doc, texts)
        record(connection, [verdict], run_id=run_id, span=(None, None))
    return verdict, counted[0] if counted else 0


def reference_asset(reference: Reference) -> dg.AssetsDefinition:
    """Return the Dagster asset of a reference table."""
    table = reference.table

    @dg.asset(
        key=asset_key(table),
        group_name=table.split(".")[0],
        kinds={"duckdb", "python"},
        owners=OWNERS,
        description=reference.doc,
        metadata=table_metadata(table, reference.columns),
        check_specs=check_specs(table),
        pool="warehouse",
    )
    def build_reference(
        context: dg.AssetExecutionContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        with warehouse.get_connection() as connection:
            verdict, _ = store_reference(connection, reference, settings, run_id=context.run_id)
            told = at_a_glance(connection, table, reference.key)
        results = check_results(table, [verdict])
        if not verdict.passed:
            yield from results
            raise dg.Failure(f"{table}: failed its suite")
        yield dg.MaterializeResult(metadata=told, check_results=results)

    return build_reference
