"""What managers open, as Dagster assets: every `sql/published` model, checked and swapped in together.

Belongs here: the multi-asset that publishes. Does not belong here: the files themselves (`swap.py`).
"""

from collections.abc import Iterator, Mapping

import dagster as dg
import duckdb

from assets.bands.versions import create_bands
from assets.checks import asset_key, check_results, check_specs
from assets.intake.contracts import TABLES
from assets.lineage import Columns
from assets.models import OWNERS, lineage_metadata
from assets.progress import report
from assets.published.made_with import remember, told
from assets.published.swap import DATABASE, publish
from assets.published.workbook import WORKBOOK, write_workbook
from assets.quality import Examiner, Verdict, record, suite_of
from assets.settings import Settings
from assets.shown import PREVIEW, ROWS, preview
from assets.slices import staging_name
from assets.sql_model import Model
from assets.warehouse import Warehouse

PUBLISH = "publish"


def published_assets(models: Mapping[str, Model], known: Mapping[str, Columns]) -> dg.AssetsDefinition:
    """Return the multi-asset of every model in `sql/published`."""
    wanted = [model for model in models.values() if model.stage == "published"]
    lineage = {model.name: lineage_metadata(model, known) for model in wanted}
    specs = [
        dg.AssetSpec(
            key=asset_key(model.name),
            deps=sorted(_sources(model), key=str),
            group_name="published",
            kinds={"duckdb", "parquet", "sql"},
            owners=OWNERS,
            description=f"{model.doc}\n\nGrain: {', '.join(model.grain)}.",
            metadata=lineage[model.name][1],
            code_version=model.code_hash,
        )
        for model in wanted
    ]

    @dg.multi_asset(
        name=PUBLISH,
        specs=specs,
        check_specs=[s for m in wanted for s in check_specs(m.name)],
        pool="warehouse",
    )
    def publish_tables(
        context: dg.AssetExecutionContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        with warehouse.get_connection() as connection:
            verdicts, changed, rows = publish_all(connection, wanted, settings, run_id=context.run_id)
            previews = {
                m.name: preview(connection, f"staging.{staging_name(m.name)}", m.grain) for m in wanted
            }
        failed = [verdict.table for verdict in verdicts if not verdict.passed]
        if failed:
            for model in wanted:
                yield from check_results(model.name, verdicts)
            raise dg.Failure(f"not published, what stood before still stands. Failed: {', '.join(failed)}")
        for model in wanted:
            yield dg.MaterializeResult(
                asset_key=asset_key(model.name),
                metadata={
                    ROWS: rows[model.name],
                    PREVIEW: dg.MetadataValue.md(previews[model.name]),
                    "dagster/column_lineage": lineage[model.name][0],
                    "changed": changed,
                    "database": dg.MetadataValue.path(str(settings.published_path / DATABASE)),
                    "workbook": dg.MetadataValue.path(str(settings.published_path / WORKBOOK)),
                    "parquet": dg.MetadataValue.path(str(settings.published_path / f"{model.stem}.parquet")),
                },
                check_results=check_results(model.name, verdicts),
            )

    return publish_tables


def _sources(model: Model) -> set[dg.AssetKey]:
    tables = set(model.tables) - {"quality.results"}
    if model.stem == "data_quality":
        # The register of files is settled only when every feed is loaded.
        tables |= {f"intake.{table}" for table in TABLES}
    return {asset_key(table) for table in tables}


def publish_all(
    connection: duckdb.DuckDBPyConnection, models: list[Model], settings: Settings, *, run_id: str
) -> tuple[list[Verdict], bool, dict[str, int]]:
    """Stage every published table, hold each against its suite, and swap all in if none is blocked."""
    create_bands(connection)
    values, rows = told(settings), {}
    for number, model in enumerate(models, start=1):
        staged = f"staging.{staging_name(model.name)}"
        connection.execute(
            f"create or replace table {staged} as {model.sql}",
            {name: value for name, value in values.items() if name in model.parameters},
        )
        counted = connection.execute(f"select count(*) from {staged}").fetchone()
        rows[model.name] = int(counted[0]) if counted else 0
        report("publishing", number, len(models))
    examiner = Examiner(connection)
    verdicts = [examiner.examine(suite_of(model.name)) for model in models]
    record(connection, verdicts, run_id=run_id, span=(None, None))
    changed = all(verdict.passed for verdict in verdicts) and publish(
        connection, models, settings.published_path
    )
    if all(verdict.passed for verdict in verdicts):
        # Each time, for a run that was killed behind the tables; the same tables make the same bytes, which stay.
        write_workbook(settings.published_path)
        remember(connection, PUBLISH, settings)
    return verdicts, changed, rows
