"""Intake as Dagster assets: one partition per delivery day, one multi-asset per feed.

Belongs here: the assets of intake and what they show. Does not belong here: reading or loading (`load.py`).
A backfill over a range of days is one run: days are staged and checked together, and one by one where a chunk fails.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb

from assets.checks import asset_key, check_results, check_specs
from assets.intake.contracts import FEEDS
from assets.intake.deliveries import register, scan
from assets.intake.files import FILE_COLUMNS, FileRow
from assets.intake.load import Context, FeedReport, load_feed
from assets.intake.pseudonyms import hider, load_key
from assets.intake.sources import sources_from
from assets.intake.staging import fill
from assets.intake.tables import DOCS, create_intake, schemas
from assets.models import OWNERS, table_metadata
from assets.partitions import delivery_days
from assets.quality import Examiner, Verdict, record, suite_of
from assets.settings import Settings
from assets.slices import drop_staging, staging_name, swap, transaction
from assets.warehouse import Warehouse

ACCOUNT_TABLES = ("intake.rejects", "intake.flags")
Results = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


def _spec(table: str, settings: Settings, deps: list[dg.AssetKey]) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=asset_key(table),
        deps=deps,
        group_name="intake",
        kinds={"duckdb", "python"},
        owners=OWNERS,
        description=DOCS[table],
        partitions_def=delivery_days(settings),
        metadata=table_metadata(table, schemas()[table]),
    )


def intake_assets(settings: Settings, tracked: Mapping[str, set[str]]) -> list[dg.AssetsDefinition]:
    """Return the assets of intake: the register of files, one multi-asset per feed, and the account of rejects."""
    return [
        _files_asset(settings),
        *(_feed_asset(feed, settings, dict(tracked)) for feed in FEEDS),
        _account_asset(settings),
    ]


def _files_asset(settings: Settings) -> dg.AssetsDefinition:
    table = "intake.files"

    @dg.multi_asset(
        name="intake_files",
        specs=[_spec(table, settings, [])],
        check_specs=check_specs(table),
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool="warehouse",
    )
    def intake_files(
        context: dg.AssetExecutionContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> Results:
        days = [date.fromisoformat(key) for key in context.partition_keys]
        with warehouse.get_connection() as connection:
            verdict, rows = register_days(connection, settings, days, run_id=context.run_id)
        results = check_results(table, [verdict])
        if not verdict.passed:
            yield from results
            raise dg.Failure("intake.files: the register of files failed its suite; nothing was taken in.")
        waiting = sum(row.status == "pending" for row in rows)
        yield dg.MaterializeResult(
            asset_key=asset_key(table),
            metadata={"files": len(rows), "to load": waiting},
            check_results=results,
        )

    return intake_files


def register_days(
    connection: duckdb.DuckDBPyConnection, settings: Settings, days: list[date], *, run_id: str
) -> tuple[Verdict, list[FileRow]]:
    """Write what lies in the inbox for the given days into intake.files, and remember what has been seen."""
    create_intake(connection)
    drop_staging(connection)
    wanted = set(days)
    seen = [f for f in scan(settings.inbox, settings.office.time_zone) if f.delivery_date in wanted]
    rows = register(connection, settings, sources_from(settings.sources), seen, wanted)
    fill(connection, "intake.files", FILE_COLUMNS, [tuple(vars(row).values()) for row in rows])
    verdict = Examiner(connection).examine(suite_of("intake.files"))
    with transaction(connection):
        if verdict.passed:
            scope = (
                f"delivery_date in ({_dates(wanted)}) "
                "or (delivery_date, path, file_id) in (select (delivery_date, path, file_id) from staging.intake__files)"
            )
            order = ("delivery_date", "path", "file_id")
            swap(
                connection,
                "intake.files",
                scope,
                order_by=order,
                tracked=(),
                event_column="delivery_date",
                run_id=run_id,
            )
            _forget_accounts(connection, wanted, run_id)
            connection.executemany("delete from ops.seen where path = ?", [[f.path] for f in seen] or [[""]])
            by_path = {row.path.split("!")[0]: row.file_id for row in rows}
            values = [[f.path, f.size, f.mtime_ns, by_path.get(f.path)] for f in seen]
            if values:
                connection.executemany("insert into ops.seen values (?, ?, ?, ?)", values)
        record(connection, [verdict], run_id=run_id, span=(min(days), max(days)))
    return verdict, rows


def _forget_accounts(connection: duckdb.DuckDBPyConnection, days: set[date], run_id: str) -> None:
    """Drop rejects and flags of files that are no longer in the register: replaced or gone before they were loaded."""
    scope = f"delivery_date in ({_dates(days)})"
    for table in ACCOUNT_TABLES:
        staged = f"staging.{staging_name(table)}"
        connection.execute(
            f"create or replace table {staged} as select * from {table} "
            f"where {scope} and file_id in (select file_id from intake.files)"
        )
        order = ("delivery_date", "file_id", "row_no")
        swap(
            connection, table, scope, order_by=order, tracked=(), event_column="delivery_date", run_id=run_id
        )


def _dates(days: set[date]) -> str:
    return ", ".join(f"date '{day}'" for day in sorted(days))


def _feed_asset(feed: str, settings: Settings, tracked: dict[str, set[str]]) -> dg.AssetsDefinition:
    tables = [f"intake.{table.name}" for table in FEEDS[feed]]

    @dg.multi_asset(
        name=f"intake_{feed}",
        specs=[_spec(table, settings, [asset_key("intake.files")]) for table in tables],
        check_specs=[spec for table in tables for spec in check_specs(table)],
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool="warehouse",
    )
    def intake_feed(
        context: dg.AssetExecutionContext, warehouse: Warehouse, settings: dg.ResourceParam[Settings]
    ) -> Results:
        days = [date.fromisoformat(key) for key in context.partition_keys]
        with warehouse.get_connection() as connection:
            done = load_feed(_context(connection, settings, tracked, context.run_id), feed, days)
            rows = {t: connection.execute(f"select count(*) from {t}").fetchall()[0][0] for t in tables}
        yield from _show(context, tables, done, rows)

    return intake_feed


def _context(
    connection: duckdb.DuckDBPyConnection, settings: Settings, tracked: dict[str, set[str]], run_id: str
) -> Context:
    hide = hider(load_key(Path(settings.home)))
    return Context(
        connection, settings, sources_from(settings.sources), hide, Examiner(connection), run_id, tracked
    )


def _show(
    context: dg.AssetExecutionContext, tables: list[str], done: FeedReport, rows: dict[str, int]
) -> Results:
    for path, reason in sorted(done.held.items()):
        context.log.warning("%s: not loaded: %s", path, reason)
    for table in tables:
        swaps = [s for s in done.swaps if s.table == table]
        yield dg.MaterializeResult(
            asset_key=asset_key(table),
            metadata={
                "dagster/row_count": rows[table],
                "files": done.files,
                "rows added": sum(s.added for s in swaps),
                "rows removed": sum(s.removed for s in swaps),
                "records rejected": done.rejected,
                "event dates touched": _touched(swaps),
            },
            check_results=check_results(table, done.verdicts),
        )


def _touched(swaps: list) -> str:  # type: ignore[type-arg]
    first = [s.event_from for s in swaps if s.event_from]
    last = [s.event_to for s in swaps if s.event_to]
    return f"{min(first)} to {max(last)}" if first and last else "none"


def _account_asset(settings: Settings) -> dg.AssetsDefinition:
    every_feed = [asset_key(f"intake.{table.name}") for tables in FEEDS.values() for table in tables]

    @dg.multi_asset(
        name="intake_account",
        specs=[_spec(table, settings, every_feed) for table in ACCOUNT_TABLES],
        check_specs=[spec for table in ACCOUNT_TABLES for spec in check_specs(table)],
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool="warehouse",
    )
    def intake_account(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Results:
        first, last = min(context.partition_keys), max(context.partition_keys)
        with warehouse.get_connection() as connection:
            verdicts = []
            for table in ACCOUNT_TABLES:
                staged = f"staging.{table.replace('.', '__')}"
                connection.execute(
                    f"create or replace table {staged} as select * from {table} where delivery_date between cast(? as date) and cast(? as date)",
                    [first, last],
                )
                verdicts.append(Examiner(connection).examine(suite_of(table)))
            record(
                connection,
                verdicts,
                run_id=context.run_id,
                span=(date.fromisoformat(first), date.fromisoformat(last)),
            )
            rows = {
                t: connection.execute(f"select count(*) from {t}").fetchall()[0][0] for t in ACCOUNT_TABLES
            }
            held = connection.execute(
                "select path, reason from intake.files where status = 'held' and delivery_date between cast(? as date) and cast(? as date) "
                "order by delivery_date, path",
                [first, last],
            ).fetchall()
        for table in ACCOUNT_TABLES:
            yield dg.MaterializeResult(
                asset_key=asset_key(table),
                metadata={"dagster/row_count": rows[table], "files kept out": len(held)},
                check_results=check_results(table, verdicts),
            )
        if held:
            # Last, so that everything else is loaded, computed and published, and the run still says that it failed.
            path, reason = held[0]
            raise dg.Failure(
                f"{len(held)} file(s) were kept out; the rest is loaded and what stood before still stands. First: {path}: {reason}"
            )

    return intake_account
