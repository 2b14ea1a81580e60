"""SQL models as Dagster assets: `sql/<stage>/<stem>.sql` becomes the asset [stage, stem].

Belongs here: dependencies, column schema, lineage and checks of a model as Dagster sees them, and the run of one model.
Does not belong here: reading SQL (`sql_model.py`), deciding what to restate (`restate.py`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import duckdb

from assets.bands.stored import create_bands
from assets.checks import asset_key, check_results, check_specs
from assets.counted import many
from assets.described import comment
from assets.intake.tables import create_intake
from assets.lineage import Columns, column_lineage
from assets.measures.availability import not_available
from assets.measures.registry import load_definitions
from assets.progress import report
from assets.quality import Examiner, Verdict, record, suite_of
from assets.restate import Plan, build, note_read, plan, remember, scope_of, tracked_columns
from assets.settings import Settings
from assets.shown import at_a_glance, plain
from assets.slices import Swap, columns_of, swap, transaction
from assets.sql_model import Model
from assets.warehouse import Warehouse

OWNERS = ["team:rcm-data"]
INTERNAL = {"ops.restating"}


def table_metadata(table: str, columns: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """Return definition metadata of a table: where it is stored and its columns, from name -> (type, description)."""
    return {
        "dagster/table_name": table,
        "dagster/column_schema": dg.TableSchema(
            columns=[
                dg.TableColumn(name, kind, description=plain(doc)) for name, (kind, doc) in columns.items()
            ]
        ),
    }


def lineage_metadata(
    model: Model, known: Mapping[str, Columns]
) -> tuple[dg.TableColumnLineage, dict[str, Any]]:
    """Return a model's column lineage, and the definition metadata that shows it.

    Dagster stores column lineage but draws it in its commercial edition only. So every column's description ends with
    where it comes from, and a table links to the pages of those assets.
    """
    sources = {
        column: [(table, name) for table, name in found if table not in INTERNAL]
        for column, found in column_lineage(model, known).items()
    }
    lineage = dg.TableColumnLineage(
        {c: [dg.TableColumnDep(asset_key(t), n) for t, n in found] for c, found in sources.items()}
    )
    columns = {
        name: (kind, f"{model.columns[name]}{_told(sources[name])}")
        for name, kind in known[model.name].items()
    }
    lines = [
        f"| {c} | {', '.join(_link(t, n) for t, n in found) or 'the SQL itself'} |"
        for c, found in sources.items()
    ]
    table = "\n".join(["| column | comes from |", "|---|---|", *lines])
    return lineage, {
        **table_metadata(model.name, columns),
        "column lineage": dg.MetadataValue.md(table),
        "sql": dg.MetadataValue.md(f"```sql\n{model.sql}\n```"),
    }


def _told(sources: list[tuple[str, str]]) -> str:
    return f" (from {', '.join(f'{table}.{name}' for table, name in sources)})" if sources else ""


def _link(table: str, column: str) -> str:
    return f"[{table}](/assets/{table.replace('.', '/')}).{column}"


def definitions_held(model: Model) -> str:
    """Return what the definitions of a table of measures say, as Markdown; nothing for other tables."""
    held = [d for d in load_definitions().values() if d.source == model.name]
    told = [f"* **{d.name}** (`{d.id}`): {d.meaning}" for d in held]
    return "\n\n" + "\n".join(told) if told else ""


def model_asset(
    model: Model, models: Mapping[str, Model], known: Mapping[str, Columns]
) -> dg.AssetsDefinition:
    """Return the asset of a model; `known` gives the columns of every table it reads."""
    lineage, shown = lineage_metadata(model, known)
    tracked = tracked_columns(models.values()).get(model.name, set())

    @dg.asset(
        key=asset_key(model.name),
        deps=[asset_key(table) for table in sorted(model.tables - INTERNAL)],
        check_specs=check_specs(model.name),
        group_name=model.stage,
        kinds={"duckdb", "sql"},
        owners=OWNERS,
        description=f"{model.doc}\n\nGrain: {', '.join(model.grain)}.{definitions_held(model)}",
        metadata=shown,
        pool="warehouse",
        code_version=model.code_hash,
    )
    def build_model(
        context: dg.AssetExecutionContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        with warehouse.get_connection() as connection:
            done, verdict, todo = run_model(
                connection, model, settings, tracked=tracked, run_id=context.run_id
            )
            told = at_a_glance(connection, model.name, model.grain)
            missing = not_available(connection, model.name)
        results = check_results(model.name, [verdict])
        if not verdict.passed:
            yield from results
            names = ", ".join(outcome.expectation.name for outcome in verdict.blocking)
            raise dg.Failure(
                f"{model.name}: the new slice was kept out and the table stays as it was. Failed: {names}."
            )
        if todo.days and done.batch:
            context.log.info("%s: restated %s", model.name, ", ".join(f"{a} to {b}" for a, b in todo.days))
        metadata = {**told, "dagster/column_lineage": lineage, **describe(done, todo)}
        if missing:
            metadata["not available"] = dg.MetadataValue.md(
                "\n".join(f"- `{d}`: {why}" for d, why in missing.items())
            )
        yield dg.MaterializeResult(metadata=metadata, check_results=results)

    return build_model


def run_model(
    connection: duckdb.DuckDBPyConnection, model: Model, settings: Settings, *, tracked: set[str], run_id: str
) -> tuple[Swap, Verdict, Plan]:
    """Write, audit, publish one model: build the slices that changed, hold them against the suite, swap them in."""
    # What is delivered made its tables before; a model that is run alone may come first.
    if any(t.startswith("intake.") and not columns_of(connection, t) for t in model.tables):
        create_intake(connection)
    if model.stage == "bands":
        create_bands(connection)
    todo = plan(connection, model)
    report("computing " + model.name, 0, 1)
    if todo.idle:
        note_read(connection, model, todo)
        return Swap(model.name), Verdict(model.name), todo
    build(connection, model, todo, horizon_days=settings.intake.claim_horizon_days)
    verdict = Examiner(connection).examine(suite_of(model.name))
    is_new = columns_of(connection, model.name) != columns_of(
        connection, f"staging.{model.name.replace('.', '__')}"
    )
    with transaction(connection):
        done = Swap(model.name)
        if verdict.passed:
            event = model.slice_column if model.slice_kind == "date" else None
            done = swap(
                connection,
                model.name,
                scope_of(model, todo),
                order_by=model.grain,
                tracked=tracked,
                event_column=event,
                run_id=run_id,
            )
            remember(connection, model, todo)
            if is_new:
                comment(connection, model.name, model.doc, model.columns)
        span = (todo.days[0][0], todo.days[-1][1]) if todo.days else (None, None)
        record(connection, [verdict], run_id=run_id, span=span)
    return done, verdict, todo


def describe(done: Swap, todo: Plan) -> dict[str, Any]:
    """Return what a run did to a table, as metadata without row values."""
    restated = ", ".join(f"{first} to {last}" for first, last in todo.days) or (
        "everything" if todo.full else ""
    )
    return {
        "rows added": done.added,
        "rows removed": done.removed,
        "restated": restated or (many(len(todo.keys), "key") if todo.keys else "nothing: no change upstream"),
    }
