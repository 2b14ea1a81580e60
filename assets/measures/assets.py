"""The definitions of the measures as a table, so that whoever opens the data finds them beside the numbers.

Belongs here: the asset `measures.definitions`. Does not belong here: the registry itself (`registry.py`).
"""

from collections.abc import Iterator

import dagster as dg
import duckdb

from assets.checks import asset_key, check_results, check_specs
from assets.described import comment, stage_described
from assets.measures.registry import load_definitions
from assets.models import OWNERS, table_metadata
from assets.quality import Examiner, Verdict, record, suite_of
from assets.slices import columns_of, swap, transaction
from assets.warehouse import Warehouse

TABLE = "measures.definitions"
DOC = "One row per definition: what a measure counts, over what, and where the formula comes from."
COLUMNS: dict[str, tuple[str, str]] = {
    "definition_id": ("VARCHAR", "identifier that every number carries"),
    "name": ("VARCHAR", "name of the measure"),
    "role": ("VARCHAR", "whose measure it is"),
    "numerator": ("VARCHAR", "what is counted"),
    "denominator": ("VARCHAR", "over what"),
    "exclusions": ("VARCHAR", "what is left out"),
    "unit": ("VARCHAR", "unit of the value"),
    "good": ("VARCHAR", "up, down or context: which direction is better"),
    "grain": ("VARCHAR", "what one number is about"),
    "source": ("VARCHAR", "where the formula comes from"),
    "feeds": ("VARCHAR", "feeds that it needs"),
    "version": ("VARCHAR", "version of the definition"),
}


def store_definitions(connection: duckdb.DuckDBPyConnection, *, run_id: str) -> Verdict:
    """Write the registry into measures.definitions when it changed."""
    staged = stage_described(connection, TABLE, COLUMNS)
    rows = [
        [
            d.id,
            d.name,
            d.role,
            d.numerator,
            d.denominator,
            d.exclusions,
            d.unit,
            d.good,
            d.grain,
            d.source,
            ", ".join(d.feeds),
            str(d.version),
        ]
        for d in load_definitions().values()
    ]
    connection.executemany(f"insert into {staged} values ({', '.join('?' * len(COLUMNS))})", rows)
    verdict = Examiner(connection).examine(suite_of(TABLE))
    fresh = not columns_of(connection, TABLE)
    with transaction(connection):
        if verdict.passed:
            swap(
                connection,
                TABLE,
                "true",
                order_by=("definition_id",),
                tracked=(),
                event_column=None,
                run_id=run_id,
            )
            if fresh:
                comment(connection, TABLE, DOC, {name: doc for name, (_, doc) in COLUMNS.items()})
        record(connection, [verdict], run_id=run_id, span=(None, None))
    return verdict


@dg.asset(
    key=asset_key(TABLE),
    group_name="measures",
    kinds={"duckdb", "python"},
    owners=OWNERS,
    description=DOC,
    metadata=table_metadata(TABLE, COLUMNS),
    check_specs=check_specs(TABLE),
    pool="warehouse",
)
def definitions(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Store the registry of definitions."""
    with warehouse.get_connection() as connection:
        verdict = store_definitions(connection, run_id=context.run_id)
    results = check_results(TABLE, [verdict])
    if not verdict.passed:
        yield from results
        raise dg.Failure(f"{TABLE}: the registry failed its suite")
    yield dg.MaterializeResult(metadata={"dagster/row_count": len(load_definitions())}, check_results=results)
